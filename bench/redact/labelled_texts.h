// Texts with the personal data in them marked: the files of pii_presidio.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace fathom::redact {

struct Label {
  size_t begin = 0, end = 0;  // bytes
  std::string type;           // the data set's name; "DATE_TIME(year or weekday)" is split off
};

struct LabelledText {
  std::string text;
  std::vector<Label> labels;
  int template_id = 0;  // the sentence it was made from; others differ in the data filled in
};

// Errors: no such file, or none of this format. Positions in the file are characters.
Result<std::vector<LabelledText>> ReadLabelledTexts(const std::string& path);

}  // namespace fathom::redact
