#include "redact/tally.h"

#include <algorithm>

namespace fathom::redact {
namespace {

size_t SharedBytes(const Label& label, const PiiSpan& span) {
  const size_t begin = std::max(label.begin, span.begin), end = std::min(label.end, span.end);
  return begin < end ? end - begin : 0;
}

std::vector<PiiSpan> OfType(const Type& type, std::span<const PiiSpan> found) {
  std::vector<PiiSpan> spans;
  for (const PiiSpan& span : found) {
    if (type.categories.Has(span.category)) spans.push_back(span);
  }
  return spans;
}

}  // namespace

void Tally::Add(const Type& type, const LabelledText& text, std::span<const PiiSpan> found) {
  const std::vector<PiiSpan> mine = OfType(type, found);
  for (const Label& label : text.labels) {
    if (label.type != type.name) continue;
    size_t covered = 0;
    bool exact = false;
    for (const PiiSpan& span : mine) {
      covered += SharedBytes(label, span);
      exact |= span.begin == label.begin && span.end == label.end;
    }
    ++labels;
    labels_met += covered > 0;
    labels_exact += exact;
    label_bytes += label.end - label.begin;
    label_bytes_covered += covered;
  }
  for (const PiiSpan& span : mine) {
    const auto touches = [&](bool own) {
      return std::any_of(text.labels.begin(), text.labels.end(), [&](const Label& label) {
        return (label.type == type.name) == own && SharedBytes(label, span) > 0;
      });
    };
    ++spans;
    spans_right += touches(true);
    spans_elsewhere += !touches(true) && touches(false);
  }
}

std::vector<std::string> Misses(const Type& type, const LabelledText& text,
                                std::span<const PiiSpan> found) {
  std::vector<std::string> lines;
  for (const Label& label : text.labels) {
    if (label.type != type.name) continue;
    Tally alone;
    alone.Add(type, {text.text, {label}, text.template_id}, found);
    if (alone.labels_exact == 0) {
      lines.push_back(type.name + (alone.labels_met ? " cut: " : " missed: ") +
                      text.text.substr(label.begin, label.end - label.begin) +
                      "  in: " + text.text);
    }
  }
  for (const PiiSpan& span : OfType(type, found)) {
    Tally alone;
    alone.Add(type, text, std::span(&span, 1));
    if (alone.spans_right == 0) {
      lines.push_back(type.name + " false: " + text.text.substr(span.begin, span.end - span.begin) +
                      "  in: " + text.text);
    }
  }
  return lines;
}

}  // namespace fathom::redact
