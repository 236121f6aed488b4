// Writing systems.
#pragma once

#include <cstdint>
#include <initializer_list>

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

}  // namespace fathom
