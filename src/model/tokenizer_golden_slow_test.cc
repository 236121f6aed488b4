// Goal: as tokenizer_golden_test.cc, for the models that not every machine has.
#include "model/tokenizer_golden.h"

namespace fathom {
namespace {

TEST(TokenizerGoldenSlow, QwenCoderHalfBillion) {
  CheckGoldenTokens("qwen2.5-coder-0.5b-instruct-q4_k_m.gguf", "qwen2.5-coder-0.5b.tokens.jsonl",
                    true);
}

TEST(TokenizerGoldenSlow, QwenCoderOneAndAHalfBillion) {
  CheckGoldenTokens("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf", "qwen2.5-coder-1.5b.tokens.jsonl",
                    true);
}

TEST(TokenizerGoldenSlow, Gemma3) {
  CheckGoldenTokens("gemma-3-270m-q4_k_m.gguf", "gemma3-270m.tokens.jsonl", true);
}

}  // namespace
}  // namespace fathom
