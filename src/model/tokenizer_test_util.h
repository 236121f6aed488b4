// A small SentencePiece vocabulary for tests.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "model/gguf.h"
#include "model/gguf_test_util.h"
#include "model/tokenizer.h"

namespace fathom {

// Tokens of a SentencePiece file as its four lists hold them.
struct PieceLists {
  std::vector<std::string> tokens;
  std::vector<float> scores;
  std::vector<int32_t> types;

  TokenId Add(const std::string& text, float score, int32_t type = 1) {
    tokens.push_back(text);
    scores.push_back(score);
    types.push_back(type);
    return static_cast<TokenId>(tokens.size() - 1);
  }
};

// Ids: 0 <unk>, 1 <s>, 2 </s>, byte b is 3 + b, then the pieces below in their order from 259 on.
// Scores fall with the id, as in real vocabularies.
inline PieceLists TinyPieces() {
  PieceLists lists;
  lists.Add("<unk>", 0, 2);
  lists.Add("<s>", 0, 3);
  lists.Add("</s>", 0, 3);
  for (int byte = 0; byte < 256; ++byte) {
    char text[8];
    std::snprintf(text, sizeof(text), "<0x%02X>", byte);
    lists.Add(text, 0, 6);
  }
  float score = -1;
  for (const char* piece : {"\xE2\x96\x81t", "he", "\xE2\x96\x81the", "th", "the", "\xE2\x96\x81",
                            "t", "h", "e", "\xE4\xB8\xAD"}) {
    lists.Add(piece, score--);
  }
  return lists;
}

// The lists as a model file without tensors.
inline GgufBuilder PieceModel(const PieceLists& lists) {
  GgufBuilder builder;
  builder.Set("general.architecture", "llama")
      .Set("tokenizer.ggml.model", "llama")
      .SetArray("tokenizer.ggml.tokens", lists.tokens)
      .SetArray("tokenizer.ggml.scores", lists.scores)
      .SetArray("tokenizer.ggml.token_type", lists.types)
      .Set("tokenizer.ggml.bos_token_id", 1U)
      .Set("tokenizer.ggml.eos_token_id", 2U);
  return builder;
}

inline Result<std::unique_ptr<Tokenizer>> LoadTokenizer(const GgufBuilder& builder) {
  const TempFile temp(builder.Bytes());
  const Result<GgufFile> file = GgufFile::Open(temp.path());
  EXPECT_TRUE(file.ok()) << file.error().message;
  return Tokenizer::Load(*file);
}

}  // namespace fathom
