#include "base/language_drift.h"

#include <algorithm>

#include "base/language.h"
#include "base/utf8_scan.h"

namespace fathom {
namespace {

constexpr size_t kWordWeight = 3;
constexpr size_t kCharacterWeight = 2;
constexpr size_t kKanaWeight = 4;     // also for the ideographs between them, which pass as Chinese
constexpr size_t kStreakWeight = 90;  // a quoted sentence is shorter
constexpr size_t kBeginningWeight = 36;  // and a title
constexpr size_t kAnswerWeight = 16;     // and a name

bool PartsNoWords(Script script) {
  return script == Script::kHan || script == Script::kKana || script == Script::kHangul ||
         script == Script::kThai;
}

bool IsAsciiOf(char32_t c, std::string_view set) {
  return c < 0x80 && set.find(static_cast<char>(c)) != std::string_view::npos;
}

// Beside a word of an identifier, an address, a file name or a formula.
bool IsTechnicalBefore(char32_t c) { return IsAsciiOf(c, "_./@:#\\<>=&$%-0123456789"); }
bool IsTechnicalAfter(char32_t c) { return IsAsciiOf(c, "_/@\\<>=&$%(0123456789"); }

}  // namespace

std::optional<size_t> LanguageDrift::Append(std::string_view bytes) {
  pending_ += bytes;
  size_t at = 0;
  while (at < pending_.size()) {
    const Utf8Scan scan = ScanUtf8(std::string_view(pending_).substr(at, 4));
    if (scan.valid_bytes == 0 && !scan.broken) break;  // more is to come
    const CodePoint point = ReadCodePoint(pending_, at);
    Take(point.value);
    at += point.bytes;
    at_ += point.bytes;
  }
  pending_.erase(0, at);
  return drift_;
}

std::optional<size_t> LanguageDrift::Finish() {
  EndWord(' ');
  if (!drift_ && wrong_ >= kAnswerWeight && IsMostlyOther()) drift_ = streak_begin_;
  return drift_;
}

void LanguageDrift::Take(char32_t c) {
  const Script script = ScriptOf(c);
  if (script != word_.script || PartsNoWords(script)) EndWord(c);
  if (c == '`') {
    ++backticks_;
  } else {
    TakeBacktick();
    if (c == '\n') in_span_ = false;
  }
  if (script != Script::kNone && !in_span_ && !in_fence_) {
    if (word_.letters++ == 0) word_ = {script, 1, at_, !IsTechnicalBefore(before_)};
    if (script == Script::kLatin && c >= 'A' && c <= 'Z') word_.plain = false;
  }
  before_ = c;
}

// What the backticks that have just ended begin or end.
void LanguageDrift::TakeBacktick() {
  if (backticks_ >= 3) {
    in_fence_ = !in_fence_;
    in_span_ = false;
  } else if (backticks_ > 0 && !in_fence_) {
    in_span_ = !in_span_;
  }
  backticks_ = 0;
}

void LanguageDrift::EndWord(char32_t after) {
  const Word word = word_;
  word_ = {};
  if (word.letters == 0) return;
  if (PartsNoWords(word.script)) {
    const bool kana = word.script == Script::kKana;
    Count(word.script, kana ? kKanaWeight : kCharacterWeight, word.begin);
  } else if (expected_.Has(word.script)) {
    Count(word.script, kWordWeight, word.begin);
  } else if (word.letters > 1 && word.plain && !IsTechnicalAfter(after)) {
    Count(word.script, kWordWeight, word.begin);
  }
}

// What is expected makes up for twice as much of another script: a mixture is no drift.
void LanguageDrift::Count(Script script, size_t weight, size_t begin) {
  if (expected_.Has(script)) {
    right_ += weight;
    streak_ -= std::min(streak_, 2 * weight);
    return;
  }
  if (streak_ == 0) streak_begin_ = begin;
  wrong_ += weight;
  streak_ += weight;
  if (drift_) return;
  if (streak_ >= kStreakWeight || (wrong_ >= kBeginningWeight && IsMostlyOther())) {
    drift_ = streak_begin_;
  }
}

bool LooksLike(std::string_view text, std::string_view language) {
  const NaturalLanguage* known = FindLanguage(language);
  if (known == nullptr) return true;
  LanguageDrift drift(known->scripts);
  drift.Append(text);
  return !drift.Finish();
}

}  // namespace fathom
