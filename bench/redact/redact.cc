// Recall and precision of FindPii, by type of personal data, on the sentences of pii_presidio.
//
//   fathom_redact [--data FOLDER] [--misses]
//
// The rules were tuned on the sentences of synth_dataset_v2.json whose template number is even, and
// on what they found in data sets without labels (text messages, products, receipts). The odd
// templates and generated_small.json were not tuned on, of them only the figures below were known;
// the three are reported apart, so that rules which only know the tuned sentences show. --misses
// lists what went wrong in the tuned part, and only there. Every text is redacted too, and the
// bytes outside of the spans compared; ends with 1 when one has changed. Without the data it says
// so and ends with 0.
#include "semantic/pii/redact.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "redact/labelled_texts.h"
#include "redact/tally.h"
#include "semantic/pii/find_pii.h"

namespace fathom::redact {
namespace {

struct Part {
  std::string name;
  std::vector<LabelledText> texts;
};

// Labels of other types (persons, places, organisations, titles, ages) are left to the model.
const std::vector<Type>& Types() {
  using enum PiiCategory;
  static const std::vector<Type> types{
      {"CREDIT_CARD", {kCreditCard}}, {"EMAIL_ADDRESS", {kEmail}},
      {"PHONE_NUMBER", {kPhone}},     {"IBAN_CODE", {kIban}},
      {"IP_ADDRESS", {kIpAddress}},   {"DOMAIN_NAME", {kUrl}},
      {"US_SSN", {kUsSsn}},           {"US_DRIVER_LICENSE", {kDriversLicense}},
      {"ZIP_CODE", {kPostalCode}},    {"DATE_TIME", {kDate, kDateOfBirth}},
  };
  return types;
}

Result<std::vector<Part>> ReadParts(const std::string& folder) {
  auto large = ReadLabelledTexts(folder + "/synth_dataset_v2.json");
  FATHOM_RETURN_IF_ERROR(large);
  auto small = ReadLabelledTexts(folder + "/generated_small.json");
  FATHOM_RETURN_IF_ERROR(small);
  std::vector<Part> parts{{"synth_dataset_v2, even templates (tuned on)", {}},
                          {"synth_dataset_v2, odd templates (held out)", {}},
                          {"generated_small (held out)", *std::move(small)}};
  for (LabelledText& text : *large) parts[text.template_id % 2].texts.push_back(std::move(text));
  return parts;
}

// `redacted` is `text` with placeholders in place of the spans: consumes both from left to right.
bool IsSameOutside(std::string_view text, std::string_view redacted,
                   const std::vector<PiiSpan>& spans) {
  size_t at = 0;
  for (const PiiSpan& span : spans) {
    const std::string_view outside = text.substr(at, span.begin - at);
    if (!redacted.starts_with(outside)) return false;
    redacted.remove_prefix(outside.size());
    const size_t close = redacted.find(']');
    if (!redacted.starts_with('[') || close == std::string_view::npos) return false;
    redacted.remove_prefix(close + 1);
    at = span.end;
  }
  return redacted == text.substr(at);
}

// "12/13 .92", or nothing when there is nothing to count.
std::string Share(size_t part, size_t whole) {
  if (whole == 0) return "-";
  char text[64];
  std::snprintf(text, sizeof(text), "%zu/%zu %.3f", part, whole,
                static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

void PrintRow(const std::string& name, const Tally& tally) {
  std::printf("  %-18s %16s %16s %18s %16s %9zu\n", name.c_str(),
              Share(tally.labels_met, tally.labels).c_str(),
              Share(tally.labels_exact, tally.labels).c_str(),
              Share(tally.label_bytes_covered, tally.label_bytes).c_str(),
              Share(tally.spans_right, tally.spans).c_str(), tally.spans_elsewhere);
}

// false: text outside of the spans has changed.
bool Report(const Part& part, bool list_misses) {
  std::vector<Tally> tallies(Types().size());
  std::map<std::string, size_t> left_to_model;
  size_t changed = 0;
  for (const LabelledText& text : part.texts) {
    const std::vector<PiiSpan> found = FindPii(text.text, PiiCategories::ByRule());
    changed += !IsSameOutside(text.text, Redact(text.text, found), found);
    for (const Label& label : text.labels) ++left_to_model[label.type];
    for (size_t i = 0; i < Types().size(); ++i) {
      tallies[i].Add(Types()[i], text, found);
      if (!list_misses) continue;
      for (const std::string& line : Misses(Types()[i], text, found)) std::puts(line.c_str());
    }
  }
  std::printf("\n%s: %zu texts\n", part.name.c_str(), part.texts.size());
  std::printf("  %-18s %16s %16s %18s %16s %9s\n", "type", "recall", "exact", "bytes covered",
              "precision", "elsewhere");
  for (size_t i = 0; i < Types().size(); ++i) {
    PrintRow(Types()[i].name, tallies[i]);
    left_to_model.erase(Types()[i].name);
  }
  std::printf("  left to the model:");
  for (const auto& [type, count] : left_to_model) std::printf(" %s %zu", type.c_str(), count);
  std::printf("\n  changed outside of the spans: %zu texts\n", changed);
  return changed == 0;
}

void ReportSpeed(const std::vector<Part>& parts) {
  std::string all;
  for (const Part& part : parts) {
    for (const LabelledText& text : part.texts) all += text.text + "\n";
  }
  const auto start = std::chrono::steady_clock::now();
  const size_t spans = FindPii(all, PiiCategories::ByRule()).size();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("\nall texts as one: %zu bytes, %zu spans, %.1f ms\n", all.size(), spans,
              seconds.count() * 1e3);
}

}  // namespace
}  // namespace fathom::redact

int main(int argc, char** argv) {
  using namespace fathom::redact;
  std::string folder = FATHOM_SOURCE_DIR "/../shared/data/pii_presidio";
  bool list_misses = false;
  CLI::App app{"recall and precision of the rules for personal data"};
  app.add_option("--data", folder, "folder of synth_dataset_v2.json and generated_small.json");
  app.add_flag("--misses", list_misses, "list what went wrong in the tuned part");
  CLI11_PARSE(app, argc, argv);

  const auto parts = ReadParts(folder);
  if (!parts.ok()) {
    std::printf("nothing measured: %s\n", parts.error().message.c_str());
    return 0;
  }
  bool same = true;
  for (const Part& part : *parts) same &= Report(part, list_misses && &part == &parts->front());
  ReportSpeed(*parts);
  return same ? 0 : 1;
}
