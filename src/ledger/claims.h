// The table of claims: who is asking what.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "ledger/answers.h"
#include "ledger/database.h"
#include "ledger/ledger.h"
#include "ledger/owners.h"

namespace fathom {

struct Claimant {
  OwnerId id = 0;
  const OwnersFile* owners = nullptr;  // borrowed; says whether another owner lives
};

// One state per key; all claims or none. What a dead owner had claimed is taken over.
Result<std::vector<Claimed>> ClaimInputs(Database& database, QuestionId question,
                                         std::span<const InputKey> keys, const Claimant& claimant);

// Claims of other owners stay.
Status ReleaseInputs(Database& database, QuestionId question, std::span<const InputKey> keys,
                     OwnerId owner);

}  // namespace fathom
