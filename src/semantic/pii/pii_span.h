// A piece of personal data in a text.
#pragma once

#include <cstddef>
#include <cstdint>

#include "semantic/pii/pii_category.h"

namespace fathom {

// What speaks for a span. Where two overlap the more certain one wins, then the longer one.
enum class PiiCertainty : uint8_t {
  kContext,  // only the words around it: "account number 12345678"
  kShape,    // a shape that little else has: 555-123-4567, 2001-05-06
  kChecked,  // check digits, or a syntax of its own: a card number, an e-mail address
};

struct PiiSpan {
  size_t begin = 0, end = 0;  // bytes; both between whole characters, begin < end
  PiiCategory category = PiiCategory::kName;
  PiiCertainty certainty = PiiCertainty::kContext;

  bool operator==(const PiiSpan&) const = default;
};

}  // namespace fathom
