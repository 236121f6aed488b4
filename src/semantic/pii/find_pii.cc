#include "semantic/pii/find_pii.h"

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "semantic/pii/number_text.h"
#include "semantic/pii/rules.h"

namespace fathom {
namespace {

PiiSpans AllReadings(std::string_view text) {
  const NumberText numbers(text);
  PiiSpans readings;
  for (const auto& rule :
       {FindCards, FindPhones, FindNationalIds, FindDates, FindBankAccounts, FindDocuments,
        FindPostalCodes, FindNetworkAddresses, FindEmails, FindUrls, FindWallets}) {
    rule(numbers, &readings);
  }
  return readings;
}

// The most certain first, then the longest; the rest makes the order total.
bool Precedes(const PiiSpan& a, const PiiSpan& b) {
  const auto key = [](const PiiSpan& span) {
    return std::tuple(-static_cast<int>(span.certainty),
                      -static_cast<int64_t>(span.end - span.begin), span.begin, span.category);
  };
  return key(a) < key(b);
}

// Who has a byte: nobody, a span that is kept (kKept), or a reading that nobody asked for, which
// keeps less certain ones away (its certainty + 1).
class Owners {
 public:
  explicit Owners(size_t bytes) : owners_(bytes, 0) {}

  // REQUIRES readings arrive in the order of Precedes
  bool Keep(const PiiSpan& span) {
    const uint8_t level = LevelOf(span);
    const auto begin = owners_.begin() + span.begin, end = owners_.begin() + span.end;
    if (std::any_of(begin, end, [level](uint8_t owner) { return owner > level; })) return false;
    std::fill(begin, end, kKept);
    return true;
  }

  void Block(const PiiSpan& span) {
    const uint8_t level = LevelOf(span);
    for (size_t i = span.begin; i < span.end; ++i) owners_[i] = std::max(owners_[i], level);
  }

 private:
  static constexpr uint8_t kKept = 255;

  static uint8_t LevelOf(const PiiSpan& span) { return static_cast<uint8_t>(span.certainty) + 1; }

  std::vector<uint8_t> owners_;
};

}  // namespace

std::vector<PiiSpan> FindPii(std::string_view text, PiiCategories which) {
  if ((which & PiiCategories::ByRule()).IsEmpty()) return {};
  PiiSpans readings = AllReadings(text);
  std::sort(readings.begin(), readings.end(), Precedes);
  Owners owners(text.size());
  std::vector<PiiSpan> kept;
  for (const PiiSpan& reading : readings) {
    if (!which.Has(reading.category)) {
      owners.Block(reading);
    } else if (owners.Keep(reading)) {
      kept.push_back(reading);
    }
  }
  std::sort(kept.begin(), kept.end(),
            [](const PiiSpan& a, const PiiSpan& b) { return a.begin < b.begin; });
  return kept;
}

}  // namespace fathom
