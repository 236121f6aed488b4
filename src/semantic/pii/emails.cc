#include <algorithm>

#include "semantic/pii/rules.h"
#include "semantic/pii/web_names.h"

namespace fathom {
namespace {

// RFC 5321, 4.5.3.1.1 allows 64 bytes before the "@".
constexpr size_t kMaxLocalBytes = 64;

}  // namespace

void FindEmails(const NumberText& text, PiiSpans* found) {
  const std::string_view all = text.text();
  for (size_t at = all.find('@'); at != std::string_view::npos; at = all.find('@', at + 1)) {
    size_t begin = WebRunBegin(all, at, "._%+-", kMaxLocalBytes);
    while (begin < at && (all[begin] == '.' || all[begin] == '-')) ++begin;
    if (begin == at || text.Before(at) == '.') continue;
    size_t end = WebRunEnd(all, at + 1, ".-");
    while (end > at + 1 && (all[end - 1] == '.' || all[end - 1] == '-')) --end;
    if (!IsHostName(all.substr(at + 1, end - at - 1))) continue;
    found->push_back({begin, end, PiiCategory::kEmail, PiiCertainty::kChecked});
  }
}

}  // namespace fathom
