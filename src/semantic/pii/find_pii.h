// Personal data in text, found by rule: shapes, check digits and the words around them.
#pragma once

#include <string_view>
#include <vector>

#include "semantic/pii/pii_span.h"

namespace fathom {

// The spans of `text` that are personal data of the categories in `which`; those of
// PiiCategories::ByModel() are never found. In order, disjoint, between whole characters. Where
// readings overlap the most certain one wins, then the longest, whatever `which` says: the digits
// of a card are no telephone number, even for who only asks for these. (Of two equally certain
// readings one that was asked for stands: an IP address inside a URL.)
// A function of its arguments alone; time and memory are linear in the text. Bytes that are no
// UTF-8 do no harm.
std::vector<PiiSpan> FindPii(std::string_view text, PiiCategories which);

}  // namespace fathom
