// Goal: our ids of real text are those of an independent implementation, all of them.
#include "model/tokenizer_golden.h"

namespace fathom {
namespace {

// SmolLM2 has no token for some control bytes, so a text may come back shorter.
TEST(TokenizerGolden, SmolLm2) {
  CheckGoldenTokens("smollm2-135m-instruct-q4_1.gguf", "smollm2-135m.tokens.jsonl", false);
}

}  // namespace
}  // namespace fathom
