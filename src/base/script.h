// Writing systems, and which of them a language uses.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fathom {

enum class Script : uint8_t {
  kNone,  // no letter, or one of a script that is not listed
  kLatin,
  kGreek,
  kCyrillic,
  kHebrew,
  kArabic,
  kDevanagari,
  kThai,
  kHan,
  kKana,
  kHangul,
};

Script ScriptOf(char32_t c);

// A set of scripts, one bit each.
class ScriptSet {
 public:
  constexpr ScriptSet(std::initializer_list<Script> scripts) {
    for (const Script script : scripts) bits_ |= 1u << static_cast<int>(script);
  }
  constexpr bool Has(Script script) const { return bits_ >> static_cast<int>(script) & 1; }

 private:
  uint32_t bits_ = 0;
};

// What `language`, a code of ISO 639-1 or an English name in any case ("zh", "zh-CN", "Chinese"),
// is written in; nullopt for one that is not known here. English and German look alike.
std::optional<ScriptSet> ScriptsOf(std::string_view language);

}  // namespace fathom
