// Goal: ChatML is recognised and gives exactly its tokens; everything else is refused by name.
#include "model/chat_template.h"

#include <gmock/gmock.h>

#include "model/gguf_test_util.h"

namespace fathom {
namespace {

using ::testing::HasSubstr;

constexpr TokenId kImStart = 263, kImEnd = 264;  // of the tiny vocabulary

Result<ChatTokens> Load(const GgufBuilder& builder) {
  const TempFile temp(builder.Bytes());
  const Result<GgufFile> file = GgufFile::Open(temp.path());
  EXPECT_TRUE(file.ok()) << file.error().message;
  const Result<std::unique_ptr<Tokenizer>> tokenizer = Tokenizer::Load(*file);
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.error().message;
  return LoadChatTemplate(*file, **tokenizer);
}

// Text of the tokens, control tokens written as {id}. In the tiny vocabulary a byte's token is the
// byte, and "in" is the only merge that the roles could use: none does.
std::string Written(const std::vector<TokenId>& ids) {
  std::string text;
  for (const TokenId id : ids) {
    if (id < 256) text += static_cast<char>(id);
    if (id == kImStart) text += "{start}";
    if (id == kImEnd) text += "{end}";
  }
  return text;
}

TEST(ChatTemplate, ChatMl) {
  const Result<ChatTokens> chat = Load(TinyModel());
  ASSERT_TRUE(chat.ok()) << chat.error().message;
  EXPECT_EQ(Written(chat->before_system), "{start}system\n");
  EXPECT_EQ(Written(chat->after_system), "{end}\n{start}user\n");
  EXPECT_EQ(Written(chat->before_user_only), "{start}user\n");
  EXPECT_EQ(Written(chat->after_user), "{end}\n{start}assistant\n");
}

TEST(ChatTemplate, OthersAreRefused) {
  GgufBuilder builder = TinyModel();
  builder.Remove("tokenizer.chat_template");
  const Result<ChatTokens> none = Load(builder);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(none.error().message, HasSubstr("no chat template"));
  for (const char* text : {"", "<start_of_turn>user", "<|start_header_id|>assistant",
                           "<|im_start|>user<|im_sep|>{{ x }}<|im_end|><|im_start|>assistant"}) {
    builder.Set("tokenizer.chat_template", text);
    const Result<ChatTokens> other = Load(builder);
    ASSERT_FALSE(other.ok()) << text;
    EXPECT_EQ(other.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(other.error().message, HasSubstr("known: ChatML"));
  }
}

TEST(ChatTemplate, MarkersMustBeControlTokens) {
  GgufBuilder builder = TinyModel();
  std::vector<int32_t> types(266, 1);
  for (int id = 262; id < 266; ++id) types[id] = 5;  // unused
  builder.SetArray("tokenizer.ggml.token_type", types);
  const Result<ChatTokens> chat = Load(builder);
  ASSERT_FALSE(chat.ok());
  EXPECT_EQ(chat.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(chat.error().message, HasSubstr("no control tokens"));
}

}  // namespace
}  // namespace fathom
