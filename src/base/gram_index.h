// Where the last twelve bytes of a growing text stood before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace fathom {

// The latest place of every gram of kGramBytes bytes: a hash table without chains, in which a
// newer gram takes the slot of an older one. What it finds was compared byte by byte; what it does
// not find may still be there, which is rare: a table is at most a quarter full until
// kSlotsMax; then what is 250,000 bytes back has been overwritten by two in three.
class GramIndex {
 public:
  // Four Chinese characters or two English words: seldom twice in a text by chance.
  static constexpr size_t kGramBytes = 12;
  static constexpr size_t kSlotsMax = size_t{1} << 18;  // 2 MiB: what caches hold

  // Where the gram at the end of `text` ended the last time; notes where it ends now. `text` is
  // what it was at the last call, and one byte. Constant time, amortised.
  // REQUIRES text.size() < 2^32
  std::optional<size_t> Add(std::string_view text);

 private:
  struct Slot {
    uint32_t end = 0;  // 0: nothing yet
    uint32_t tag = 0;  // of the gram; another one is seldom compared in vain
  };

  Slot& SlotOf(uint64_t hash) { return slots_[hash & (slots_.size() - 1)]; }
  void Grow(std::string_view text);

  std::vector<Slot> slots_;
};

}  // namespace fathom
