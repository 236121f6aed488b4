// Text to token ids and back, as the model file defines it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/gguf.h"

namespace fathom {

using TokenId = int32_t;

// Threads: const members may be called concurrently.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // Reads `tokenizer.ggml.*` of the file. Errors: kUnsupported names an unknown tokenizer model or
  // pre-tokenizer and lists the known ones; kCorrupt.
  static Result<std::unique_ptr<Tokenizer>> Load(const GgufFile& file);

  // Ids of plain text. Special tokens are never parsed, user-defined ones neither: "<|im_start|>"
  // and "<tool_call>" become ordinary tokens. Any bytes are accepted (byte-level); no BOS is added,
  // no Unicode normalisation applied. A byte that the vocabulary has no token for vanishes (SmolLM2
  // lacks some control characters and bytes that no UTF-8 has); all others come back by TokenBytes.
  // Time: O(n log n) in the bytes of the longest word, else linear; some million tokens a second.
  virtual std::vector<TokenId> Encode(std::string_view text) const = 0;

  // Bytes of a token; empty for control, unknown and unused tokens. A token may be part of a UTF-8
  // character. The view lives as long as the tokenizer.
  // REQUIRES 0 <= id < vocabulary_size()
  virtual std::string_view TokenBytes(TokenId id) const = 0;

  virtual int64_t vocabulary_size() const = 0;
  // The id of a control or user-defined token with exactly this text ("<|im_start|>").
  virtual std::optional<TokenId> FindControlToken(std::string_view text) const = 0;
  virtual std::optional<TokenId> bos() const = 0;
  virtual std::optional<TokenId> eos() const = 0;
  virtual bool add_bos() const = 0;
  // Ends a turn: eos, eot, eom, and the control tokens that close a turn or open the next one
  // (<|im_end|>, <|im_start|>, <|endoftext|>, ...); decoding stops at any of them.
  virtual const std::vector<TokenId>& end_of_generation() const = 0;
};

}  // namespace fathom
