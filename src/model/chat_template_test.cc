// Goal: each family is recognised and gives exactly its tokens; everything else is refused by name.
// Method: templates as the models have them, in brief; expected texts written by hand.
#include "model/chat_template.h"

#include <gmock/gmock.h>

#include "model/chat_families.h"
#include "model/tokenizer_special.h"
#include "model/tokenizer_test_util.h"

namespace fathom {
namespace {

using ::testing::HasSubstr;

struct Chat {
  std::unique_ptr<Tokenizer> tokenizer;
  Result<ChatTokens> tokens;
};

Chat Load(const GgufBuilder& builder) {
  const TempFile temp(builder.Bytes());
  const Result<GgufFile> file = GgufFile::Open(temp.path());
  EXPECT_TRUE(file.ok()) << file.error().message;
  Result<std::unique_ptr<Tokenizer>> tokenizer = Tokenizer::Load(*file);
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.error().message;
  Result<ChatTokens> tokens = LoadChatTemplate(*file, **tokenizer);
  return {std::move(tokenizer).value(), std::move(tokens)};
}

// The texts of an exchange; {n} is the control token with the id n, a lead is written as '_'.
struct Written {
  std::string before_system, after_system, before_user_only, after_user;
  bool operator==(const Written&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Written& written) {
  return out << written.before_system << " | " << written.after_system << " | "
             << written.before_user_only << " | " << written.after_user;
}

Written Write(const Chat& chat) {
  if (!chat.tokens.ok()) return {chat.tokens.error().message, "", "", ""};
  const auto text_of = [&](const ChatPart& part) {
    std::string text;
    for (const TokenId id : part.tokens) {
      const std::string_view bytes = chat.tokenizer->TokenBytes(id);
      text += bytes.empty() ? "{" + std::to_string(id) + "}" : std::string(bytes);
    }
    EXPECT_THAT(part.lead, ::testing::AnyOf("", " "));
    return text + (part.lead.empty() ? "" : "_");
  };
  return {text_of(chat.tokens->before_system), text_of(chat.tokens->after_system),
          text_of(chat.tokens->before_user_only), text_of(chat.tokens->after_user)};
}

// The tiny byte-level vocabulary (262 <|endoftext|>, 263 <|im_start|>, 264 <|im_end|>) with other
// control tokens in their place.
GgufBuilder BytePairs(const std::vector<std::string>& controls, const std::string& chat_template) {
  std::vector<std::string> tokens;
  for (int byte = 0; byte < 256; ++byte) tokens.push_back(ByteLevelCharacter(byte));
  std::vector<int32_t> types(256, 1);
  for (const std::string& control : controls) {
    tokens.push_back(control);
    types.push_back(3);
  }
  GgufBuilder builder = TinyModel();
  builder.SetArray("tokenizer.ggml.tokens", tokens)
      .SetArray("tokenizer.ggml.token_type", types)
      .SetArray("tokenizer.ggml.merges", std::vector<std::string>())
      .Set("tokenizer.ggml.eos_token_id", 256U)
      .Set("tokenizer.chat_template", chat_template);
  return builder;
}

// TinyPieces with control tokens from 269 on.
GgufBuilder Pieces(const std::vector<std::string>& controls, const std::string& chat_template) {
  PieceLists lists = TinyPieces();
  for (const std::string& control : controls) lists.Add(control, 0, 3);
  GgufBuilder builder = PieceModel(lists);
  builder.Set("tokenizer.chat_template", chat_template);
  return builder;
}

TEST(ChatTemplate, ChatMl) {
  EXPECT_EQ(Write(Load(TinyModel())), (Written{"{263}system\n", "{264}\n{263}user\n", "{263}user\n",
                                               "{264}\n{263}assistant\n"}));
}

TEST(ChatTemplate, Llama3) {
  const GgufBuilder builder =
      BytePairs({"<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>"},
                "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + "
                "message['content'] | trim + '<|eot_id|>' }}");
  EXPECT_EQ(Write(Load(builder)), (Written{"{257}system{258}\n\n", "{256}{257}user{258}\n\n",
                                           "{257}user{258}\n\n", "{256}{257}assistant{258}\n\n"}));
}

constexpr const char* kGemmaTemplate =
    "{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}";

TEST(ChatTemplate, GemmaHasNoSystemTurn) {
  GgufBuilder builder = Pieces({"<start_of_turn>", "<end_of_turn>"}, kGemmaTemplate);
  builder.Set("tokenizer.ggml.add_space_prefix", false);
  EXPECT_EQ(Write(Load(builder)),
            (Written{"{269}user\n", "\n\n", "{269}user\n", "{270}\n{269}model\n"}));
}

// Behind a control token stands the blank of add_space_prefix; within a turn none.
TEST(ChatTemplate, TextBehindAControlTokenHasItsLead) {
  EXPECT_EQ(Write(Load(Pieces({"<start_of_turn>", "<end_of_turn>"}, kGemmaTemplate))),
            (Written{"{269} user\n", "\n\n", "{269} user\n", "{270} \n{269} model\n"}));
}

TEST(ChatTemplate, Phi3) {
  const GgufBuilder builder =
      Pieces({"<|assistant|>", "<|end|>", "<|user|>", "<|system|>"},
             "{{'<|user|>' + '\n' + message['content'] + '<|end|>' + '\n' + '<|assistant|>'}}");
  EXPECT_EQ(Write(Load(builder)), (Written{"{272}_", "{270}{271}_", "{271}_", "{270}{269}_"}));
}

TEST(ChatTemplate, MistralWritesItsMarkersOut) {
  const GgufBuilder builder =
      Pieces({}, "{{ '[INST] ' + message['content'] + ' [/INST]' }}{{ content + eos_token }}");
  EXPECT_EQ(Write(Load(builder)), (Written{" [INST]_", "\n\n", " [INST]_", " [/INST]_"}));
}

TEST(ChatTemplate, MistralWithControlTokens) {
  const std::vector<std::string> controls = {"[INST]", "[/INST]"};
  const GgufBuilder builder =
      Pieces(controls, "{{ \"[INST] \" + message[\"content\"] + \"[/INST]\" }}");
  EXPECT_EQ(Write(Load(builder)), (Written{"{269}_", "\n\n", "{269}_", "{270}_"}));
  EXPECT_EQ(Write(Load(Pieces(controls, "'[INST] ' + content + ' [/INST]'"))),
            (Written{"{269}_", "\n\n", "{269}_", " {270}_"}));
}

TEST(ChatTemplate, Zephyr) {
  const GgufBuilder builder = Pieces(
      {}, "{{ '<|user|>\n' + message['content'] + eos_token }}{{ '<|assistant|>\n' + content }}");
  EXPECT_EQ(Write(Load(builder)),
            (Written{" <|system|>\n", "{2} \n<|user|>\n", " <|user|>\n", "{2} \n<|assistant|>\n"}));
}

TEST(ChatTemplate, BaseModelsGetPlainText) {
  GgufBuilder builder = TinyModel();
  builder.Remove("tokenizer.chat_template");
  EXPECT_EQ(Write(Load(builder)), (Written{"", "\n\n", "", "\n"}));
  builder = Pieces({}, "");
  builder.Remove("tokenizer.chat_template");
  EXPECT_EQ(Write(Load(builder)), (Written{"_", "\n\n", "_", "\n"}));
}

TEST(ChatTemplate, OthersAreRefused) {
  for (const char* text :
       {"", "<|im_start|>user<|im_sep|>{{ x }}<|im_end|><|im_start|>assistant",
        "[INST] <<SYS>>\n{{ system }}\n<</SYS>> [/INST]", "[SYSTEM_PROMPT][INST] x[/INST]",
        "[gMASK]<sop><|user|>\n<|assistant|>", "<|header_start|>user<|header_end|>"}) {
    GgufBuilder builder = TinyModel();
    builder.Set("tokenizer.chat_template", text);
    const Chat chat = Load(builder);
    ASSERT_FALSE(chat.tokens.ok()) << text;
    EXPECT_EQ(chat.tokens.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(chat.tokens.error().message,
                HasSubstr("known: ChatML (Qwen, SmolLM2), Llama 3, Gemma, Phi-3, Mistral, Mistral "
                          "v0.3, Zephyr"));
  }
}

TEST(ChatTemplate, MarkersMustBeControlTokens) {
  GgufBuilder builder = TinyModel();
  builder.Set("tokenizer.chat_template", kGemmaTemplate);
  const Chat chat = Load(builder);
  ASSERT_FALSE(chat.tokens.ok());
  EXPECT_EQ(chat.tokens.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(chat.tokens.error().message,
              HasSubstr("Gemma, uses <start_of_turn>, which is no control token"));
}

TEST(ChatTemplate, AnswersMustEnd) {
  GgufBuilder builder = Pieces({}, "");
  builder.Remove("tokenizer.chat_template").Remove("tokenizer.ggml.eos_token_id");
  const Chat chat = Load(builder);
  ASSERT_FALSE(chat.tokens.ok());
  EXPECT_THAT(chat.tokens.error().message, HasSubstr("no token ends an answer"));
}

// No control token of a family can be spelled by text, whatever type a file gives it.
TEST(ChatTemplate, MarkersAreTurnMarkers) {
  for (const ChatFamily& family : kChatFamilies) {
    for (const std::string_view marker : family.markers) {
      EXPECT_TRUE(marker.empty() || IsTurnMarker(marker)) << family.name << ' ' << marker;
    }
  }
}

}  // namespace
}  // namespace fathom
