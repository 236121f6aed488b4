// A job's prompt as tokens: what all rows share, what each row adds, and how labels begin.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "llm/language_model.h"
#include "model/chat_template.h"
#include "model/tokenizer.h"
#include "runtime/label_trie.h"

namespace fathom {

// How the answers of a job begin and go on.
struct AnswerTokens {
  std::vector<TokenId> head;      // follow the opened assistant turn, for every row
  std::vector<LabelPath> labels;  // continue `head`; empty for free text
};

// Each spelling is encoded together with the text before it, because a token may reach over the
// seam ("Answer: " + "Yes" is "Answer", ":", " Yes"). `answer_head` begins with the lead of the
// assistant's turn. `head` is what all of them begin with, at most the answer_head; the paths are
// the rest.
AnswerTokens EncodeLabels(const Tokenizer& tokenizer, std::string_view answer_head,
                          std::span<const ScoreLabel> labels);

// How many tokens of Encode(head) may be computed before a row is known: they stay the same
// whatever follows. The last token never counts (it may grow), and neither do those that a few
// probing texts change (a blank or a colon that merges with what follows). This depends on `head`
// alone, so the cut, and with it a row's bits, is the same in every company.
size_t StableTokens(const Tokenizer& tokenizer, std::string_view head);

// The tokens of a job's turns.
//   prefix   [bos] + system turn + opened user turn + the stable part of its lead + `head`
//   row      Encode(rest of head + row + tail) + closed user turn, opened assistant turn + answer
// Prefix and row together are what the whole user turn encoded at once would give. Control tokens
// come from the chat template only.
// Threads: const members may be called concurrently. Borrows tokenizer and chat tokens.
class JobPrompt {
 public:
  JobPrompt(const Tokenizer& tokenizer, const ChatTokens& chat, const PromptParts& parts,
            std::vector<TokenId> answer_head);

  const std::vector<TokenId>& prefix() const { return prefix_; }
  // Tokens of prefix and row that do not hold the row's text.
  int64_t fixed_tokens() const { return static_cast<int64_t>(prefix_.size() + closing_.size()); }

  // Tokens of the user turn behind the prefix.
  std::vector<TokenId> EncodeText(std::string_view row) const;
  // The same of the longest beginning of `row` that was found to take at most `room` tokens; it
  // ends at a token and a character. REQUIRES EncodeText("").size() <= room
  std::vector<TokenId> EncodeTruncated(std::string_view row, int64_t room) const;
  // Appends what follows every row.
  void Close(std::vector<TokenId>* tokens) const;

 private:
  const Tokenizer& tokenizer_;
  std::vector<TokenId> prefix_;
  std::string row_head_;  // the part of `head` behind the stable tokens
  std::string tail_;
  std::vector<TokenId> closing_;
};

}  // namespace fathom
