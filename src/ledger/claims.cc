#include "ledger/claims.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace fathom {
namespace {

// Positions of `keys` in the order of the table, so that neighbours are written together.
std::vector<size_t> TableOrder(std::span<const InputKey> keys) {
  std::vector<size_t> order(keys.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return keys[a].hash < keys[b].hash; });
  return order;
}

// The statements of one ClaimInputs, inside its transaction.
class Claims {
 public:
  static Result<Claims> Prepare(Database& database, QuestionId question, const Claimant& claimant);

  Result<Claimed> Claim(const InputKey& key);

 private:
  Claims(Statement answer, Statement owner, Statement take, QuestionId question,
         const Claimant& claimant)
      : answer_(std::move(answer)),
        owner_(std::move(owner)),
        take_(std::move(take)),
        question_(question),
        claimant_(claimant) {}

  bool IsAlive(OwnerId id);

  Statement answer_;
  Statement owner_;
  Statement take_;
  QuestionId question_;
  Claimant claimant_;
  std::map<OwnerId, bool> alive_;  // asked once for all inputs
};

Result<Claims> Claims::Prepare(Database& database, QuestionId question, const Claimant& claimant) {
  FATHOM_ASSIGN_OR_RETURN(
      Statement answer,
      Statement::Prepare(
          database, "SELECT payload FROM answers WHERE question = ? AND hash = ? AND input = ?"));
  FATHOM_ASSIGN_OR_RETURN(
      Statement owner,
      Statement::Prepare(database,
                         "SELECT owner FROM claims WHERE question = ? AND hash = ? AND input = ?"));
  FATHOM_ASSIGN_OR_RETURN(
      Statement take,
      Statement::Prepare(database, "INSERT OR REPLACE INTO claims VALUES (?, ?, ?, ?)"));
  return Claims(std::move(answer), std::move(owner), std::move(take), question, claimant);
}

Result<Claimed> Claims::Claim(const InputKey& key) {
  answer_.Reset();
  answer_.Bind(question_, key.hash, Blob{key.input});
  FATHOM_ASSIGN_OR_RETURN(const bool answered, answer_.Step());
  if (answered) return Claimed{Claimed::State::kAnswered, answer_.Bytes(0)};

  owner_.Reset();
  owner_.Bind(question_, key.hash, Blob{key.input});
  FATHOM_ASSIGN_OR_RETURN(const bool claimed, owner_.Step());
  if (claimed && owner_.Int(0) == claimant_.id) return Claimed{};
  if (claimed && IsAlive(owner_.Int(0))) return Claimed{Claimed::State::kOthers, {}};
  owner_.Reset();  // a statement in the middle of the table would keep it from being changed
  FATHOM_RETURN_IF_ERROR(take_.Run(question_, key.hash, Blob{key.input}, claimant_.id));
  return Claimed{};
}

bool Claims::IsAlive(OwnerId id) {
  const auto [entry, is_new] = alive_.try_emplace(id, false);
  if (is_new) entry->second = claimant_.owners->IsHeldByOthers(id);
  return entry->second;
}

}  // namespace

Result<std::vector<Claimed>> ClaimInputs(Database& database, QuestionId question,
                                         std::span<const InputKey> keys, const Claimant& claimant) {
  // Volatile: after a power cut no owner lives, so a claim need not either.
  FATHOM_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kVolatile));
  std::vector<Claimed> states(keys.size());
  {
    FATHOM_ASSIGN_OR_RETURN(Claims claims, Claims::Prepare(database, question, claimant));
    for (const size_t i : TableOrder(keys)) {
      FATHOM_ASSIGN_OR_RETURN(states[i], claims.Claim(keys[i]));
    }
  }
  FATHOM_RETURN_IF_ERROR(transaction.Commit());
  return states;
}

Status ReleaseInputs(Database& database, QuestionId question, std::span<const InputKey> keys,
                     OwnerId owner) {
  FATHOM_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kVolatile));
  {
    FATHOM_ASSIGN_OR_RETURN(
        Statement release,
        Statement::Prepare(
            database,
            "DELETE FROM claims WHERE question = ? AND hash = ? AND input = ? AND owner = ?"));
    for (const size_t i : TableOrder(keys)) {
      FATHOM_RETURN_IF_ERROR(release.Run(question, keys[i].hash, Blob{keys[i].input}, owner));
    }
  }
  return transaction.Commit();
}

}  // namespace fathom
