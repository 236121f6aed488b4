// The seam between fathom's operators and whatever answers them: the local runtime, a remote
// endpoint, or a stub. A job is one shared prompt and many rows; answers arrive through a sink.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/run_context.h"
#include "base/script.h"
#include "runtime/decided_token.h"
#include "runtime/pattern.h"

namespace fathom {

// One chat turn, cut where the rows begin:
//   system: `system`            user: `head` + row + `tail`            assistant: `answer_head` ...
// All of it is plain text: only the model's own chat template makes control tokens, so neither a
// row nor an instruction can end its turn or speak as the system.
// `head` is computed once per job and should hold everything the rows share.
struct PromptParts {
  std::string system = {};
  std::string head = {};
  std::string tail = {};
  std::string answer_head = {};
};

// One answer that Score may give. Its probability is the sum over its spellings ("Yes", "yes").
// REQUIRES at least one spelling, none empty; no spelling belongs to two labels.
struct ScoreLabel {
  std::vector<std::string> spellings;
};

struct GenerateOptions {
  int max_tokens = 256;    // per row; generation that reaches it has finish = kLength
  double temperature = 0;  // 0 = greedy
  uint64_t seed = 0;       // with temperature > 0; a row's draw depends on seed and row text only
  std::vector<std::string> stop = {};  // generation ends before the first of these
  // What answers are to be written in; nullopt = anything. Not with a pattern.
  std::optional<ScriptSet> scripts = std::nullopt;
  // What every answer matches; null = anything. A row whose answer would not be complete within
  // max_tokens, which counts what the pattern forces too, fails with kTruncated. Not with `stop`.
  std::shared_ptr<const Pattern> pattern = nullptr;
};

enum class FinishReason { kStop, kLength };

struct Generation {
  std::string text;  // valid UTF-8, without the stop token
  FinishReason finish = FinishReason::kStop;
  int64_t tokens = 0;  // decoded, the stop token included
  // With a pattern: what the model decided, token by token, each with its log-probability among
  // what the pattern allowed. The sum over a part of the text is the confidence in that part.
  std::vector<DecidedToken> decided = {};
};

// What to do with a row that does not fit the context with its prompt and answer.
enum class OnLong { kFail, kTruncate };

// US dollars per million tokens; 0 = nothing, as for every local model.
struct Price {
  double prompt = 0;
  double generated = 0;
};

struct ModelInfo {
  std::string name;  // as registered, e.g. "qwen2.5-coder-1.5b"
  std::string
      fingerprint;  // changes whenever answers may: hash of weights (or endpoint + model id)
  int64_t context_tokens = 0;
  Price price = {};
};

// Tokens of a job's prompt, as Usage counts them.
struct PromptTokens {
  int64_t prefix = 0;         // shared, computed once; 0 while the model still has it
  std::vector<int64_t> rows;  // each row's own
};

// Called once per row, in any order, from one thread at a time, before the call returns.
// `row` indexes the job's rows. Log-probabilities are natural, one per label, normalised over the
// labels: their exponentials sum to 1. The span dies with the call.
using ScoreSink = std::function<void(size_t row, Result<std::span<const double>> log_probs)>;
using GenerateSink = std::function<void(size_t row, Result<Generation> generation)>;

class LanguageModel {
 public:
  virtual ~LanguageModel() = default;

  virtual const ModelInfo& Info() const = 0;

  // Scores every label for every row; nothing is sampled. Same weights, row and instruction set:
  // the same bits, whatever the company, the batch or the thread count.
  // Errors   a row that fails (kTooLong, ...) is reported to the sink and the job goes on; the
  //          returned Status is for the job: kCancelled, kDeadline (rows not yet reported get no
  //          call), kInvalidArgument (fewer than 2 labels, one spelling in two labels).
  // Memory   borrows everything until return.
  // Threads  any number of concurrent calls.
  virtual Status Score(const PromptParts& prompt, std::span<const std::string> rows,
                       std::span<const ScoreLabel> labels, OnLong on_long,
                       const RunContext& context, const ScoreSink& sink) = 0;

  // Decodes an answer for every row. Errors, memory and threads as Score; a row also fails with
  // kBadOutput (broken bytes), kDegenerateOutput (it goes round in a loop), kWrongLanguage.
  virtual Status Generate(const PromptParts& prompt, std::span<const std::string> rows,
                          const GenerateOptions& options, OnLong on_long, const RunContext& context,
                          const GenerateSink& sink) = 0;

  // Tokens of `text` as plain text, without a chat template.
  virtual Result<int64_t> CountTokens(std::string_view text) = 0;

  // What Score with these labels, or Generate where there are none, would read for these rows, long
  // ones included as they are. Nothing is computed. Errors: as Score for its labels.
  virtual Result<PromptTokens> CountPrompt(const PromptParts& prompt,
                                           std::span<const std::string> rows,
                                           std::span<const ScoreLabel> labels) = 0;
};

}  // namespace fathom
