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

  // Ids of plain text. Control tokens are never parsed: "<|im_start|>" becomes ordinary tokens. Any
  // bytes are accepted; no BOS is added, no Unicode normalisation applied.
  // * Byte-level ("gpt2"): user-defined tokens are never parsed either. A byte that the vocabulary
  //   has no token for vanishes (SmolLM2 lacks some control characters and bytes that no UTF-8
  //   has); all others come back by TokenBytes.
  // * SentencePiece ("llama"): user-defined tokens are, the longest at the leftmost place, but for
  //   those that mark turns in chat templates or end an answer. U+2581 is the same as a blank and
  //   comes back as one, everything else as it was.
  // Time: O(n log n) in the bytes of the longest word, else linear; about a million tokens a
  // second, byte-level some millions.
  virtual std::vector<TokenId> Encode(std::string_view text) const = 0;

  // What the model saw before a text's first word at the beginning of a prompt and behind a control
  // token: a blank for many SentencePiece models (add_space_prefix), else "". Encode does not add
  // it.
  virtual std::string_view text_lead() const = 0;

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
  // (<|im_end|>, <|im_start|>, <|endoftext|>, <end_of_turn>, ...); decoding stops at any of them.
  virtual const std::vector<TokenId>& end_of_generation() const = 0;
};

}  // namespace fathom
