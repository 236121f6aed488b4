// The vocabulary of a byte-level BPE tokenizer, read from a model file and checked.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/gguf.h"
#include "model/tokenizer.h"
#include "model/tokenizer_bpe.h"

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
  std::string_view Bytes(TokenId id) const {
    const size_t begin = id == 0 ? 0 : ends_[id - 1];
    return std::string_view(bytes_).substr(begin, ends_[id] - begin);
  }
  int64_t size() const { return static_cast<int64_t>(ends_.size()); }

 private:
  std::string bytes_;
  std::vector<size_t> ends_;
};

// What a file says about its tokens.
struct BpeVocabulary {
  TokenTable table;  // control, unknown and unused tokens are empty
  std::array<TokenId, 256> byte_tokens;
  std::vector<MergeRule> rules;
  std::unordered_map<std::string, TokenId> control_tokens;  // control and user-defined, by text
};

// Reads tokens, token_type and merges of `tokenizer.ggml.*`.
// Errors  kCorrupt: a list is missing, of another type or length; a token type outside 1..5; a
//         normal token with characters outside the byte alphabet or that stands twice; a merge
//         that is not two normal tokens whose union is a normal token.
Result<BpeVocabulary> ReadBpeVocabulary(const GgufFile& file);

}  // namespace fathom
