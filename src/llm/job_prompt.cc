#include "llm/job_prompt.h"

#include <algorithm>

#include "base/utf8_scan.h"

namespace fathom {
namespace {

void Append(const std::vector<TokenId>& tokens, std::vector<TokenId>* out) {
  out->insert(out->end(), tokens.begin(), tokens.end());
}

size_t CommonLength(std::span<const TokenId> a, std::span<const TokenId> b) {
  return std::ranges::mismatch(a, b).in1 - a.begin();
}

size_t ByteLength(const Tokenizer& tokenizer, std::span<const TokenId> tokens) {
  size_t bytes = 0;
  for (const TokenId token : tokens) bytes += tokenizer.TokenBytes(token).size();
  return bytes;
}

// Whether the bytes of `tokens` are whole characters at the beginning of `text`.
bool SpellsBeginning(const Tokenizer& tokenizer, std::span<const TokenId> tokens,
                     std::string_view text) {
  std::string bytes;
  for (const TokenId token : tokens) bytes += tokenizer.TokenBytes(token);
  return text.starts_with(bytes) && Utf8Floor(text, bytes.size()) == bytes.size();
}

}  // namespace

AnswerTokens EncodeLabels(const Tokenizer& tokenizer, std::string_view answer_head,
                          std::span<const ScoreLabel> labels) {
  AnswerTokens answer{.head = tokenizer.Encode(answer_head), .labels = {}};
  for (size_t label = 0; label < labels.size(); ++label) {
    for (const std::string& spelling : labels[label].spellings) {
      std::vector<TokenId> tokens = tokenizer.Encode(std::string(answer_head) + spelling);
      answer.head.resize(CommonLength(answer.head, tokens));
      answer.labels.push_back({label, std::move(tokens)});
    }
  }
  for (LabelPath& path : answer.labels) {
    path.tokens.erase(path.tokens.begin(), path.tokens.begin() + answer.head.size());
  }
  return answer;
}

size_t StableTokens(const Tokenizer& tokenizer, std::string_view head) {
  // One text for every way in which a pre-tokenizer lets a run go on: letters (and 's, which makes
  // a contraction), digits, punctuation, blanks, line breaks, and Chinese letters and marks.
  static constexpr std::string_view kProbes[] = {"s", "A", "1", ".", "\"", " a", "\n", "不", "，"};
  const std::vector<TokenId> tokens = tokenizer.Encode(head);
  if (tokens.empty()) return 0;
  size_t stable = tokens.size() - 1;
  for (const std::string_view probe : kProbes) {
    const std::vector<TokenId> probed = tokenizer.Encode(std::string(head) + std::string(probe));
    stable = std::min(stable, CommonLength(tokens, probed));
  }
  // What is left to the row has to be text: it begins with a character, not within one, exactly
  // where the tokens end (a vocabulary without some bytes leaves gaps).
  while (!SpellsBeginning(tokenizer, {tokens.data(), stable}, head)) --stable;
  return stable;
}

JobPrompt::JobPrompt(const Tokenizer& tokenizer, const ChatTokens& chat, const PromptParts& parts,
                     std::vector<TokenId> answer_head)
    : tokenizer_(tokenizer), tail_(parts.tail), closing_(chat.after_user.tokens) {
  if (tokenizer.add_bos() && tokenizer.bos()) prefix_.push_back(*tokenizer.bos());
  const ChatPart& before_user = parts.system.empty() ? chat.before_user_only : chat.after_system;
  if (!parts.system.empty()) {
    Append(chat.before_system.tokens, &prefix_);
    Append(tokenizer.Encode(chat.before_system.lead + parts.system), &prefix_);
  }
  Append(before_user.tokens, &prefix_);
  const std::string head_text = before_user.lead + parts.head;
  std::vector<TokenId> head = tokenizer.Encode(head_text);
  head.resize(StableTokens(tokenizer, head_text));
  row_head_ = head_text.substr(ByteLength(tokenizer, head));
  Append(head, &prefix_);
  Append(answer_head, &closing_);
}

std::vector<TokenId> JobPrompt::EncodeText(std::string_view row) const {
  std::string text = row_head_;
  text.append(row).append(tail_);
  return tokenizer_.Encode(text);
}

std::vector<TokenId> JobPrompt::EncodeTruncated(std::string_view row, int64_t room) const {
  std::vector<TokenId> tokens = EncodeText(row);
  // Cutting n tokens off the row shortens the whole by about n: at the seams it may be one less,
  // and then another round takes the rest. Every round shortens `row`, so this ends.
  while (static_cast<int64_t>(tokens.size()) > room) {
    FATHOM_ASSERT(!row.empty());
    const size_t excess = tokens.size() - room;
    std::vector<TokenId> kept = tokenizer_.Encode(row);
    kept.resize(kept.size() - std::min(kept.size(), excess));
    row = row.substr(0, Utf8Floor(row, ByteLength(tokenizer_, kept)));
    tokens = EncodeText(row);
  }
  return tokens;
}

void JobPrompt::Close(std::vector<TokenId>* tokens) const { Append(closing_, tokens); }

}  // namespace fathom
