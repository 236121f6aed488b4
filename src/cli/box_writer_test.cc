// Goal: the lines of a box meet whatever is in it, it fits the terminal, and what is left out is
// said.
#include <gtest/gtest.h>

#include "cli/text_width.h"
#include "cli/written_result.h"

namespace fathom {
namespace {

TEST(Box, LinesUpChineseAndPutsNumbersToTheRight) {
  EXPECT_EQ(Written(Format::kBox, kColumns, TextRows()),
            "┌─────┬────────────────────────────┬────────┐\n"
            "│  id │ 留言                       │ tags   │\n"
            "├─────┼────────────────────────────┼────────┤\n"
            "│   1 │ 客服态度很好               │ [a, b] │\n"
            "│  20 │ said \"no\", twice↵then left │ NULL   │\n"
            "│ 300 │                            │ []     │\n"
            "└─────┴────────────────────────────┴────────┘\n"
            "3 rows\n");
}

// Every line of a box but the last (the count) must be equally wide.
void ExpectLinesOfWidthAtMost(const std::string& box, size_t width_max) {
  size_t begin = 0;
  size_t width = 0;
  for (size_t end; (end = box.find('\n', begin)) + 1 < box.size(); begin = end + 1) {
    const size_t here = DisplayWidth(std::string_view(box).substr(begin, end - begin));
    if (width == 0) width = here;
    EXPECT_EQ(here, width) << box;
  }
  EXPECT_LE(width, width_max) << box;
}

TEST(Box, CutsTextBeforeNumbers) {
  const std::string box =
      Written(Format::kBox, {{"n", "BIGINT", true}, {"t", "VARCHAR", false}},
              {{"1234567890123", "客服说三天内会有人联系我结果没有"}}, {.width_max = 32});
  EXPECT_EQ(box,
            "┌───────────────┬──────────────┐\n"
            "│             n │ t            │\n"
            "├───────────────┼──────────────┤\n"
            "│ 1234567890123 │ 客服说三天…  │\n"
            "└───────────────┴──────────────┘\n"
            "1 row\n");
}

TEST(Box, FitsAnyTerminal) {
  std::vector<ResultColumn> columns;
  ResultRow row;
  for (int i = 0; i < 12; ++i) {
    columns.push_back({"column " + std::to_string(i), "VARCHAR", i % 3 == 0});
    row.push_back(i % 2 == 0 ? std::string(1 + 5 * i, 'x') : std::string("满意不满意"));
  }
  for (size_t width = 8; width < 300; ++width) {
    ExpectLinesOfWidthAtMost(Written(Format::kBox, columns, {row}, {.width_max = width}), width);
  }
}

TEST(Box, SaysWhichColumnsAreLeftOut) {
  std::vector<ResultColumn> columns;
  ResultRow row;
  for (int i = 0; i < 6; ++i) {
    columns.push_back({"column " + std::to_string(i), "VARCHAR", false});
    row.push_back("12345678");
  }
  EXPECT_EQ(Written(Format::kBox, columns, {row}, {.width_max = 40}),
            "┌──────────┬──────────┬───┬──────────┐\n"
            "│ column 0 │ column 1 │ … │ column 5 │\n"
            "├──────────┼──────────┼───┼──────────┤\n"
            "│ 12345678 │ 12345678 │ … │ 12345678 │\n"
            "└──────────┴──────────┴───┴──────────┘\n"
            "1 row, 6 columns (3 shown)\n");
}

TEST(Box, SaysHowManyRowsAreLeftOut) {
  std::vector<ResultRow> rows;
  for (int i = 0; i < 1000; ++i) rows.push_back({std::to_string(i)});
  EXPECT_EQ(Written(Format::kBox, {{"i", "INTEGER", true}}, rows, {.rows_max = 3}),
            "┌─────┐\n"
            "│   i │\n"
            "├─────┤\n"
            "│   0 │\n"
            "│   1 │\n"
            "│   ⋮ │\n"
            "│ 999 │\n"
            "└─────┘\n"
            "1,000 rows (3 shown)\n");
}

}  // namespace
}  // namespace fathom
