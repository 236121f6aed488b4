#include "model/chat_template.h"

#include <optional>

namespace fathom {
namespace {

constexpr std::string_view kStart = "<|im_start|>";
constexpr std::string_view kEnd = "<|im_end|>";

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// ChatML: <|im_start|>ROLE\nTEXT<|im_end|>\n . The marker <|im_sep|> belongs to a relative (Phi-4)
// that puts it where ChatML has the line break.
bool IsChatMl(std::string_view chat_template) {
  return Contains(chat_template, kStart) && Contains(chat_template, kEnd) &&
         Contains(chat_template, "assistant") && !Contains(chat_template, "<|im_sep|>");
}

// Builds the token runs of ChatML.
class ChatMlRenderer {
 public:
  ChatMlRenderer(const Tokenizer& tokenizer, TokenId start, TokenId end)
      : tokenizer_(tokenizer), start_(start), end_(end) {}

  ChatTokens Render() const {
    ChatTokens tokens;
    OpenTurn("system", &tokens.before_system);
    CloseTurn(&tokens.after_system);
    OpenTurn("user", &tokens.after_system);
    OpenTurn("user", &tokens.before_user_only);
    CloseTurn(&tokens.after_user);
    OpenTurn("assistant", &tokens.after_user);
    return tokens;
  }

 private:
  void OpenTurn(std::string_view role, std::vector<TokenId>* out) const {
    out->push_back(start_);
    AppendText(std::string(role) + "\n", out);
  }

  void CloseTurn(std::vector<TokenId>* out) const {
    out->push_back(end_);
    AppendText("\n", out);
  }

  void AppendText(std::string_view text, std::vector<TokenId>* out) const {
    const std::vector<TokenId> ids = tokenizer_.Encode(text);
    out->insert(out->end(), ids.begin(), ids.end());
  }

  const Tokenizer& tokenizer_;
  TokenId start_;
  TokenId end_;
};

}  // namespace

Result<ChatTokens> LoadChatTemplate(const GgufFile& file, const Tokenizer& tokenizer) {
  if (file.Find("tokenizer.chat_template") == nullptr) {
    return file.Unsupported(
        "the model has no chat template (a base model, not trained to follow instructions?); use "
        "an instruct model with a ChatML template (Qwen, SmolLM2)");
  }
  FATHOM_ASSIGN_OR_RETURN(const std::string text, file.GetString("tokenizer.chat_template"));
  if (!IsChatMl(text)) {
    return file.Unsupported(
        "the chat template is of a family that fathom does not know; known: "
        "ChatML (Qwen, SmolLM2)");
  }
  const std::optional<TokenId> start = tokenizer.FindControlToken(kStart);
  const std::optional<TokenId> end = tokenizer.FindControlToken(kEnd);
  if (!start || !end) {
    return file.Corrupt(
        "the chat template uses <|im_start|> and <|im_end|>, but they are no "
        "control tokens of the vocabulary");
  }
  return ChatMlRenderer(tokenizer, *start, *end).Render();
}

}  // namespace fathom
