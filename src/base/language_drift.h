// Does an answer stay in the language that was asked for? Judged by its script: Chinese and English
// are told apart, English and German are not.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/script.h"

namespace fathom {

// Follows an answer while it is being written. A Latin word where another script is expected counts
// only when it is plain and in small letters, and outside of backticks: names, abbreviations,
// identifiers, addresses and code are no drift. Weights: a word 3, a character of a script that
// parts no words 2 (kana 4); a Chinese word has one to two of these. Threads: none.
class LanguageDrift {
 public:
  explicit LanguageDrift(ScriptSet expected) : expected_(expected) {}

  // The answer goes on; `bytes` may end inside of a character. Where the drift began, in bytes of
  // the answer, once it is one: 12 words or 18 ideographs of another script with next to nothing
  // before them, or 30 words or 45 ideographs on end. A function of the text, not of the pieces.
  std::optional<size_t> Append(std::string_view bytes);

  // The answer has ended; a short one is judged by 6 words or 8 ideographs.
  std::optional<size_t> Finish();

  // Weights so far.
  size_t expected_weight() const { return right_; }
  size_t other_weight() const { return wrong_; }

 private:
  void Take(char32_t c);
  void TakeBacktick();
  void EndWord(char32_t after);
  void Count(Script script, size_t weight, size_t begin);
  bool IsMostlyOther() const { return right_ * 4 <= wrong_; }

  struct Word {
    Script script = Script::kNone;
    size_t letters = 0;
    size_t begin = 0;
    bool plain = true;  // small letters only, and nothing technical in front
  };

  ScriptSet expected_;
  std::string pending_;  // the beginning of a character
  size_t at_ = 0;        // bytes taken
  char32_t before_ = ' ';
  size_t backticks_ = 0;   // in a row, just now
  bool in_span_ = false;   // `code`, to the end of its line
  bool in_fence_ = false;  // ``` code ```
  Word word_;
  size_t right_ = 0;
  size_t wrong_ = 0;
  size_t streak_ = 0;  // weight of the other script of late
  size_t streak_begin_ = 0;
  std::optional<size_t> drift_;
};

// Is `text` in a script of `language` (FindLanguage)? True also for a language that is not known
// here, and where there is too little text to tell.
bool LooksLike(std::string_view text, std::string_view language);

}  // namespace fathom
