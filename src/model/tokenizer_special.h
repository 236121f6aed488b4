// The ids with a meaning of their own, read from a model file and checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/gguf.h"
#include "model/tokenizer.h"

namespace fathom {

using ControlTokens =
    std::unordered_map<std::string, TokenId>;  // control and user-defined, by text

struct SpecialTokens {
  std::optional<TokenId> bos;
  std::optional<TokenId> eos;
  bool add_bos = false;
  std::vector<TokenId> end_of_generation;
};

// Reads `tokenizer.ggml.*_token_id` and the add_* flags. `add_bos_default`: what a file means that
// has a BOS token and does not say whether to add it.
// Errors  kCorrupt: an id that is no token, a flag of another type, add_bos_token without a BOS;
//         kUnsupported: add_eos_token.
Result<SpecialTokens> ReadSpecialTokens(const GgufFile& file, int64_t vocabulary_size,
                                        const ControlTokens& control_tokens, bool add_bos_default);

// An optional flag; absent: `absent`.
Result<bool> ReadFlag(const GgufFile& file, std::string_view key, bool absent);

// Whether chat templates open or close a turn with this text: no row may spell it as a token, of
// whatever type the file declares it.
bool IsTurnMarker(std::string_view text);

}  // namespace fathom
