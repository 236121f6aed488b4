// The script of the stub model: which row gets which answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "llm/language_model.h"

namespace fathom {

// A rule applies to a row whose text holds `contains` and whose prompt (system, head or tail) holds
// `prompt_contains`; what is not given always applies. Case matters.
struct StubRule {
  std::optional<std::string> contains;
  std::optional<std::string> prompt_contains;
  std::string answer;
  double probability = .9;         // of the answer's label when labels are scored; in (0, 1)
  std::optional<ErrorCode> error;  // the row fails with it instead
};

// As JSON:
//   {"rules": [{"contains": "great", "answer": "yes", "probability": 0.8},
//              {"contains": "boom", "error": "too_long"},
//              {"prompt_contains": "in Chinese", "answer": "..."}],
//    "default": "no",             the answer where no rule applies; required
//    "delay_ms_per_row": 0,       how long a row takes
//    "context_tokens": 4096,      a token is a word
//    "price": {"prompt": 1.5, "generated": 2}}   US dollars per million tokens
// The first rule that applies decides.
struct StubScript {
  std::vector<StubRule> rules;
  std::string default_answer;
  int64_t delay_ms_per_row = 0;
  int64_t context_tokens = 4096;
  Price price;
  std::string hash;  // of the script's text

  // Errors  kInvalidArgument, naming `origin` and the entry that is wrong; an unknown key is wrong.
  static Result<StubScript> Parse(std::string_view json, const std::string& origin);
  // Errors also  kNotFound, kIo.
  static Result<StubScript> Load(const std::string& path);
};

}  // namespace fathom
