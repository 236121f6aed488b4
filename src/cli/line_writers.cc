#include "cli/line_writers.h"

#include <nlohmann/json.hpp>
#include <set>

namespace fathom {
namespace {

bool NeedsQuotes(const std::string& field) {
  return field.empty() || field.find_first_of(",\"\r\n") != std::string::npos;
}

std::string CsvField(const std::string& field) {
  if (!NeedsQuotes(field)) return field;
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string MarkdownCell(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '|': out += "\\|"; break;
      case '\\': out += "\\\\"; break;
      case '\r': break;
      case '\n': out += "<br>"; break;
      default: out += text[i];
    }
  }
  return out;
}

// Names as they are, except that a repeated one gets the first free suffix _1, _2, ...
std::vector<std::string> DistinctNames(const std::vector<ResultColumn>& columns) {
  std::set<std::string> taken;  // by some column as it is: no suffix may make it
  for (const ResultColumn& column : columns) taken.insert(column.name);
  std::set<std::string> used;
  std::vector<std::string> names;
  for (const ResultColumn& column : columns) {
    std::string name = column.name;
    for (int i = 1; used.contains(name) || (i > 1 && taken.contains(name)); ++i) {
      name = column.name + "_" + std::to_string(i);
    }
    used.insert(name);
    names.push_back(name);
  }
  return names;
}

std::string JsonString(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void CsvWriter::Begin(const std::vector<ResultColumn>& columns) {
  std::string line;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) line += ',';
    line += CsvField(columns[i].name);
  }
  output_->Write(line + '\n');
}

void CsvWriter::Rows(std::vector<ResultRow> rows) {
  std::string text;
  for (const ResultRow& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += ',';
      if (row[i]) text += CsvField(*row[i]);
    }
    text += '\n';
  }
  output_->Write(text);
}

void JsonWriter::Begin(const std::vector<ResultColumn>& columns) {
  keys_.clear();
  for (const std::string& name : DistinctNames(columns)) keys_.push_back(JsonString(name) + ":");
  first_ = true;
  if (shape_ == Shape::kArray) output_->Write("[");
}

void JsonWriter::Rows(std::vector<ResultRow> rows) {
  std::string text;
  for (const ResultRow& row : rows) {
    if (shape_ == Shape::kArray && !first_) text += ",\n";
    first_ = false;
    text += '{';
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += ',';
      text += keys_[i];
      text += row[i].value_or("null");
    }
    text += '}';
    if (shape_ == Shape::kLines) text += '\n';
  }
  output_->Write(text);
}

void JsonWriter::End() {
  if (shape_ == Shape::kArray) output_->Write("]\n");
}

void MarkdownWriter::Begin(const std::vector<ResultColumn>& columns) {
  std::string names = "|";
  std::string rule = "|";
  for (const ResultColumn& column : columns) {
    names += ' ' + MarkdownCell(column.name) + " |";
    rule += column.is_numeric ? "--:|" : "---|";
  }
  output_->Write(names + '\n' + rule + '\n');
}

void MarkdownWriter::Rows(std::vector<ResultRow> rows) {
  std::string text;
  for (const ResultRow& row : rows) {
    text += '|';
    for (const Cell& cell : row) text += ' ' + (cell ? MarkdownCell(*cell) : "NULL") + " |";
    text += '\n';
  }
  output_->Write(text);
}

}  // namespace fathom
