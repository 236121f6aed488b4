#include "ledger/answers.h"

#include <xxhash.h>

namespace fathom {

int64_t InputHash(std::string_view input) {
  return static_cast<int64_t>(XXH3_64bits(input.data(), input.size()));
}

std::vector<InputKey> InputKeys(std::span<const std::string> inputs) {
  std::vector<InputKey> keys;
  keys.reserve(inputs.size());
  for (const std::string& input : inputs) keys.push_back({InputHash(input), input});
  return keys;
}

Result<std::optional<QuestionId>> FindQuestion(Database& database, const QuestionKey& key) {
  FATHOM_ASSIGN_OR_RETURN(
      Statement find,
      Statement::Prepare(database, "SELECT id FROM questions WHERE model = ? AND task = ?"));
  find.Bind(std::string_view(key.model), std::string_view(key.task));
  FATHOM_ASSIGN_OR_RETURN(const bool found, find.Step());
  if (!found) return std::optional<QuestionId>();
  return std::optional<QuestionId>(find.Int(0));
}

Result<QuestionId> MakeQuestion(Database& database, const QuestionKey& key) {
  FATHOM_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kWrite));
  // Another process may have been first.
  FATHOM_ASSIGN_OR_RETURN(const std::optional<QuestionId> found, FindQuestion(database, key));
  if (found.has_value()) return *found;
  {
    FATHOM_ASSIGN_OR_RETURN(
        Statement insert,
        Statement::Prepare(database,
                           "INSERT INTO questions (model, task, model_name, function, description) "
                           "VALUES (?, ?, ?, ?, ?)"));
    FATHOM_RETURN_IF_ERROR(insert.Run(
        std::string_view(key.model), std::string_view(key.task), std::string_view(key.model_name),
        std::string_view(key.function), std::string_view(key.description)));
  }
  const QuestionId made = database.LastId();
  FATHOM_RETURN_IF_ERROR(transaction.Commit());
  return made;
}

Result<Payloads> FindAnswers(Database& database, QuestionId question,
                             std::span<const InputKey> keys) {
  FATHOM_ASSIGN_OR_RETURN(const Transaction view,
                          Transaction::Begin(database, Transaction::Kind::kRead));
  FATHOM_ASSIGN_OR_RETURN(
      Statement find,
      Statement::Prepare(database,
                         "SELECT payload FROM answers WHERE question = ? AND hash = ? AND "
                         "input = ?"));
  Payloads payloads(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    find.Bind(question, keys[i].hash, Blob{keys[i].input});
    FATHOM_ASSIGN_OR_RETURN(const bool found, find.Step());
    if (found) payloads[i] = find.Bytes(0);
    find.Reset();
  }
  return payloads;
}

namespace {

constexpr char kRemoveAnswer[] =
    "DELETE FROM answers WHERE question = ? AND hash = ? AND input = ?";
constexpr char kRemoveClaim[] = "DELETE FROM claims WHERE question = ? AND hash = ? AND input = ?";
constexpr char kInsert[] =
    "INSERT INTO answers (question, hash, run, at_ms, payload, input) VALUES (?, ?, ?, ?, ?, ?)";

}  // namespace

Status WriteAnswers(Database& database, const std::deque<NewAnswer>& answers) {
  FATHOM_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kWrite));
  {
    FATHOM_ASSIGN_OR_RETURN(Statement remove, Statement::Prepare(database, kRemoveAnswer));
    FATHOM_ASSIGN_OR_RETURN(Statement release, Statement::Prepare(database, kRemoveClaim));
    FATHOM_ASSIGN_OR_RETURN(Statement insert, Statement::Prepare(database, kInsert));
    for (const NewAnswer& answer : answers) {
      const Blob input = {answer.input};
      FATHOM_RETURN_IF_ERROR(remove.Run(answer.question, answer.hash, input));
      FATHOM_RETURN_IF_ERROR(release.Run(answer.question, answer.hash, input));
      FATHOM_RETURN_IF_ERROR(insert.Run(answer.question, answer.hash, answer.run, answer.at_ms,
                                        Blob{answer.payload}, input));
    }
  }
  return transaction.Commit();
}

}  // namespace fathom
