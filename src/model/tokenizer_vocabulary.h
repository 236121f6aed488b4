// The vocabulary of a byte-level BPE tokenizer, read from a model file and checked.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/result.h"
#include "model/gguf.h"
#include "model/tokenizer.h"
#include "model/tokenizer_bpe.h"
#include "model/tokenizer_special.h"
#include "model/tokenizer_table.h"

namespace fathom {

// What a file says about its tokens.
struct BpeVocabulary {
  TokenTable table;  // control, unknown and unused tokens are empty
  std::array<TokenId, 256> byte_tokens;
  std::vector<MergeRule> rules;
  ControlTokens control_tokens;
  std::optional<TokenIndex> words;  // normal tokens by their bytes in `table`
};

// Reads tokens, token_type and merges of `tokenizer.ggml.*`; `words` only if asked for.
// Errors  kCorrupt: a list is missing, of another type or length; a token type outside 1..5; a
//         normal token with characters outside the byte alphabet or that stands twice; a merge
//         that is not two normal tokens whose union is a normal token.
Result<BpeVocabulary> ReadBpeVocabulary(const GgufFile& file, bool with_words);

}  // namespace fathom
