#include "base/text_quality.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/loop_detector.h"
#include "base/text_damage.h"
#include "base/text_material.h"
#include "base/utf8_scan.h"

namespace fathom {
namespace {

constexpr size_t kPieceBytes = 64;   // between two looks at the detector
constexpr size_t kEndingBytes = 64;  // behind a loop that the text still ends in: "};"

size_t CountCharacters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; });
}

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f") == std::string_view::npos;
}

bool IsDefect(std::string_view text, const Loop& loop) {
  const std::string_view until = text.substr(0, loop.end);
  if (IsBlank(until.substr(loop.end - loop.period))) return false;
  if (MaterialOfRound(until, loop.period) != TextMaterial::kData) return true;
  return text.size() - loop.end < kEndingBytes || (loop.end - loop.begin) * 2 >= text.size();
}

// The first loop that is a defect, up to its end.
std::optional<Loop> FindDefectLoop(std::string_view text) {
  LoopDetector detector;
  std::optional<Loop> last;
  for (size_t at = 0; at < text.size(); at += kPieceBytes) {
    const std::optional<Loop> loop = detector.Append(text.substr(at, kPieceBytes));
    const bool goes_on = loop && last && loop->begin == last->begin;
    if (last && !goes_on && IsDefect(text, *last)) return last;
    last = loop;
  }
  return last && IsDefect(text, *last) ? last : std::nullopt;
}

void DescribeLoop(std::string_view text, const Loop& loop, TextQuality& quality) {
  const std::string_view round = text.substr(loop.begin, loop.period);
  quality.loop_begin_bytes = loop.begin;
  quality.loop_begin_characters = CountCharacters(text.substr(0, loop.begin));
  quality.period_bytes = loop.period;
  quality.period_characters = std::max<size_t>(1, CountCharacters(round));
  quality.repeats = loop.repeats();
}

}  // namespace

const char* TextDefectName(TextDefect defect) {
  switch (defect) {
    case TextDefect::kNone: return "none";
    case TextDefect::kEmpty: return "empty";
    case TextDefect::kLoop: return "loop";
    case TextDefect::kRun: return "run";
    case TextDefect::kBrokenCharacters: return "broken_characters";
    case TextDefect::kMojibake: return "mojibake";
    case TextDefect::kControlCharacters: break;
  }
  return "control_characters";
}

TextQuality AssessText(std::string_view text) {
  const TextDamage damage = FindDamage(text);
  TextQuality quality{.readable_bytes = text.size(),
                      .characters = damage.text_characters,
                      .broken_characters = damage.broken.characters,
                      .mojibake_characters = damage.mojibake.characters,
                      .control_characters = damage.control.characters};
  if (IsBlank(text)) quality.kind = TextDefect::kEmpty;
  const auto ends_at = [&](size_t byte, TextDefect kind) {
    if (byte >= quality.readable_bytes) return;
    quality.readable_bytes = byte;
    quality.kind = kind;
  };
  if (const std::optional<Loop> loop = FindDefectLoop(text)) {
    DescribeLoop(text, *loop, quality);
    const bool run = quality.period_characters == 1;
    ends_at(Utf8Floor(text, loop->begin + loop->period),
            run ? TextDefect::kRun : TextDefect::kLoop);
  }
  if (damage.broken.begin) ends_at(*damage.broken.begin, TextDefect::kBrokenCharacters);
  if (damage.mojibake.begin) ends_at(*damage.mojibake.begin, TextDefect::kMojibake);
  if (damage.control.begin) ends_at(*damage.control.begin, TextDefect::kControlCharacters);
  quality.readable_characters = CountCharacters(text.substr(0, quality.readable_bytes));
  return quality;
}

}  // namespace fathom
