// CTEs that hand up deferred columns and predicates (deferred.h): every reader computes what it
// reads. The CTE itself is evaluated once, as before.
#pragma once

#include <map>

#include "duck/deferred.h"
#include "duck/duckdb_api.h"

namespace fathom {

class DeferredCtes {
 public:
  // The definition of `cte` keeps its columns; `deferred`'s extra ones come behind them.
  // REQUIRES the readers come later
  void Define(WholePlan plan, duckdb::LogicalMaterializedCTE& cte, Deferred deferred);

  // What `reader` has to compute; its columns become those of the definition. Nothing for a CTE
  // that was not defined here.
  Deferred Read(duckdb::LogicalCTERef& reader) const;

 private:
  struct Definition {
    size_t columns = 0;  // the CTE's own
    duckdb::vector<duckdb::LogicalType> types;
    Deferred deferred;  // over one table, whose columns are numbered as the CTE's
  };

  std::map<duckdb::idx_t, Definition> definitions_;  // by the CTE's table index
};

}  // namespace fathom
