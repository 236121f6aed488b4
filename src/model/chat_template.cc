#include "model/chat_template.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "model/chat_families.h"

namespace fathom {
namespace {

struct Marker {
  std::string_view text;
  TokenId id;
};

// Builds the parts of one family.
class ChatRenderer {
 public:
  // The tokenizer is borrowed for life.
  ChatRenderer(const Tokenizer& tokenizer, std::vector<Marker> markers)
      : tokenizer_(tokenizer), markers_(std::move(markers)) {}

  ChatTokens Render(const ChatFamily& family) const {
    return {.before_system = Part(family.before_system, true),
            .after_system = Part(family.after_system, false),
            .before_user_only = Part(family.before_user_only, true),
            .after_user = Part(family.after_user, false)};
  }

 private:
  // `begins_text`: nothing or BOS stands before the part.
  ChatPart Part(std::string_view text, bool begins_text) const {
    ChatPart part;
    while (!text.empty()) {
      if (const Marker* marker = MarkerAt(text)) {
        part.tokens.push_back(marker->id);
        text.remove_prefix(marker->text.size());
        begins_text = true;
        continue;
      }
      const std::string_view run = text.substr(0, PlainBytes(text));
      text.remove_prefix(run.size());
      if (text.empty() && run.ends_with(' ')) {
        AppendText(run.substr(0, run.size() - 1), begins_text, &part.tokens);
        part.lead = " ";
        return part;
      }
      AppendText(run, begins_text, &part.tokens);
      begins_text = false;
    }
    if (begins_text) part.lead = tokenizer_.text_lead();
    return part;
  }

  const Marker* MarkerAt(std::string_view text) const {
    for (const Marker& marker : markers_) {
      if (text.starts_with(marker.text)) return &marker;
    }
    return nullptr;
  }

  // Bytes of `text` before its first marker.
  size_t PlainBytes(std::string_view text) const {
    size_t bytes = text.size();
    for (const Marker& marker : markers_) bytes = std::min(bytes, text.find(marker.text));
    return bytes;
  }

  void AppendText(std::string_view text, bool begins_text, std::vector<TokenId>* out) const {
    if (text.empty()) return;
    const std::string_view lead = begins_text ? tokenizer_.text_lead() : "";
    const std::vector<TokenId> ids = tokenizer_.Encode(std::string(lead) + std::string(text));
    out->insert(out->end(), ids.begin(), ids.end());
  }

  const Tokenizer& tokenizer_;
  const std::vector<Marker> markers_;
};

// Whether `text` has any of `parts`, or each of them.
bool HasAny(std::string_view text, const ChatFamily::Texts& parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) {
    return !part.empty() && text.find(part) != std::string_view::npos;
  });
}
bool HasAll(std::string_view text, const ChatFamily::Texts& parts) {
  return std::ranges::all_of(
      parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

Result<const ChatFamily*> Recognise(const GgufFile& file) {
  if (file.Find("tokenizer.chat_template") == nullptr) return &kPlainText;
  FATHOM_ASSIGN_OR_RETURN(const std::string text, file.GetString("tokenizer.chat_template"));
  std::string known;
  for (const ChatFamily& family : kChatFamilies) {
    if (HasAll(text, family.has) && !HasAny(text, family.lacks)) return &family;
    known += (known.empty() ? "" : ", ") + std::string(family.name);
  }
  return file.Unsupported("the chat template is of a family that fathom does not know; known: " +
                          known);
}

Result<std::vector<Marker>> FindMarkers(const GgufFile& file, const Tokenizer& tokenizer,
                                        const ChatFamily& family) {
  std::vector<Marker> markers;
  for (const std::string_view text : family.markers) {
    if (text.empty()) continue;
    const std::optional<TokenId> id = tokenizer.FindControlToken(text);
    if (id) {
      markers.push_back({text, *id});
    } else if (!family.markers_may_be_text) {
      return file.Corrupt("the chat template, " + std::string(family.name) + ", uses " +
                          std::string(text) + ", which is no control token of the vocabulary");
    }
  }
  return markers;
}

}  // namespace

Result<ChatTokens> LoadChatTemplate(const GgufFile& file, const Tokenizer& tokenizer) {
  FATHOM_ASSIGN_OR_RETURN(const ChatFamily* family, Recognise(file));
  FATHOM_ASSIGN_OR_RETURN(std::vector<Marker> markers, FindMarkers(file, tokenizer, *family));
  if (tokenizer.end_of_generation().empty()) {
    return file.Corrupt("no token ends an answer: tokenizer.ggml.eos_token_id is missing");
  }
  return ChatRenderer(tokenizer, std::move(markers)).Render(*family);
}

}  // namespace fathom
