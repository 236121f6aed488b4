#include <optional>

#include "semantic/pii/ascii.h"
#include "semantic/pii/rules.h"

namespace fathom {
namespace {

constexpr size_t kReachBytes = 40;  // from the keyword to the number, as in NumberText::ContextOf

struct Word {
  size_t begin = 0, end = 0;
};

bool IsPart(char c) { return IsAlnum(c) || c == '-'; }

// The first word with a digit behind `from`.
std::optional<Word> FirstNumberedWord(std::string_view text, size_t from) {
  const size_t limit = std::min(text.size(), from + kReachBytes);
  for (size_t at = from; at < limit;) {
    if (!IsPart(text[at])) {
      ++at;
      continue;
    }
    const size_t end =
        RunEnd(text.substr(0, std::min(text.size(), at + 2 * kReachBytes)), at, IsPart);
    if (std::any_of(text.begin() + at, text.begin() + end, IsDigit)) return Word{at, end};
    at = end;
  }
  return std::nullopt;
}

// Passports: letters and digits, 6 to 12 characters; licences: 5 to 18. At least five digits.
bool CanBe(Topic topic, std::string_view word) {
  const auto digits = std::count_if(word.begin(), word.end(), IsDigit);
  const size_t longest = topic == Topic::kPassport ? 12 : 18;
  const size_t shortest = topic == Topic::kPassport ? 6 : 5;
  return digits >= 5 && word.size() >= shortest && word.size() <= longest;
}

}  // namespace

void FindDocuments(const NumberText& text, PiiSpans* found) {
  for (const TopicMark& mark : text.marks()) {
    if (mark.topic != Topic::kPassport && mark.topic != Topic::kLicense) continue;
    const auto word = FirstNumberedWord(text.text(), mark.end);
    if (!word || !CanBe(mark.topic, text.text().substr(word->begin, word->end - word->begin))) {
      continue;
    }
    if (!text.MayBegin(word->begin) || !text.MayEnd(word->end)) continue;
    if (!text.ContextOf(word->begin, word->end).Says(mark.topic)) continue;
    found->push_back(
        {word->begin, word->end,
         mark.topic == Topic::kPassport ? PiiCategory::kPassport : PiiCategory::kDriversLicense,
         PiiCertainty::kContext});
  }
}

}  // namespace fathom
