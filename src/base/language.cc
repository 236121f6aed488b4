#include "base/language.h"

#include <algorithm>
#include <array>

namespace fathom {
namespace {

constexpr ScriptSet kLatin = {Script::kLatin};
constexpr ScriptSet kCyrillic = {Script::kCyrillic};
constexpr ScriptSet kArabic = {Script::kArabic};
constexpr ScriptSet kDevanagari = {Script::kDevanagari};

constexpr std::array kLanguages = {
    NaturalLanguage{"en", "English", kLatin},
    NaturalLanguage{"de", "German", kLatin},
    NaturalLanguage{"fr", "French", kLatin},
    NaturalLanguage{"es", "Spanish", kLatin},
    NaturalLanguage{"it", "Italian", kLatin},
    NaturalLanguage{"pt", "Portuguese", kLatin},
    NaturalLanguage{"nl", "Dutch", kLatin},
    NaturalLanguage{"pl", "Polish", kLatin},
    NaturalLanguage{"cs", "Czech", kLatin},
    NaturalLanguage{"sv", "Swedish", kLatin},
    NaturalLanguage{"da", "Danish", kLatin},
    NaturalLanguage{"fi", "Finnish", kLatin},
    NaturalLanguage{"hu", "Hungarian", kLatin},
    NaturalLanguage{"ro", "Romanian", kLatin},
    NaturalLanguage{"tr", "Turkish", kLatin},
    NaturalLanguage{"id", "Indonesian", kLatin},
    NaturalLanguage{"vi", "Vietnamese", kLatin},
    NaturalLanguage{"zh", "Chinese", {Script::kHan}},
    NaturalLanguage{"ja", "Japanese", {Script::kHan, Script::kKana}},
    NaturalLanguage{"ko", "Korean", {Script::kHangul, Script::kHan}},
    NaturalLanguage{"ru", "Russian", kCyrillic},
    NaturalLanguage{"uk", "Ukrainian", kCyrillic},
    NaturalLanguage{"bg", "Bulgarian", kCyrillic},
    NaturalLanguage{"el", "Greek", {Script::kGreek}},
    NaturalLanguage{"he", "Hebrew", {Script::kHebrew}},
    NaturalLanguage{"ar", "Arabic", kArabic},
    NaturalLanguage{"fa", "Persian", kArabic},
    NaturalLanguage{"ur", "Urdu", kArabic},
    NaturalLanguage{"hi", "Hindi", kDevanagari},
    NaturalLanguage{"mr", "Marathi", kDevanagari},
    NaturalLanguage{"th", "Thai", {Script::kThai}},
};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c; }

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, Lower, Lower);
}

}  // namespace

std::span<const NaturalLanguage> Languages() { return kLanguages; }

const NaturalLanguage* FindLanguage(std::string_view language) {
  const std::string_view wanted = language.substr(0, language.find_first_of("-_"));
  const auto found = std::ranges::find_if(kLanguages, [&](const NaturalLanguage& known) {
    return EqualsIgnoringCase(wanted, known.code) || EqualsIgnoringCase(wanted, known.name);
  });
  return found != kLanguages.end() ? &*found : nullptr;
}

}  // namespace fathom
