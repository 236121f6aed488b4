#include "llm/stub_model.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

#include "llm/job_checks.h"
#include "runtime/answer_guard.h"

namespace fathom {
namespace {

std::atomic<int64_t> stub_calls{0};

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Bytes up to the end of the word number `words`; all if there are fewer.
size_t WordsEnd(std::string_view text, int64_t words) {
  size_t at = 0;
  for (; words > 0 && at < text.size(); --words) {
    while (at < text.size() && IsBlank(text[at])) ++at;
    while (at < text.size() && !IsBlank(text[at])) ++at;
  }
  return at;
}

int64_t CountWords(std::string_view text) {
  int64_t words = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!IsBlank(text[i]) && (i == 0 || IsBlank(text[i - 1]))) ++words;
  }
  return words;
}

int64_t SharedWords(const PromptParts& prompt) {
  return CountWords(prompt.system) + CountWords(prompt.head) + CountWords(prompt.tail) +
         CountWords(prompt.answer_head);
}

// Without blanks around, ASCII letters in lower case.
std::string Plain(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  std::string plain(text);
  for (char& c : plain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return plain;
}

// The first label with a spelling for which `matches` holds.
template <typename Matches>
std::optional<size_t> FindLabel(std::span<const ScoreLabel> labels, const Matches& matches) {
  for (size_t i = 0; i < labels.size(); ++i) {
    for (const std::string& spelling : labels[i].spellings) {
      if (matches(Plain(spelling))) return i;
    }
  }
  return std::nullopt;
}

size_t NamedLabel(std::span<const ScoreLabel> labels, const std::string& answer,
                  const std::string& row) {
  const std::string plain = Plain(answer);
  if (const auto label = FindLabel(labels, [&](const std::string& s) { return s == plain; })) {
    return *label;
  }
  const auto yes_or_no = [](const std::string& s) { return s == "yes" || s == "no"; };
  if (labels.size() == 2 && yes_or_no(plain) && !FindLabel(labels, yes_or_no)) {
    return plain == "yes" ? 0 : 1;
  }
  const std::string text = Plain(row);
  const auto occurs = [&](const std::string& s) { return text.find(s) != std::string::npos; };
  return FindLabel(labels, occurs).value_or(labels.size() - 1);
}

std::string ReplaceAll(std::string text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

Status Guard(const std::string& text, const GenerateOptions& options) {
  AnswerGuard guard(options.scripts);
  FATHOM_RETURN_IF_ERROR(guard.Append(text));
  return guard.Finish();
}

class StubModel final : public LanguageModel {
 public:
  StubModel(std::string name, StubScript script)
      : script_(std::move(script)),
        info_{.name = std::move(name),
              .fingerprint = "stub:" + script_.hash,
              .context_tokens = script_.context_tokens,
              .price = script_.price} {}

  const ModelInfo& Info() const override { return info_; }
  Status Score(const PromptParts& prompt, std::span<const std::string> rows,
               std::span<const ScoreLabel> labels, OnLong on_long, const RunContext& context,
               const ScoreSink& sink) override;
  Status Generate(const PromptParts& prompt, std::span<const std::string> rows,
                  const GenerateOptions& options, OnLong on_long, const RunContext& context,
                  const GenerateSink& sink) override;
  Result<int64_t> CountTokens(std::string_view text) override { return CountWords(text); }
  Result<PromptTokens> CountPrompt(const PromptParts& prompt, std::span<const std::string> rows,
                                   std::span<const ScoreLabel> labels) override;

 private:
  struct Job {
    const PromptParts& prompt;
    std::span<const std::string> rows;
    int64_t answer_tokens;
    OnLong on_long;
    const RunContext& context;
  };
  using Answer = std::function<void(size_t row, const std::string& text, Result<StubRule> rule)>;

  // Calls `answer` for every row with its text, cut if need be, and the rule that applies.
  Status Run(const Job& job, const Answer& answer) const;
  Result<StubRule> Ask(const PromptParts& prompt, const std::string& text) const;
  Status Wait(const RunContext& context) const;

  StubScript script_;
  ModelInfo info_;
};

Status StubModel::Run(const Job& job, const Answer& answer) const {
  if (job.rows.empty()) return {};
  const PromptParts& prompt = job.prompt;
  const int64_t shared = SharedWords(prompt);
  const int64_t room = script_.context_tokens - shared - job.answer_tokens;
  if (room <= 0) return PromptTooLong(shared, job.answer_tokens, script_.context_tokens);
  Usage ignored;
  Usage& usage = job.context.usage ? *job.context.usage : ignored;
  usage.prefix_tokens += shared;

  for (size_t row = 0; row < job.rows.size(); ++row) {
    FATHOM_RETURN_IF_ERROR(Wait(job.context));
    std::string text = job.rows[row];
    const int64_t words = CountWords(text);
    ++usage.rows_done;
    if (words > room && job.on_long == OnLong::kFail) {
      answer(row, text, RowTooLong(words, room, script_.context_tokens));
      continue;
    }
    if (words > room) text.resize(WordsEnd(text, room));
    usage.row_tokens += std::min(words, room);
    ++stub_calls;
    answer(row, text, Ask(prompt, text));
  }
  return {};
}

Result<PromptTokens> StubModel::CountPrompt(const PromptParts& prompt,
                                            std::span<const std::string> rows,
                                            std::span<const ScoreLabel>) {
  PromptTokens count{.prefix = SharedWords(prompt), .rows = {}};
  for (const std::string& row : rows) count.rows.push_back(CountWords(row));
  return count;
}

Result<StubRule> StubModel::Ask(const PromptParts& prompt, const std::string& text) const {
  const auto holds = [](const std::string& where, const std::string& what) {
    return where.find(what) != std::string::npos;
  };
  for (const StubRule& rule : script_.rules) {
    if (rule.contains && !holds(text, *rule.contains)) continue;
    if (rule.prompt_contains && !holds(prompt.system, *rule.prompt_contains) &&
        !holds(prompt.head, *rule.prompt_contains) && !holds(prompt.tail, *rule.prompt_contains)) {
      continue;
    }
    if (rule.error) return {*rule.error, "the stub's script says so"};
    return rule;
  }
  return StubRule{
      .contains = {}, .prompt_contains = {}, .answer = script_.default_answer, .error = {}};
}

// One row's time, in slices after which a cancellation is noticed.
Status StubModel::Wait(const RunContext& context) const {
  using std::chrono::milliseconds;
  FATHOM_RETURN_IF_ERROR(context.Check());
  for (int64_t left = script_.delay_ms_per_row; left > 0; left -= 10) {
    std::this_thread::sleep_for(milliseconds(std::min<int64_t>(left, 10)));
    FATHOM_RETURN_IF_ERROR(context.Check());
  }
  return {};
}

Status StubModel::Score(const PromptParts& prompt, std::span<const std::string> rows,
                        std::span<const ScoreLabel> labels, OnLong on_long,
                        const RunContext& context, const ScoreSink& sink) {
  FATHOM_RETURN_IF_ERROR(CheckLabels(labels));
  std::vector<double> log_probs(labels.size());
  return Run({prompt, rows, 1, on_long, context},
             [&](size_t row, const std::string& text, Result<StubRule> rule) {
               if (!rule.ok()) return sink(row, rule.error());
               const double rest = (1 - rule->probability) / static_cast<double>(labels.size() - 1);
               std::ranges::fill(log_probs, std::log(rest));
               log_probs[NamedLabel(labels, rule->answer, text)] = std::log(rule->probability);
               sink(row, std::span<const double>(log_probs));
             });
}

Status StubModel::Generate(const PromptParts& prompt, std::span<const std::string> rows,
                           const GenerateOptions& options, OnLong on_long,
                           const RunContext& context, const GenerateSink& sink) {
  FATHOM_RETURN_IF_ERROR(CheckGenerateOptions(options));
  return Run({prompt, rows, options.max_tokens, on_long, context},
             [&](size_t row, const std::string& text, Result<StubRule> rule) {
               if (!rule.ok()) return sink(row, rule.error());
               Generation generation{.text = ReplaceAll(rule->answer, "{row}", text)};
               if (options.pattern && !options.pattern->Matches(generation.text)) {
                 return sink(row, Error{ErrorCode::kBadOutput,
                                        "the stub's answer does not match the pattern: '" +
                                            generation.text + "'"});
               }
               size_t end = generation.text.size();
               for (const std::string& stop : options.stop) {
                 end = std::min(end, generation.text.find(stop));
               }
               generation.text.resize(end);
               generation.tokens = CountWords(generation.text) + 1;
               if (generation.tokens > options.max_tokens) {
                 generation.text.resize(WordsEnd(generation.text, options.max_tokens));
                 generation.finish = FinishReason::kLength;
                 generation.tokens = options.max_tokens;
               }
               if (context.usage) context.usage->generated_tokens += generation.tokens;
               if (options.pattern && generation.finish == FinishReason::kLength) {
                 return sink(row, Error{ErrorCode::kTruncated,
                                        "the stub's answer is longer than max_tokens = " +
                                            std::to_string(options.max_tokens)});
               }
               if (const Status sound = Guard(generation.text, options); !sound.ok()) {
                 return sink(row, sound.error());
               }
               if (options.pattern) {
                 generation.decided = {{generation.text.size(), std::log(rule->probability)}};
               }
               sink(row, std::move(generation));
             });
}

}  // namespace

std::unique_ptr<LanguageModel> MakeStubModel(std::string name, StubScript script) {
  return std::make_unique<StubModel>(std::move(name), std::move(script));
}

int64_t StubCalls() { return stub_calls; }

}  // namespace fathom
