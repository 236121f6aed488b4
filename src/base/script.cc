#include "base/script.h"

#include <algorithm>
#include <array>

namespace fathom {
namespace {

struct Range {
  char32_t first, last;
  Script script;
};

// Unicode blocks of letters, by their place; signs inside of them are few and do no harm.
constexpr std::array kRanges = {
    Range{'A', 'Z', Script::kLatin},          Range{'a', 'z', Script::kLatin},
    Range{0xC0, 0x24F, Script::kLatin},       Range{0x370, 0x3FF, Script::kGreek},
    Range{0x400, 0x52F, Script::kCyrillic},   Range{0x5D0, 0x5F2, Script::kHebrew},
    Range{0x620, 0x6FF, Script::kArabic},     Range{0x750, 0x77F, Script::kArabic},
    Range{0x900, 0x963, Script::kDevanagari}, Range{0xE01, 0xE4E, Script::kThai},
    Range{0x1100, 0x11FF, Script::kHangul},   Range{0x1E00, 0x1EFF, Script::kLatin},
    Range{0x1F00, 0x1FFF, Script::kGreek},    Range{0x3041, 0x30FF, Script::kKana},
    Range{0x3400, 0x4DBF, Script::kHan},      Range{0x4E00, 0x9FFF, Script::kHan},
    Range{0xAC00, 0xD7A3, Script::kHangul},   Range{0xF900, 0xFAFF, Script::kHan},
    Range{0x20000, 0x323AF, Script::kHan},
};

}  // namespace

Script ScriptOf(char32_t c) {
  if (c == 0xD7 || c == 0xF7) return Script::kNone;  // the signs for times and divided by
  const auto range =
      std::find_if(kRanges.begin(), kRanges.end(), [c](const Range& r) { return c <= r.last; });
  return range != kRanges.end() && c >= range->first ? range->script : Script::kNone;
}

}  // namespace fathom
