// The tokens of a model file: their kinds, their bytes, and an index by text.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/tokenizer.h"

namespace fathom {

// The numbers are GGUF's own.
enum class TokenType : int32_t {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,
  kUserDefined = 4,
  kUnused = 5,
  kByte = 6,
};

// Bytes of all tokens, one behind the other.
class TokenTable {
 public:
  void Add(std::string_view bytes) {
    bytes_ += bytes;
    ends_.push_back(bytes_.size());
  }
  // REQUIRES 0 <= id < size()
  std::string_view operator[](TokenId id) const {
    const size_t begin = id == 0 ? 0 : ends_[id - 1];
    return std::string_view(bytes_).substr(begin, ends_[id] - begin);
  }
  int64_t size() const { return static_cast<int64_t>(ends_.size()); }

 private:
  std::string bytes_;
  std::vector<size_t> ends_;
};

// Some of the tokens by their text. Every merge asks for several, so: open addressing over 8-byte
// slots, at most half full. `Texts` is what `texts[id]` gives the text of: the same one in every
// call.
class TokenIndex {
 public:
  // For at most `capacity` tokens.
  explicit TokenIndex(size_t capacity) : slots_(std::bit_ceil(capacity * 2 + 1)) {}

  // False if a token of the same text is there already.
  template <typename Texts>
  bool Insert(const Texts& texts, TokenId id) {
    const std::string_view text = texts[id];
    const size_t hash = std::hash<std::string_view>()(text);
    Slot& slot = slots_[Probe(texts, text, hash)];
    if (slot.id != kEmpty) return false;
    slot = {static_cast<uint32_t>(hash >> 32), id};
    return true;
  }

  template <typename Texts>
  std::optional<TokenId> Find(const Texts& texts, std::string_view text) const {
    const Slot& slot = slots_[Probe(texts, text, std::hash<std::string_view>()(text))];
    if (slot.id == kEmpty) return std::nullopt;
    return slot.id;
  }

 private:
  static constexpr TokenId kEmpty = -1;
  struct Slot {
    uint32_t tag = 0;  // upper half of the hash: most other texts are passed without a look at them
    TokenId id = kEmpty;
  };

  // Where `text` stands, or the empty slot where it would.
  template <typename Texts>
  size_t Probe(const Texts& texts, std::string_view text, size_t hash) const {
    const size_t mask = slots_.size() - 1;
    const auto tag = static_cast<uint32_t>(hash >> 32);
    size_t i = hash & mask;
    while (slots_[i].id != kEmpty && (slots_[i].tag != tag || texts[slots_[i].id] != text)) {
      i = (i + 1) & mask;
    }
    return i;
  }

  std::vector<Slot> slots_;
};

}  // namespace fathom
