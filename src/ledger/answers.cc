#include "ledger/answers.h"

#include <xxhash.h>

#include <bit>
#include <utility>

#include "base/assert.h"

namespace fathom {

int64_t InputHash(std::string_view input) {
  return static_cast<int64_t>(XXH3_64bits(input.data(), input.size()));
}

namespace {

template <typename Text>
std::vector<InputKey> KeysOf(std::span<const Text> inputs) {
  std::vector<InputKey> keys;
  keys.reserve(inputs.size());
  for (const Text& input : inputs) keys.push_back({InputHash(input), input});
  return keys;
}

}  // namespace

std::vector<InputKey> InputKeys(std::span<const std::string> inputs) { return KeysOf(inputs); }
std::vector<InputKey> InputKeys(std::span<const std::string_view> inputs) { return KeysOf(inputs); }

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

namespace {

// Keys by their hash, chained.
class KeyTable {
 public:
  explicit KeyTable(std::span<const InputKey> keys)
      : keys_(keys), heads_(std::bit_ceil(2 * keys.size()), kEnd), next_(keys.size()) {
    FATHOM_ASSERT(keys.size() < kEnd);
    for (uint32_t i = 0; i < keys.size(); ++i) {
      next_[i] = std::exchange(heads_[Slot(keys[i].hash)], i);
    }
  }

  // Calls `found` with the index of every key of this hash.
  template <typename Found>
  void Find(int64_t hash, const Found& found) const {
    for (uint32_t i = heads_[Slot(hash)]; i != kEnd; i = next_[i]) {
      if (keys_[i].hash == hash) found(i);
    }
  }

 private:
  static constexpr uint32_t kEnd = UINT32_MAX;
  size_t Slot(int64_t hash) const { return static_cast<size_t>(hash) & (heads_.size() - 1); }

  const std::span<const InputKey> keys_;
  std::vector<uint32_t> heads_;
  std::vector<uint32_t> next_;
};

// A probe takes two seeks, as much as a pass takes for several rows (50,000 known ones: probed
// 64 ms, by a pass over them 17 ms).
Status ScanAnswers(Database& database, QuestionId question, std::span<const InputKey> keys,
                   Payloads* payloads) {
  const KeyTable table(keys);
  FATHOM_ASSIGN_OR_RETURN(
      Statement scan,
      Statement::Prepare(
          database, "SELECT hash, payload, input FROM answers NOT INDEXED WHERE question = ?"));
  scan.Bind(question);
  while (true) {
    FATHOM_ASSIGN_OR_RETURN(const bool found, scan.Step());
    if (!found) return {};
    table.Find(scan.Int(0), [&](size_t i) {
      if (scan.View(2) == keys[i].input) (*payloads)[i] = scan.Bytes(1);
    });
  }
}

Status ProbeAnswers(Database& database, QuestionId question, std::span<const InputKey> keys,
                    Payloads* payloads) {
  FATHOM_ASSIGN_OR_RETURN(
      Statement find,
      Statement::Prepare(database,
                         "SELECT payload FROM answers WHERE question = ? AND hash = ? AND "
                         "input = ?"));
  for (size_t i = 0; i < keys.size(); ++i) {
    find.Bind(question, keys[i].hash, Blob{keys[i].input});
    FATHOM_ASSIGN_OR_RETURN(const bool found, find.Step());
    if (found) (*payloads)[i] = find.Bytes(0);
    find.Reset();
  }
  return {};
}

constexpr char kRemoveAnswer[] =
    "DELETE FROM answers WHERE question = ? AND hash = ? AND input = ?";
constexpr char kRemoveClaim[] = "DELETE FROM claims WHERE question = ? AND hash = ? AND input = ?";
constexpr char kInsert[] =
    "INSERT INTO answers (question, hash, run, at_ms, payload, input) VALUES (?, ?, ?, ?, ?, ?)";

}  // namespace

Result<Payloads> FindAnswers(Database& database, QuestionId question,
                             std::span<const InputKey> keys) {
  FATHOM_ASSIGN_OR_RETURN(const Transaction view,
                          Transaction::Begin(database, Transaction::Kind::kRead));
  FATHOM_ASSIGN_OR_RETURN(
      const int64_t rows_max,
      database.Number("SELECT (SELECT max(id) FROM answers) - (SELECT min(id) FROM answers) + 1"));
  Payloads payloads(keys.size());
  const auto find = rows_max / 2 < std::ssize(keys) ? ScanAnswers : ProbeAnswers;
  FATHOM_RETURN_IF_ERROR(find(database, question, keys, &payloads));
  return payloads;
}

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
