// The vocabulary of a SentencePiece tokenizer, read from a model file and checked.
#pragma once

#include <array>
#include <vector>

#include "base/result.h"
#include "model/gguf.h"
#include "model/tokenizer.h"
#include "model/tokenizer_special.h"
#include "model/tokenizer_table.h"

namespace fathom {

struct PieceVocabulary {
  TokenTable table;               // blanks as U+0020; control, unknown and unused tokens are empty
  std::vector<float> scores;      // of all tokens
  std::vector<TokenId> pieces;    // what text may be merged into: the normal tokens
  std::vector<TokenId> literals;  // user-defined tokens but the turn markers (IsTurnMarker)
  std::array<TokenId, 256> byte_tokens;
  ControlTokens control_tokens;
};

// Reads tokens, token_type and scores of `tokenizer.ggml.*`.
// Errors  kCorrupt: a list is missing, of another type or length; a token type outside 1..6; a
//         score that is no finite number; a byte token that is not "<0x00>" to "<0xFF>"; a token
//         that stands twice; a byte without its token.
Result<PieceVocabulary> ReadPieceVocabulary(const GgufFile& file);

}  // namespace fathom
