// What was found beside what was there.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "redact/labelled_texts.h"
#include "semantic/pii/pii_span.h"

namespace fathom::redact {

// A type of the data set and the categories that answer it.
struct Type {
  std::string name;
  PiiCategories categories;
};

// Of one type over many texts. Overlapping: spans that share a byte with one of the other side.
// A span inside a label of another type (a postal code in an address) is personal data, but not of
// this type: it is no hit, and counted apart.
struct Tally {
  size_t labels = 0, labels_met = 0, labels_exact = 0;
  size_t label_bytes = 0, label_bytes_covered = 0;
  size_t spans = 0, spans_right = 0, spans_elsewhere = 0;

  void Add(const Type& type, const LabelledText& text, std::span<const PiiSpan> found);
};

// One line a finding: labels that no span touches, and spans that touch no label.
std::vector<std::string> Misses(const Type& type, const LabelledText& text,
                                std::span<const PiiSpan> found);

}  // namespace fathom::redact
