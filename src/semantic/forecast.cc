#include "semantic/forecast.h"

#include <xxhash.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "semantic/answer_codec.h"
#include "semantic/task_tokens.h"

namespace fathom {
namespace {

constexpr size_t kSampleRows = 256;
constexpr size_t kKnownMin = 4;         // fewer answers say little about the others
constexpr int64_t kUnknownAnswer = 48;  // tokens of a decoded answer of which nothing is known

// What two tasks draw for the same row has nothing to do with each other: of two predicates over
// one column, the second would otherwise hold wherever the first does.
uint64_t Draw(uint64_t task, const std::vector<std::string>& row) {
  const std::string input = EncodeInput(row);
  return XXH3_64bits_withSeed(input.data(), input.size(), task);
}

// What was decoded, or null where nothing was.
const std::string* WrittenText(const Result<Answer>& answer) {
  if (!answer.ok()) return nullptr;
  if (const auto* json = std::get_if<JsonText>(&answer->value)) return &json->text;
  return std::get_if<std::string>(&answer->value);
}

// Tokens of a decoded answer: the mean of the known ones.
Result<int64_t> AnswerTokens(LanguageModel& model, int64_t max,
                             std::span<const Result<Answer>* const> known) {
  int64_t tokens = 0;
  int64_t texts = 0;
  for (const Result<Answer>* answer : known.first(std::min(known.size(), kSampleRows))) {
    const std::string* text = WrittenText(*answer);
    if (text == nullptr) continue;
    FATHOM_ASSIGN_OR_RETURN(const int64_t count, model.CountTokens(*text));
    tokens += count + 1;  // the one that ends it
    ++texts;
  }
  return std::min(max, texts == 0 ? kUnknownAnswer : tokens / texts);
}

// That none of n answers was true does not make true impossible: half an answer of each kind is
// added (Jeffreys' prior), so that a LIMIT over something rare is forecast to end.
void AddUnseen(const Task& task, std::vector<const Result<Answer>*>* known) {
  static const Result<Answer> kTrue(Answer{true, .5});
  static const Result<Answer> kFalse(Answer{false, .5});
  if (task.value_type() != ValueType::kBoolean) return;
  const std::vector<const Result<Answer>*> once = *known;
  known->insert(known->end(), once.begin(), once.end());
  known->push_back(&kTrue);
  known->push_back(&kFalse);
}

}  // namespace

Result<Forecast> ForecastRows(const Task& task, LanguageModel& model,
                              std::span<const std::vector<std::string>> rows,
                              std::span<const Result<Answer>* const> known,
                              const RunContext* preparing) {
  Forecast forecast;
  if (rows.empty()) return forecast;
  const auto sample = rows.first(std::min(rows.size(), kSampleRows));
  Usage prepared;
  RunContext apart = preparing != nullptr ? *preparing : RunContext();
  apart.usage = &prepared;
  FATHOM_ASSIGN_OR_RETURN(
      const TaskTokens count,
      CountTaskTokens(task, model, sample, preparing != nullptr ? &apart : nullptr));
  const double scale = static_cast<double>(rows.size()) / static_cast<double>(sample.size());
  const auto scaled = [&](int64_t value) {
    return static_cast<int64_t>(static_cast<double>(value) * scale + .5);
  };
  forecast.prefix_tokens = count.prefix + prepared.prefix_tokens + prepared.generated_tokens;
  forecast.row_tokens = scaled(std::accumulate(count.rows.begin(), count.rows.end(), int64_t{0}));
  forecast.rows = scaled(std::ssize(count.rows) - std::ranges::count(count.rows, 0));
  if (count.generated_row_max > 0) {
    FATHOM_ASSIGN_OR_RETURN(const int64_t answer,
                            AnswerTokens(model, count.generated_row_max, known));
    forecast.generated_tokens = answer * forecast.rows;
  }
  const std::string identity = task.Fingerprint();
  const uint64_t seed = XXH3_64bits(identity.data(), identity.size());
  std::vector<const Result<Answer>*> pool(known.begin(), known.end());
  if (known.size() >= kKnownMin) {
    AddUnseen(task, &pool);
  } else {
    pool.clear();
    for (const Result<Answer>& outcome : count.outcomes) pool.push_back(&outcome);
  }
  for (const auto& row : rows) forecast.outcomes.push_back(*pool[Draw(seed, row) % pool.size()]);
  return forecast;
}

}  // namespace fathom
