#include "cli/completion.h"

#include <algorithm>
#include <cctype>

#include "base/utf8_scan.h"

namespace fathom {
namespace {

bool IsWordChar(char c) {
  const auto u = static_cast<unsigned char>(c);
  return std::isalnum(u) || c == '_' || c == '.' || u >= 0x80;
}

char Lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool BeginsWith(const std::string& word, const std::string& prefix) {
  return word.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), word.begin(),
                    [](char a, char b) { return Lower(a) == Lower(b); });
}

std::string WordAtEnd(const std::string& text) {
  size_t begin = text.size();
  while (begin > 0 && IsWordChar(text[begin - 1])) --begin;
  return text.substr(begin);
}

size_t CommonLength(const std::string& a, const std::string& b) {
  size_t length = 0;
  while (length < std::min(a.size(), b.size()) && Lower(a[length]) == Lower(b[length])) ++length;
  return Utf8Floor(a, length);
}

bool AllCapitals(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isupper(c) != 0; }) &&
         std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return std::islower(c) != 0; });
}

std::string InCaseOf(const std::string& typed, std::string rest) {
  if (AllCapitals(typed)) {
    for (char& c : rest) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return rest;
}

}  // namespace

Completion CompleteWord(const std::string& before, const std::vector<std::string>& words) {
  const std::string typed = WordAtEnd(before);
  if (typed.empty()) return {};
  std::vector<std::string> matches;
  for (const std::string& word : words) {
    if (BeginsWith(word, typed)) matches.push_back(word);
  }
  if (matches.empty()) return {};
  size_t common = matches[0].size();
  for (const std::string& match : matches) {
    common = std::min(common, CommonLength(matches[0], match));
  }
  Completion completion;
  if (common > typed.size()) {
    completion.insert = InCaseOf(typed, matches[0].substr(typed.size(), common - typed.size()));
  } else if (matches.size() > 1) {
    completion.choices = std::move(matches);
  }
  return completion;
}

}  // namespace fathom
