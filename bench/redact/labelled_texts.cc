#include "redact/labelled_texts.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace fathom::redact {
namespace {

using Json = nlohmann::json;

// Where every character of `text` begins, and its end.
std::vector<size_t> CharacterBytes(const std::string& text) {
  std::vector<size_t> bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) bytes.push_back(i);
  }
  bytes.push_back(text.size());
  return bytes;
}

// DATE_TIME also marks years ("founded in 1977") and weekdays, which say nothing of a person by
// themselves: they get a name of their own.
std::string TypeOf(const Json& span) {
  const std::string type = span.at("entity_type"), value = span.at("entity_value");
  const bool has_day = value.find_first_of("-/") != std::string::npos;
  return type == "DATE_TIME" && !has_day ? "DATE_TIME(year or weekday)" : type;
}

LabelledText ReadRow(const Json& row) {
  LabelledText labelled;
  labelled.text = row.at("full_text");
  labelled.template_id = row.at("template_id");
  const std::vector<size_t> bytes = CharacterBytes(labelled.text);
  for (const Json& span : row.at("spans")) {
    labelled.labels.push_back(
        {bytes.at(span.at("start_position")), bytes.at(span.at("end_position")), TypeOf(span)});
  }
  return labelled;
}

}  // namespace

Result<std::vector<LabelledText>> ReadLabelledTexts(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Error{ErrorCode::kNotFound, path + ": no such file"};
  try {
    std::vector<LabelledText> texts;
    for (const Json& row : Json::parse(file)) texts.push_back(ReadRow(row));
    return texts;
  } catch (const std::exception& error) {
    return Error{ErrorCode::kCorrupt, path + ": " + error.what()};
  }
}

}  // namespace fathom::redact
