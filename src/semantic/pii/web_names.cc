#include "semantic/pii/web_names.h"

#include <algorithm>

#include "semantic/pii/ascii.h"

namespace fathom {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

bool IsPairAt(std::string_view text, size_t at) {
  if (at + 1 >= text.size()) return false;
  const auto lead = static_cast<unsigned char>(text[at]);
  return lead >= 0xC3 && lead <= 0xDF && IsContinuation(text[at + 1]);
}

bool IsOneOf(char c, std::string_view others) {
  return IsAlnum(c) || others.find(c) != std::string_view::npos;
}

}  // namespace

size_t WebRunEnd(std::string_view text, size_t from, std::string_view others) {
  while (from < text.size()) {
    if (IsOneOf(text[from], others)) {
      ++from;
    } else if (IsPairAt(text, from)) {
      from += 2;
    } else {
      break;
    }
  }
  return from;
}

size_t WebRunBegin(std::string_view text, size_t to, std::string_view others, size_t limit) {
  const size_t least = to > limit ? to - limit : 0;
  while (to > least) {
    if (IsOneOf(text[to - 1], others)) {
      --to;
    } else if (to >= least + 2 && IsPairAt(text, to - 2)) {
      to -= 2;
    } else {
      break;
    }
  }
  return to;
}

bool IsHostName(std::string_view name) {
  const size_t last_dot = name.rfind('.');
  if (last_dot == std::string_view::npos || name[0] == '.' || name[0] == '-') return false;
  if (name.find("..") != std::string_view::npos) return false;
  const std::string_view top = name.substr(last_dot + 1);
  return top.size() >= 2 && std::all_of(top.begin(), top.end(), IsLetter);
}

}  // namespace fathom
