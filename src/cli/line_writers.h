// The formats that other programs read: a row is written as soon as it is known.
#pragma once

#include <string>
#include <vector>

#include "cli/result_writer.h"

namespace fathom {

// RFC 4180 with "\n" ends and a header line, as DuckDB's COPY writes it: NULL is an empty field, an
// empty text is "".
class CsvWriter : public ResultWriter {
 public:
  explicit CsvWriter(Output* output) : output_(output) {}
  void Begin(const std::vector<ResultColumn>& columns) override;
  void Rows(std::vector<ResultRow> rows) override;
  void End() override {}

 private:
  Output* output_;
};

// One object per row: kArray inside one JSON array per result, kLines one object a line. Numbers,
// lists and structs keep their type. Columns of one name get distinct keys: a, a_1, a_2.
class JsonWriter : public ResultWriter {
 public:
  enum class Shape { kArray, kLines };
  JsonWriter(Shape shape, Output* output) : shape_(shape), output_(output) {}
  void Begin(const std::vector<ResultColumn>& columns) override;
  void Rows(std::vector<ResultRow> rows) override;
  void End() override;
  Render render() const override { return Render::kJson; }

 private:
  Shape shape_;
  Output* output_;
  std::vector<std::string> keys_;  // as JSON, with the colon
  bool first_ = true;
};

// A GitHub table: '|' and '\' are escaped, line breaks are <br>, numbers stand to the right.
class MarkdownWriter : public ResultWriter {
 public:
  explicit MarkdownWriter(Output* output) : output_(output) {}
  void Begin(const std::vector<ResultColumn>& columns) override;
  void Rows(std::vector<ResultRow> rows) override;
  void End() override {}

 private:
  Output* output_;
};

}  // namespace fathom
