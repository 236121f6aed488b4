// A table drawn with lines, for people.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "cli/result_writer.h"

namespace fathom {

// Column widths depend on all rows, so that nothing is written before End; with rows_max only that
// many rows are kept in memory.
class BoxWriter : public ResultWriter {
 public:
  BoxWriter(const WriterOptions& options, Output* output) : options_(options), output_(output) {}
  void Begin(const std::vector<ResultColumn>& columns) override;
  void Rows(std::vector<ResultRow> rows) override;
  void End() override;

 private:
  WriterOptions options_;
  Output* output_;
  std::vector<ResultColumn> columns_;
  std::vector<ResultRow> head_;  // all rows, or the first rows_max / 2 (rounded up)
  std::deque<ResultRow> tail_;   // the last rows_max / 2 (rounded down)
  int64_t rows_ = 0;
};

inline constexpr size_t kElidedColumn = SIZE_MAX;  // stands where columns were left out

// Widths of the columns to show, chosen to fit a terminal.
struct BoxLayout {
  std::vector<size_t> columns;  // indexes of the columns shown, in order, or kElidedColumn
  std::vector<size_t> widths;   // of each of those
};

// `natural[i]` columns would show column i in full; `numeric[i]` columns are cut only when cutting
// the others is not enough. width_max = 0: no limit.
BoxLayout LayOutBox(const std::vector<size_t>& natural, const std::vector<bool>& numeric,
                    size_t width_max);

}  // namespace fathom
