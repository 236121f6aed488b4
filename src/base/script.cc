#include "base/script.h"

#include <algorithm>
#include <array>
#include <string>

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

struct Language {
  std::string_view code, name;
  ScriptSet scripts;
};

constexpr ScriptSet kLatin = {Script::kLatin};
constexpr ScriptSet kCyrillic = {Script::kCyrillic};
constexpr ScriptSet kArabic = {Script::kArabic};
constexpr ScriptSet kDevanagari = {Script::kDevanagari};

constexpr std::array kLanguages = {
    Language{"en", "english", kLatin},
    Language{"de", "german", kLatin},
    Language{"fr", "french", kLatin},
    Language{"es", "spanish", kLatin},
    Language{"it", "italian", kLatin},
    Language{"pt", "portuguese", kLatin},
    Language{"nl", "dutch", kLatin},
    Language{"pl", "polish", kLatin},
    Language{"cs", "czech", kLatin},
    Language{"sv", "swedish", kLatin},
    Language{"da", "danish", kLatin},
    Language{"fi", "finnish", kLatin},
    Language{"hu", "hungarian", kLatin},
    Language{"ro", "romanian", kLatin},
    Language{"tr", "turkish", kLatin},
    Language{"id", "indonesian", kLatin},
    Language{"vi", "vietnamese", kLatin},
    Language{"zh", "chinese", {Script::kHan}},
    Language{"ja", "japanese", {Script::kHan, Script::kKana}},
    Language{"ko", "korean", {Script::kHangul, Script::kHan}},
    Language{"ru", "russian", kCyrillic},
    Language{"uk", "ukrainian", kCyrillic},
    Language{"bg", "bulgarian", kCyrillic},
    Language{"el", "greek", {Script::kGreek}},
    Language{"he", "hebrew", {Script::kHebrew}},
    Language{"ar", "arabic", kArabic},
    Language{"fa", "persian", kArabic},
    Language{"ur", "urdu", kArabic},
    Language{"hi", "hindi", kDevanagari},
    Language{"mr", "marathi", kDevanagari},
    Language{"th", "thai", {Script::kThai}},
};

}  // namespace

Script ScriptOf(char32_t c) {
  if (c == 0xD7 || c == 0xF7) return Script::kNone;  // the signs for times and divided by
  const auto range =
      std::find_if(kRanges.begin(), kRanges.end(), [c](const Range& r) { return c <= r.last; });
  return range != kRanges.end() && c >= range->first ? range->script : Script::kNone;
}

std::optional<ScriptSet> ScriptsOf(std::string_view language) {
  std::string wanted;
  for (const char c : language.substr(0, language.find_first_of("-_"))) {
    wanted += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c;
  }
  for (const Language& known : kLanguages) {
    if (wanted == known.code || wanted == known.name) return known.scripts;
  }
  return std::nullopt;
}

}  // namespace fathom
