// The tables of questions and answers.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/database.h"
#include "ledger/ledger.h"

namespace fathom {

// An input as the tables are keyed by it; a view. Inputs of one hash are different keys.
struct InputKey {
  int64_t hash = 0;  // XXH3, its 64 bits as SQLite's signed integer
  std::string_view input;
};
int64_t InputHash(std::string_view input);
std::vector<InputKey> InputKeys(std::span<const std::string> inputs);
std::vector<InputKey> InputKeys(std::span<const std::string_view> inputs);

struct NewAnswer {
  QuestionId question = 0;
  int64_t hash = 0;
  std::string input;
  std::string payload;
  RunId run = 0;
  int64_t at_ms = 0;
};

// nullopt: there is no such question.
Result<std::optional<QuestionId>> FindQuestion(Database& database, const QuestionKey& key);
Result<QuestionId> MakeQuestion(Database& database, const QuestionKey& key);

// payloads[i] of keys[i], in one read transaction. Keys that may be half of all answers or more are
// looked for in one pass over the table. Fewer are probed in their order: rows lie as they were
// once asked, most often in the same order.
using Payloads = std::vector<std::optional<std::string>>;
Result<Payloads> FindAnswers(Database& database, QuestionId question,
                             std::span<const InputKey> keys);

// All of them, durable, and their claims ended; or none. A later answer replaces an earlier one.
// A deque: what a writer's queue is.
Status WriteAnswers(Database& database, const std::deque<NewAnswer>& answers);

}  // namespace fathom
