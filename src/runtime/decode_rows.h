// Decoding many rows at once: whenever one ends, another takes its place in the batch.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/run_context.h"
#include "base/script.h"
#include "base/thread_pool.h"
#include "model/tokenizer.h"
#include "runtime/constrained_answer.h"
#include "runtime/row_batch.h"

namespace fathom {

struct DecodeRequest {
  const Sequence* prefix = nullptr;  // null = none
  const Tokenizer* tokenizer = nullptr;
  int64_t max_tokens = 256;            // >= 1; the stop token counts
  double temperature = 0;              // 0 = greedy
  std::vector<std::string> stop = {};  // none empty; REQUIRES none with a constraint
  // What answers are written in; nullopt = anything. REQUIRES nullopt with a constraint
  std::optional<ScriptSet> scripts = std::nullopt;
  // What answers must look like; null = anything. Forced text is read, not decoded; its tokens
  // count towards max_tokens.
  Constraint* constraint = nullptr;
  BatchLimits limits = {};
  ThreadPool* pool = nullptr;  // shares the choosing of tokens; null = one thread. Performance only
};

struct DecodedRow {
  std::string text;      // valid UTF-8; without the token or string that ended it
  bool stopped = false;  // by a token, a string or the end of the constraint; false = max_tokens
  int64_t tokens = 0;    // decoded, the stop token included
  // With a constraint only.
  int64_t forced_tokens = 0;  // read by the model, or left unread where they end the answer
  std::vector<DecidedToken> decided = {};  // the decoded tokens, in order
};

using DecodeSink = std::function<void(size_t row, Result<DecodedRow> decoded)>;

// Decodes an answer for every row of `source`. A row ends at any control token (those that end a
// turn, and those that would begin something else), at a stop string, or at max_tokens. With a
// constraint it ends where the model ends it and the constraint lets it, or where nothing can
// follow.
// Errors  of a row: kBadOutput when its bytes are not UTF-8 or its logits are no numbers, with a
//         constraint also when the model has no token to go on with; kDegenerateOutput and
//         kWrongLanguage (answer_guard.h) as soon as they show; kTruncated when max_tokens would
//         cut a constrained answer. kCancelled, kDeadline end the job, and the rows in flight stay
//         unreported.
// Memory  a row in flight reserves keys and values for its prompt and max_tokens.
Status DecodeRows(Engine& engine, const DecodeRequest& request, const RowSource& source,
                  const RunContext& context, const DecodeSink& sink);

}  // namespace fathom
