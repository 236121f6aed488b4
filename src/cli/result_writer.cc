#include "cli/result_writer.h"

#include "cli/box_writer.h"
#include "cli/line_writers.h"

namespace fathom {
namespace {

struct NamedFormat {
  std::string_view name;
  Format format;
};

constexpr NamedFormat kFormats[] = {{"box", Format::kBox},
                                    {"csv", Format::kCsv},
                                    {"json", Format::kJson},
                                    {"jsonlines", Format::kJsonLines},
                                    {"markdown", Format::kMarkdown}};

}  // namespace

std::optional<Format> FormatFromName(std::string_view name) {
  for (const NamedFormat& entry : kFormats) {
    if (entry.name == name) return entry.format;
  }
  return std::nullopt;
}

std::string_view FormatName(Format format) {
  for (const NamedFormat& entry : kFormats) {
    if (entry.format == format) return entry.name;
  }
  FATHOM_ASSERT(false);
}

std::string FormatNames() {
  std::string names;
  for (const NamedFormat& entry : kFormats) {
    if (!names.empty()) names += ", ";
    names += entry.name;
  }
  return names;
}

std::unique_ptr<ResultWriter> MakeWriter(Format format, const WriterOptions& options,
                                         Output* output) {
  switch (format) {
    case Format::kBox: return std::make_unique<BoxWriter>(options, output);
    case Format::kCsv: return std::make_unique<CsvWriter>(output);
    case Format::kJson: return std::make_unique<JsonWriter>(JsonWriter::Shape::kArray, output);
    case Format::kJsonLines: return std::make_unique<JsonWriter>(JsonWriter::Shape::kLines, output);
    case Format::kMarkdown: return std::make_unique<MarkdownWriter>(output);
  }
  FATHOM_ASSERT(false);
}

}  // namespace fathom
