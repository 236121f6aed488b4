// What the guards say about texts: bench/guard/guard.py asks it.
//
//   fathom_guard < TEXTS
//
// Every line of standard input is a text as a JSON string; every line of standard output a JSON
// object. "told": byte behind the piece of four bytes (a token) at which LoopDetector spoke for the
// first time, with the "begin" and "period" that it named, or null. The rest is AssessText.
// "languages" has for "en" and "zh" whether the text "looks_like" it, and the "drift" away from it,
// told token by token, or null. After the last text a line with the bytes of all and the seconds of
// the processor that the first two took.
#include <algorithm>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "base/language.h"
#include "base/language_drift.h"
#include "base/loop_detector.h"
#include "base/text_quality.h"

namespace fathom {
namespace {

using Json = nlohmann::json;

constexpr size_t kTokenBytes = 4;

struct Totals {
  size_t bytes = 0;
  double detector_seconds = 0;
  double assess_seconds = 0;
};

// Of the processor, not of the clock: other programs may be running.
double Seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

Json Stream(std::string_view text) {
  LoopDetector detector;
  Json told = nullptr;
  for (size_t at = 0; at < text.size(); at += kTokenBytes) {
    const std::optional<Loop> loop = detector.Append(text.substr(at, kTokenBytes));
    if (loop && told.is_null()) {
      told = {{"at", detector.text().size()}, {"begin", loop->begin}, {"period", loop->period}};
    }
  }
  return told;
}

Json Drift(std::string_view text, const char* language) {
  LanguageDrift drift(FindLanguage(language)->scripts);
  for (size_t at = 0; at < text.size(); at += kTokenBytes) {
    const std::optional<size_t> begin = drift.Append(text.substr(at, kTokenBytes));
    if (begin) return {{"at", std::min(text.size(), at + kTokenBytes)}, {"begin", *begin}};
  }
  return nullptr;
}

Json Languages(std::string_view text) {
  Json answer;
  for (const char* language : {"en", "zh"}) {
    answer[language] = {{"looks_like", LooksLike(text, language)},
                        {"drift", Drift(text, language)}};
  }
  return answer;
}

Json Describe(const TextQuality& quality) {
  return {{"kind", TextDefectName(quality.kind)},
          {"readable_bytes", quality.readable_bytes},
          {"readable_characters", quality.readable_characters},
          {"characters", quality.characters},
          {"loop_begin_characters", quality.loop_begin_characters},
          {"period_characters", quality.period_characters},
          {"repeats", quality.repeats},
          {"broken_characters", quality.broken_characters},
          {"mojibake_characters", quality.mojibake_characters},
          {"control_characters", quality.control_characters}};
}

Json Examine(std::string_view text, Totals& totals) {
  totals.bytes += text.size();
  const double begin = Seconds();
  Json told = Stream(text);
  const double middle = Seconds();
  const TextQuality quality = AssessText(text);
  totals.detector_seconds += middle - begin;
  totals.assess_seconds += Seconds() - middle;
  Json answer = Describe(quality);
  answer["told"] = std::move(told);
  answer["languages"] = Languages(text);
  return answer;
}

int Main() {
  std::ios::sync_with_stdio(false);
  Totals totals;
  for (std::string line; std::getline(std::cin, line);) {
    const Json text = Json::parse(line, nullptr, false);
    if (!text.is_string()) {
      std::cerr << "guard: a line of standard input is no JSON string: " << line.substr(0, 60)
                << "\n";
      return 2;
    }
    std::cout << Examine(text.get_ref<const std::string&>(), totals) << "\n";
  }
  std::cout << Json{{"bytes", totals.bytes},
                    {"detector_seconds", totals.detector_seconds},
                    {"assess_seconds", totals.assess_seconds}}
            << "\n";
  return 0;
}

}  // namespace
}  // namespace fathom

int main() { return fathom::Main(); }
