#include "base/gram_index.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"

namespace fathom {
namespace {

constexpr size_t kSlotsMin = 1024;  // enough for most answers

// Two overlapping words of eight bytes, multiplied by odd constants (the golden ratio and the
// square root of 3 as 64-bit fractions); all bits of the result depend on all of them.
uint64_t HashGram(const char* gram) {
  static_assert(GramIndex::kGramBytes == 12);
  uint64_t first, last;
  std::memcpy(&first, gram, 8);
  std::memcpy(&last, gram + 4, 8);
  const uint64_t mixed = first * 0x9E3779B97F4A7C15 ^ (last * 0xBB67AE8584CAA73B >> 7);
  const uint64_t spread = mixed * 0x9E3779B97F4A7C15;
  return spread ^ spread >> 32;
}

uint32_t TagOf(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }

}  // namespace

std::optional<size_t> GramIndex::Add(std::string_view text) {
  FATHOM_ASSERT(text.size() < uint64_t{1} << 32);
  if (text.size() < kGramBytes) return std::nullopt;
  if (text.size() > slots_.size() / 4 && slots_.size() < kSlotsMax) Grow(text);
  const char* const gram = text.data() + text.size() - kGramBytes;
  const uint64_t hash = HashGram(gram);
  Slot& slot = SlotOf(hash);
  const Slot before = slot;
  slot = {static_cast<uint32_t>(text.size()), TagOf(hash)};
  if (before.end == 0 || before.tag != TagOf(hash)) return std::nullopt;
  if (std::memcmp(text.data() + before.end - kGramBytes, gram, kGramBytes) != 0) {
    return std::nullopt;
  }
  return before.end;
}

void GramIndex::Grow(std::string_view text) {
  slots_.assign(std::max(kSlotsMin, slots_.size() * 2), {});
  for (size_t end = kGramBytes; end < text.size(); ++end) {
    const uint64_t hash = HashGram(text.data() + end - kGramBytes);
    SlotOf(hash) = {static_cast<uint32_t>(end), TagOf(hash)};
  }
}

}  // namespace fathom
