// For tests: what a writer makes of some rows.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "cli/result_writer.h"

namespace fathom {

// Columns and rows that break naive writers.
inline const std::vector<ResultColumn> kColumns = {
    {"id", "BIGINT", true}, {"留言", "VARCHAR", false}, {"tags", "VARCHAR[]", false}};

inline std::vector<ResultRow> TextRows() {
  return {{"1", "客服态度很好", "[a, b]"},
          {"20", "said \"no\", twice\nthen left", std::nullopt},
          {"300", "", "[]"}};
}

inline std::string Written(Format format, const std::vector<ResultColumn>& columns,
                           std::vector<ResultRow> rows, WriterOptions options = {}) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  Output output(ends[1]);
  const auto writer = MakeWriter(format, options, &output);
  writer->Begin(columns);
  for (ResultRow& row : rows)
    writer->Rows({std::move(row)});  // in pieces, as a query delivers them
  writer->End();
  EXPECT_TRUE(output.Flush().ok());
  close(ends[1]);
  std::string text(60000, '\0');  // below the capacity of a pipe: nothing reads while we write
  const ssize_t size = read(ends[0], text.data(), text.size());
  text.resize(size < 0 ? 0 : static_cast<size_t>(size));
  close(ends[0]);
  return text;
}

}  // namespace fathom
