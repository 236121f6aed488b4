// What the tests of the rules read: text in, redacted text out.
#pragma once

#include <string>

#include "semantic/pii/find_pii.h"
#include "semantic/pii/redact.h"

namespace fathom {

// With all rules.
inline std::string Redacted(std::string_view text) {
  return Redact(text, FindPii(text, PiiCategories::ByRule()));
}

// With one.
inline std::string Redacted(std::string_view text, PiiCategories which) {
  return Redact(text, FindPii(text, which));
}

}  // namespace fathom
