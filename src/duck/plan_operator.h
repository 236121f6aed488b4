// What all operators of ours in a logical plan have in common.
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

class PlanOperator : public duckdb::LogicalExtensionOperator {
 public:
  using LogicalExtensionOperator::LogicalExtensionOperator;

  // Empty on purpose: DuckDB's join order optimizer then maps all of the operator's bindings, the
  // passed-through ones too, to it (RelationManager::AddRelation).
  duckdb::vector<duckdb::idx_t> GetTableIndex() const override { return {}; }
  std::string GetExtensionName() const override { return "fathom"; }

  // A plan with such an operator is never copied or stored.
  void Serialize(duckdb::Serializer&) const override {
    throw duckdb::NotImplementedException(GetName() + " is not serialised");
  }
  bool SupportSerialization() const override { return false; }
};

}  // namespace fathom
