#include "semantic/neutral.h"

#include <array>

namespace fathom {

std::span<const std::string> NeutralTexts(Language language) {
  static const std::array<std::string, 4> english{"N/A", "", "-", "The text."};
  static const std::array<std::string, 4> chinese{"无", "", "-", "文字。"};
  return language == Language::kChinese ? chinese : english;
}

}  // namespace fathom
