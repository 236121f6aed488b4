// Sound texts in which much repeats for good reason: no guard may take one for a breakdown.
#pragma once

#include <string>
#include <vector>

namespace fathom {

struct SoundText {
  std::string name;
  std::string text;
};

std::vector<SoundText> SoundTexts();

}  // namespace fathom
