// Chat turns rendered natively into tokens: control tokens come from here and from nowhere else.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/gguf.h"
#include "model/tokenizer.h"

namespace fathom {

// What stands before a text of the caller's.
struct ChatPart {
  std::vector<TokenId> tokens;
  // Plain text, "" or " ", that belongs to the beginning of the text that follows and is encoded
  // together with it: for many vocabularies a blank is part of the word behind it.
  std::string lead;
};

// The tokens of one exchange, cut where rows begin and end:
//   [before_system] system text [after_system] user text [after_user] answer ...
// Without a system text, use before_user_only instead of before_system + system + after_system.
// The models' own templates then insert a default system text ("You are Qwen, created by ..."): we
// do not, so that a prompt holds nothing the caller has not written. BOS is not among the tokens.
// The texts between are encoded each for itself: a token never spans a border, so the runs can be
// computed once and shared, and no row can change the tokens around it.
struct ChatTokens {
  ChatPart before_system;     // "<|im_start|>system\n"
  ChatPart after_system;      // "<|im_end|>\n<|im_start|>user\n"
  ChatPart before_user_only;  // "<|im_start|>user\n"
  ChatPart after_user;        // "<|im_end|>\n<|im_start|>assistant\n"
};

// Recognises the family of `tokenizer.chat_template` by its markers (chat_families.h). Without a
// template, as base models are: the texts one below the other, without control tokens. Afterwards
// the tokenizer is known to have a token that ends an answer.
// Errors  kUnsupported: another family, with a list of those known; kCorrupt: the vocabulary lacks
//         a marker of the family, or any token that ends an answer.
Result<ChatTokens> LoadChatTemplate(const GgufFile& file, const Tokenizer& tokenizer);

}  // namespace fathom
