// Query results as text: one writer per output format.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.h"
#include "duck/session.h"

namespace fathom {

enum class Format { kBox, kCsv, kJson, kJsonLines, kMarkdown };

// "box", "csv", "json", "jsonlines", "markdown"; anything else: nullopt.
std::optional<Format> FormatFromName(std::string_view name);
std::string_view FormatName(Format format);
// All names, for messages: "box, csv, json, jsonlines, markdown".
std::string FormatNames();

struct WriterOptions {
  // Box only. 0 = as wide as the data; otherwise long cells are cut and, where that is not enough,
  // columns in the middle left out, until a line fits. Whatever is left out is said.
  size_t width_max = 0;
  // Box only. 0 = all rows; otherwise rows in the middle are left out beyond this many.
  int64_t rows_max = 0;
};

// Writes one result: Begin, Rows any number of times, End (unless the query failed midway).
// Threads: one at a time.
class ResultWriter {
 public:
  virtual ~ResultWriter() = default;
  virtual void Begin(const std::vector<ResultColumn>& columns) = 0;
  virtual void Rows(std::vector<ResultRow> rows) = 0;
  virtual void End() = 0;

  // How the writer wants the cells.
  virtual Render render() const { return Render::kText; }
};

// `output` is borrowed and must outlive the writer.
std::unique_ptr<ResultWriter> MakeWriter(Format format, const WriterOptions& options,
                                         Output* output);

}  // namespace fathom
