// Text with personal data taken out.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "semantic/pii/pii_span.h"

namespace fathom {

// `text` with every span replaced by its category in brackets: "call [PHONE]". All other bytes stay
// as they are.
// REQUIRES spans are in order, disjoint and within the text; from one source or merged from
// several.
std::string Redact(std::string_view text, std::span<const PiiSpan> spans);

}  // namespace fathom
