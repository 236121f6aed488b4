// Which rows to ask about next where one passing row per key is enough: the inner side of a semi,
// anti or mark join, EXISTS and IN. A key is tried with one row, then as many as before, so that at
// most twice the rows are asked about that one after the other would need; a round is filled up to
// 16 rows, the least that the model should get at once.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "duck/deferred.h"
#include "duck/duckdb_api.h"

namespace fathom {

// Threads: one at a time.
class FirstPerKey {
 public:
  using Rows = std::vector<duckdb::sel_t>;

  // `keys`, over the rows' columns, outlive it. Keys that compare equal may count as different
  // ones (0.0 and -0.0), never the other way round.
  FirstPerKey(duckdb::ClientContext& context, const std::vector<ExpressionPtr>& keys);

  void Begin(duckdb::DataChunk& rows);  // the ones that the rounds choose from
  Rows NextRound();                     // empty: no row is left whose key has none that passes
  void Passed(const Rows& rows);        // of the last round

 private:
  struct State {
    bool has_row = false;
    size_t tried = 0;
  };

  duckdb::ExpressionExecutor executor_;
  duckdb::DataChunk key_columns_;
  std::unordered_map<std::string, State> keys_;
  std::vector<State*> of_row_;
  Rows waiting_;
};

}  // namespace fathom
