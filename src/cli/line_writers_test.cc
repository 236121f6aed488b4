// Goal: every format keeps what it promises on the cells that break naive writers: Chinese text,
// NULL, quotes, line breaks, nested values, columns of one name.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/written_result.h"

namespace fathom {
namespace {

TEST(Csv, QuotesWhatNeedsItAndTellsNullFromEmpty) {
  EXPECT_EQ(Written(Format::kCsv, kColumns, TextRows()),
            "id,留言,tags\n"
            "1,客服态度很好,\"[a, b]\"\n"
            "20,\"said \"\"no\"\", twice\nthen left\",\n"
            "300,\"\",[]\n");
}

TEST(Csv, WithoutRowsStillNamesTheColumns) {
  EXPECT_EQ(Written(Format::kCsv, kColumns, {}), "id,留言,tags\n");
}

std::vector<ResultRow> JsonRows() {
  return {{"1", "\"客服\"", "[\"a\",{\"k\":null}]"}, {"20", "\"a\\nb\"", std::nullopt}};
}

TEST(Json, IsOneArrayWithTypesKept) {
  const std::string text = Written(Format::kJson, kColumns, JsonRows());
  EXPECT_EQ(text,
            "[{\"id\":1,\"留言\":\"客服\",\"tags\":[\"a\",{\"k\":null}]},\n"
            "{\"id\":20,\"留言\":\"a\\nb\",\"tags\":null}]\n");
  EXPECT_EQ(nlohmann::json::parse(text).size(), 2u);
  EXPECT_EQ(Written(Format::kJson, kColumns, {}), "[]\n");
}

TEST(JsonLines, IsOneObjectALine) {
  EXPECT_EQ(Written(Format::kJsonLines, kColumns, JsonRows()),
            "{\"id\":1,\"留言\":\"客服\",\"tags\":[\"a\",{\"k\":null}]}\n"
            "{\"id\":20,\"留言\":\"a\\nb\",\"tags\":null}\n");
  EXPECT_EQ(Written(Format::kJsonLines, kColumns, {}), "");
}

TEST(Json, ColumnsOfOneNameGetDistinctKeys) {
  const std::vector<ResultColumn> columns = {
      {"a", "INTEGER", true}, {"a", "INTEGER", true}, {"a_1", "INTEGER", true}, {"\"", "", false}};
  EXPECT_EQ(Written(Format::kJsonLines, columns, {{"1", "2", "3", "4"}}),
            "{\"a\":1,\"a_2\":2,\"a_1\":3,\"\\\"\":4}\n");
}

TEST(Markdown, EscapesWhatWouldBreakTheTable) {
  EXPECT_EQ(Written(Format::kMarkdown, kColumns,
                    {{"1", "a|b\\c", std::nullopt}, {"2", "first\r\nsecond", "好"}}),
            "| id | 留言 | tags |\n"
            "|--:|---|---|\n"
            "| 1 | a\\|b\\\\c | NULL |\n"
            "| 2 | first<br>second | 好 |\n");
}

}  // namespace
}  // namespace fathom
