#include <algorithm>

#include "semantic/pii/ascii.h"
#include "semantic/pii/rules.h"

namespace fathom {
namespace {

// 0..255 without leading zeros.
bool IsOctet(std::string_view digits) {
  if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return false;
  return std::stoi(std::string(digits)) <= 255;
}

// Where four octets with dots end that begin with group `first`; 0: none.
size_t EndOfV4(const NumberText& text, size_t first) {
  const auto& groups = text.groups();
  if (first + 3 >= groups.size()) return 0;
  for (size_t i = first; i < first + 4; ++i) {
    if (i < first + 3 && groups[i].next != Joint::kDot) return 0;
    if (!IsOctet(text.text().substr(groups[i].begin, groups[i].size()))) return 0;
  }
  const size_t end = groups[first + 3].end;
  // A port or the width of a net may follow; a fifth number may not.
  const char next = text.At(end);
  if (next == ':' || next == '/') return end;
  return text.MayEnd(end) ? end : 0;
}

// "nginx/1.2.3.4" is a version, "//1.2.3.4" an address.
bool IsVersion(const NumberText& text, size_t begin, size_t end) {
  if (text.Before(begin) == '/' && begin >= 2 && IsLetter(text.At(begin - 2))) return true;
  return text.ContextOf(begin, end).Says(Topic::kOther);
}

void AddV4(const NumberText& text, size_t first, PiiSpans* found) {
  const size_t begin = text.groups()[first].begin;
  const size_t end = EndOfV4(text, first);
  if (end == 0 || text.text()[begin] == '0' || !text.MayBegin(begin)) return;
  if (IsVersion(text, begin, end)) return;
  found->push_back({begin, end, PiiCategory::kIpAddress, PiiCertainty::kChecked});
}

// Six pairs of hexadecimal digits.
bool IsMac(std::string_view run) {
  if (run.size() != 17) return false;
  for (size_t i = 0; i < run.size(); ++i) {
    if (IsHexDigit(run[i]) == (i % 3 == 2)) return false;
  }
  return run[2] == run[5] && run[2] == run[8] && run[2] == run[11] && run[2] == run[14];
}

// Eight groups of 1..4 hexadecimal digits, or fewer around one "::" (RFC 4291, 2.2). Without eight
// groups there must be a digit and two groups, or code like "std::add" would be one.
bool IsV6(std::string_view run) {
  int groups = 0, gaps = 0;
  bool has_digit = false;
  for (size_t at = 0; at < run.size();) {
    if (run.substr(at).starts_with("::")) {
      ++gaps;
      at += 2;
      continue;
    }
    if (run[at] == ':') {
      if (at == 0 || ++at == run.size() || run[at] == ':') return false;
      continue;
    }
    const size_t end = RunEnd(run, at, IsHexDigit);
    if (end - at > 4) return false;
    has_digit |= std::any_of(run.begin() + at, run.begin() + end, IsDigit);
    ++groups;
    at = end;
  }
  if (gaps == 0) return groups == 8;
  return gaps == 1 && groups <= 7 && has_digit && (groups >= 2 || run == "::1");
}

// Runs of hexadecimal digits and `separator` with at least two of them.
void AddHexRuns(const NumberText& text, char separator, PiiSpans* found) {
  const auto is_part = [separator](char c) { return IsHexDigit(c) || c == separator; };
  const std::string_view all = text.text();
  for (size_t at = 0; at < all.size();) {
    const size_t end = RunEnd(all, at, is_part);
    if (end == at) {
      ++at;
      continue;
    }
    std::string_view run = all.substr(at, end - at);
    if (run.ends_with(separator) && !run.ends_with("::")) run.remove_suffix(1);
    const bool stands = !IsAlnum(text.Before(at)) && text.Before(at) != '_' &&
                        !IsAlnum(text.At(end)) && text.At(end) != '_';
    // The longest IPv6 address has 39 characters.
    if (stands && run.size() >= 3 && run.size() <= 39) {
      if (IsMac(run)) {
        found->push_back({at, at + run.size(), PiiCategory::kMacAddress, PiiCertainty::kChecked});
      } else if (separator == ':' && IsV6(run)) {
        found->push_back({at, at + run.size(), PiiCategory::kIpAddress, PiiCertainty::kChecked});
      }
    }
    at = end;
  }
}

}  // namespace

void FindNetworkAddresses(const NumberText& text, PiiSpans* found) {
  for (size_t first = 0; first < text.groups().size(); ++first) AddV4(text, first, found);
  AddHexRuns(text, ':', found);
  AddHexRuns(text, '-', found);
}

}  // namespace fathom
