#include <algorithm>
#include <array>

#include "semantic/pii/ascii.h"
#include "semantic/pii/rules.h"
#include "semantic/pii/web_names.h"

namespace fathom {
namespace {

constexpr std::string_view kUrlCharacters = "-._~:/?#[]@!$&'()*+,;=%";

// Without the punctuation of the sentence around: a closing bracket belongs to the address only
// when it is opened there.
size_t WithoutPunctuation(std::string_view all, size_t begin, size_t end) {
  auto opened = std::count(all.begin() + begin, all.begin() + end, '(');
  auto closed = std::count(all.begin() + begin, all.begin() + end, ')');
  for (; end > begin; --end) {
    const char last = all[end - 1];
    const bool surplus = last == ')' && closed > opened;
    if (!surplus && std::string_view(".,;:!?'*]").find(last) == std::string_view::npos) break;
    if (last == ')') --closed;
  }
  return end;
}

// Where the address ends whose host begins at `host`; 0: there is no host.
size_t EndOfUrl(std::string_view all, size_t host) {
  const size_t end = WithoutPunctuation(all, host, WebRunEnd(all, host, kUrlCharacters));
  return end > host && IsAlnum(all[host]) ? end : 0;
}

bool IsScheme(std::string_view word) {
  static constexpr std::array<std::string_view, 7> kSchemes{"http", "https", "ftp", "ftps",
                                                            "sftp", "ws",    "wss"};
  return std::find(kSchemes.begin(), kSchemes.end(), word) != kSchemes.end();
}

void AddWithScheme(const NumberText& text, PiiSpans* found) {
  const std::string_view all = text.text();
  for (size_t at = all.find("://"); at != std::string_view::npos; at = all.find("://", at)) {
    size_t begin = at;
    while (begin > 0 && at - begin < 6 && IsLetter(all[begin - 1])) --begin;
    const bool known = IsScheme(text.lowered().substr(begin, at - begin));
    const size_t end = known ? EndOfUrl(all, at + 3) : 0;
    if (end != 0) found->push_back({begin, end, PiiCategory::kUrl, PiiCertainty::kChecked});
    at = std::max(at + 3, end);
  }
}

// Names that stand alone are addresses only below domains that are no common word or file ending.
bool IsWellKnownTop(std::string_view top) {
  static constexpr std::array<std::string_view, 23> kTops{
      "com", "org", "net", "edu", "gov", "mil", "io", "cn", "uk", "de", "fr", "jp",
      "ru",  "eu",  "au",  "br",  "ca",  "nl",  "ch", "kr", "tw", "hk", "nz"};
  return std::find(kTops.begin(), kTops.end(), top) != kTops.end();
}

// The characters before a name that make it a part of something else, and those behind it; "("
// calls a function.
bool IsPartOfMore(const NumberText& text, size_t begin, size_t end) {
  const char previous = text.Before(begin), next = text.At(end);
  return (begin > 0 && std::string_view("@/_:\\$").find(previous) != std::string_view::npos) ||
         (next != '\0' && std::string_view("@_(\\").find(next) != std::string_view::npos);
}

// The address whose host is [begin, end), if it is one; where to go on.
size_t AddBare(const NumberText& text, size_t begin, size_t end, PiiSpans* found) {
  const std::string_view all = text.text();
  const size_t run_end = end;
  while (end > begin && (all[end - 1] == '.' || all[end - 1] == '-')) --end;
  const std::string_view name = all.substr(begin, end - begin);
  if (!IsHostName(name) || IsPartOfMore(text, begin, end)) return run_end;
  const bool has_www = text.lowered().substr(begin).starts_with("www.");
  if (!has_www && !IsWellKnownTop(name.substr(name.rfind('.') + 1))) return run_end;
  const bool has_more = text.At(end) == '/' || text.At(end) == '?' || text.At(end) == ':';
  const size_t url_end = has_more ? EndOfUrl(all, begin) : end;
  if (url_end == 0) return run_end;
  found->push_back(
      {begin, url_end, PiiCategory::kUrl, has_www ? PiiCertainty::kChecked : PiiCertainty::kShape});
  return std::max(run_end, url_end);
}

void AddWithoutScheme(const NumberText& text, PiiSpans* found) {
  const std::string_view all = text.text();
  for (size_t at = 0; at < all.size();) {
    const size_t end = WebRunEnd(all, at, ".-");
    at = end == at ? at + 1 : AddBare(text, at, end, found);
  }
}

}  // namespace

void FindUrls(const NumberText& text, PiiSpans* found) {
  AddWithScheme(text, found);
  AddWithoutScheme(text, found);
}

}  // namespace fathom
