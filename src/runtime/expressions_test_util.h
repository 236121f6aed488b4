// Texts of an expression by chance; only for tests.
#pragma once

#include <algorithm>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/expressions.h"

namespace fathom {

// A random text of the language: a walk that ends where it may once it has `enough` bytes, then by
// the shortest way it finds. REQUIRES expr != kNothing
inline std::string RandomText(Expressions& e, Expr expr, std::mt19937& random, size_t enough) {
  std::string text;
  while (true) {
    const ByteSet first = e.First(expr);
    if (e.nullable(expr) && (first.empty() || text.size() >= enough || random() % 8 == 0)) {
      return text;
    }
    std::vector<uint8_t> bytes;
    for (int byte = 0; byte < 256; ++byte) {
      if (first.Has(static_cast<uint8_t>(byte))) bytes.push_back(static_cast<uint8_t>(byte));
    }
    uint8_t byte = bytes[random() % bytes.size()];
    if (text.size() >= enough) {
      const auto shortest = [&](uint8_t b) { return e.shortest(e.Derive(expr, b)); };
      byte = *std::ranges::min_element(bytes, {}, shortest);
    }
    text += static_cast<char>(byte);
    expr = e.Derive(expr, byte);
  }
}

// A regular expression and, by plain search, where its matches end.
struct PlainRegex {
  using Ends = std::set<size_t>;
  std::string regex;
  std::function<Ends(std::string_view text, size_t begin)> match;

  bool Matches(std::string_view text) const { return match(text, 0).contains(text.size()); }
};

inline PlainRegex PlainLetters(const std::string& regex, std::string_view letters) {
  return {regex, [letters](std::string_view text, size_t begin) -> PlainRegex::Ends {
            if (begin == text.size() || letters.find(text[begin]) == letters.npos) return {};
            return {begin + 1};
          }};
}

inline PlainRegex PlainConcat(const PlainRegex& a, const PlainRegex& b) {
  return {a.regex + b.regex, [a, b](std::string_view text, size_t begin) {
            PlainRegex::Ends ends;
            for (const size_t middle : a.match(text, begin)) ends.merge(b.match(text, middle));
            return ends;
          }};
}

inline PlainRegex PlainEither(const PlainRegex& a, const PlainRegex& b) {
  return {"(" + a.regex + "|" + b.regex + ")", [a, b](std::string_view text, size_t begin) {
            PlainRegex::Ends ends = a.match(text, begin);
            ends.merge(b.match(text, begin));
            return ends;
          }};
}

inline PlainRegex PlainRepeat(const PlainRegex& a, size_t least, size_t most,
                              const std::string& sign) {
  return {"(?:" + a.regex + ")" + sign, [a, least, most](std::string_view text, size_t begin) {
            PlainRegex::Ends ends, reached = {begin};
            for (size_t round = 0; round <= std::min(most, least + text.size()); ++round) {
              if (round >= least) ends.insert(reached.begin(), reached.end());
              PlainRegex::Ends next;
              for (const size_t at : reached) next.merge(a.match(text, at));
              reached = std::move(next);
            }
            return ends;
          }};
}

// A random regular expression over a, b and c.
inline PlainRegex RandomRegex(std::mt19937& random, int depth = 0) {
  const auto inner = [&] { return RandomRegex(random, depth + 1); };
  switch (random() % (depth > 3 ? 3 : 9)) {
    case 0: return PlainLetters("a", "a");
    case 1: return PlainLetters("b", "b");
    case 2: return random() % 2 ? PlainLetters("[ac]", "ac") : PlainLetters("[^bc]", "a");
    case 3:
    case 4: return PlainConcat(inner(), inner());
    case 5: return PlainEither(inner(), inner());
    case 6:
      return random() % 2 ? PlainRepeat(inner(), 0, SIZE_MAX, "*")
                          : PlainRepeat(inner(), 0, 1, "?");
    case 7: return PlainRepeat(inner(), 1, SIZE_MAX, "+");
    default: {
      const size_t least = random() % 3;
      const size_t most = least + random() % 3;
      return PlainRepeat(inner(), least, most,
                         "{" + std::to_string(least) + "," + std::to_string(most) + "}");
    }
  }
}

// All texts over a, b and c of up to `longest` letters.
inline std::vector<std::string> AllTexts(size_t longest) {
  std::vector<std::string> texts = {""};
  for (size_t begin = 0, length = 0; length < longest; ++length) {
    const size_t end = texts.size();
    for (; begin < end; ++begin) {
      for (const char c : {'a', 'b', 'c'}) texts.push_back(texts[begin] + c);
    }
  }
  return texts;
}

}  // namespace fathom
