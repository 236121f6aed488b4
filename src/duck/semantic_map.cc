#include "duck/semantic_map.h"

#include <utility>

#include "base/assert.h"
#include "base/utf8_scan.h"
#include "duck/physical_semantic_map.h"

namespace fathom {
namespace {

// The head of a template that EXPLAIN shows, cut between characters.
std::string Head(const std::string& text) {
  constexpr size_t kBytes = 80;
  if (text.size() <= kBytes) return text;
  return text.substr(0, Utf8Floor(text, kBytes)) + "…";
}

}  // namespace

SemanticMap::SemanticMap(duckdb::idx_t table_index,
                         duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> calls)
    : PlanOperator(std::move(calls)),
      table_index_(table_index),
      unused_(expressions.size(), false) {
  for (const auto& call : expressions) FATHOM_ASSERT(AsAiCall(*call) != nullptr);
}

duckdb::vector<duckdb::ColumnBinding> SemanticMap::GetColumnBindings() {
  auto bindings = children[0]->GetColumnBindings();
  for (size_t i = 0; i < expressions.size(); ++i) bindings.push_back(Output(i));
  return bindings;
}

void SemanticMap::ResolveTypes() {
  types = children[0]->types;
  for (const auto& call : expressions) types.push_back(call->return_type);
}

duckdb::PhysicalOperator& SemanticMap::CreatePlan(duckdb::ClientContext& context,
                                                  duckdb::PhysicalPlanGenerator& planner) {
  const duckdb::idx_t rows = EstimateCardinality(context);  // before planning takes children apart
  duckdb::PhysicalOperator& child = planner.CreatePlan(*children[0]);
  std::vector<MapCall> calls;
  for (size_t i = 0; i < expressions.size(); ++i) {
    auto& function = expressions[i]->Cast<duckdb::BoundFunctionExpression>();
    calls.push_back({AsAiCall(function), std::move(function.children), !unused_[i]});
  }
  duckdb::PhysicalOperator& plan = planner.Make<PhysicalSemanticMap>(
      context, types, std::move(calls), child, unread_, streaming_, rows);
  plan.children.push_back(child);
  return plan;
}

duckdb::InsertionOrderPreservingMap<std::string> SemanticMap::ParamsToString() const {
  std::vector<std::shared_ptr<const AiCall>> calls;
  for (const auto& expression : expressions) calls.push_back(AsAiCall(*expression));
  return DescribeCalls(calls);
}

SemanticMap* AsSemanticMap(duckdb::LogicalOperator& operation) {
  return dynamic_cast<SemanticMap*>(&operation);
}

std::string FunctionNames(const std::vector<std::shared_ptr<const AiCall>>& calls) {
  std::string names;
  for (const auto& call : calls) names += (names.empty() ? "" : ", ") + call->function;
  return names;
}

duckdb::InsertionOrderPreservingMap<std::string> DescribeCalls(
    const std::vector<std::shared_ptr<const AiCall>>& calls) {
  duckdb::InsertionOrderPreservingMap<std::string> result;
  for (size_t i = 0; i < calls.size(); ++i) {
    const std::string number = calls.size() > 1 ? " " + std::to_string(i + 1) : "";
    result["Function" + number] = calls[i]->function;
    result["Model" + number] = calls[i]->model;
    result["Input" + number] = Head(calls[i]->template_text);
  }
  return result;
}

}  // namespace fathom
