// Chat turns rendered natively into tokens: control tokens come from here and from nowhere else.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/gguf.h"
#include "model/tokenizer.h"

namespace fathom {

// The tokens of one exchange, cut where rows begin and end:
//   [before_system] system text [after_system] user text [after_user] answer ...
// Without a system text, use before_user_only instead of before_system + system + after_system.
// The models' own templates then insert a default system text ("You are Qwen, created by ..."): we
// do not, so that a prompt holds nothing the caller has not written.
// The texts between are encoded each for itself: a token never spans a border, so the runs can be
// computed once and shared, and no row can change the tokens around it.
struct ChatTokens {
  std::vector<TokenId> before_system;     // "<|im_start|>system\n"
  std::vector<TokenId> after_system;      // "<|im_end|>\n<|im_start|>user\n"
  std::vector<TokenId> before_user_only;  // "<|im_start|>user\n"
  std::vector<TokenId> after_user;        // "<|im_end|>\n<|im_start|>assistant\n"
};

// Recognises the family of `tokenizer.chat_template` by its markers. Errors: kUnsupported, naming
// the known families (so far ChatML) when there is no template or it is of another family.
Result<ChatTokens> LoadChatTemplate(const GgufFile& file, const Tokenizer& tokenizer);

}  // namespace fathom
