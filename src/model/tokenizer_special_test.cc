// Goal: BOS is added where a file says so or its kind does, and turns have markers.
#include "model/tokenizer_special.h"

#include <gmock/gmock.h>

#include "model/tokenizer_test_util.h"

namespace fathom {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

Result<SpecialTokens> Read(const GgufBuilder& builder, const ControlTokens& control_tokens,
                           bool add_bos_default) {
  const TempFile temp(builder.Bytes());
  const Result<GgufFile> file = GgufFile::Open(temp.path());
  EXPECT_TRUE(file.ok()) << file.error().message;
  return ReadSpecialTokens(*file, 300, control_tokens, add_bos_default);
}

TEST(SpecialTokens, BosByDefaultOnlyWhereThereIsOne) {
  GgufBuilder builder = PieceModel(TinyPieces());
  EXPECT_TRUE(Read(builder, {}, true)->add_bos);
  EXPECT_FALSE(Read(builder, {}, false)->add_bos);
  builder.Set("tokenizer.ggml.add_bos_token", false);
  EXPECT_FALSE(Read(builder, {}, true)->add_bos);
  builder.Remove("tokenizer.ggml.add_bos_token").Remove("tokenizer.ggml.bos_token_id");
  EXPECT_FALSE(Read(builder, {}, true)->add_bos);
}

TEST(SpecialTokens, EndsOfATurn) {
  const ControlTokens control_tokens = {{"<end_of_turn>", 7}, {"<start_of_turn>", 6}, {"<b>", 8}};
  const Result<SpecialTokens> special = Read(PieceModel(TinyPieces()), control_tokens, true);
  ASSERT_TRUE(special.ok()) << special.error().message;
  EXPECT_THAT(special->end_of_generation, UnorderedElementsAre(2, 6, 7));
}

TEST(SpecialTokens, FlagsHaveTheirType) {
  GgufBuilder builder = PieceModel(TinyPieces());
  builder.Set("tokenizer.ggml.add_bos_token", 1U);
  const Result<SpecialTokens> special = Read(builder, {}, true);
  ASSERT_FALSE(special.ok());
  EXPECT_EQ(special.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(special.error().message, HasSubstr("add_bos_token has the type u32"));
}

TEST(SpecialTokens, TurnMarkers) {
  for (const char* marker : {"<|im_start|>", "<end_of_turn>", "<|assistant|>", "[/INST]", "</s>"}) {
    EXPECT_TRUE(IsTurnMarker(marker)) << marker;
  }
  for (const char* text : {"", "<b>", "\n\n", "<|im_start|> ", "<tool_call>"}) {
    EXPECT_FALSE(IsTurnMarker(text)) << text;
  }
}

}  // namespace
}  // namespace fathom
