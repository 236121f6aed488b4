#include "semantic/pii/redact.h"

#include "base/assert.h"

namespace fathom {

std::string Redact(std::string_view text, std::span<const PiiSpan> spans) {
  std::string redacted;
  size_t copied = 0;
  for (const PiiSpan& span : spans) {
    FATHOM_ASSERT(copied <= span.begin && span.begin < span.end && span.end <= text.size());
    redacted += text.substr(copied, span.begin - copied);
    redacted += '[';
    redacted += PiiCategoryName(span.category);
    redacted += ']';
    copied = span.end;
  }
  redacted += text.substr(copied);
  return redacted;
}

}  // namespace fathom
