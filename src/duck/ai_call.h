// A call of an ai_* function after binding: everything that is the same for all of its rows.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "duck/answer_declaration.h"
#include "duck/duckdb_api.h"
#include "semantic/task.h"

namespace fathom {

// The row's arguments are VARCHAR expressions, kept in the bound function expression; argument i
// fills slot i of the task's input template.
struct AiCall {
  std::string function;  // "ai_filter"
  std::string model;     // a name the registry knows
  std::shared_ptr<const Task> task;
  std::optional<AnswerDeclaration> declared;  // of a task whose answers are JSON
  InputTemplate input;
  size_t arguments = 0;        // of a row
  std::string template_text;   // the input with its placeholders, for EXPLAIN
  bool details = false;        // STRUCT(value, error, confidence, model, cached)
  bool quotes = false;         // and of each part of the value where the input says it
  bool symmetric = false;      // of its two arguments: (a, b) is the same question as (b, a)
  bool fail_on_error = false;  // a row that fails ends the query
  std::string identity;        // calls of equal identity give equal answers to equal inputs
};

// What of a value `quotes` says.
duckdb::LogicalType QuoteType();

// What a bound call returns per row.
duckdb::LogicalType ReturnType(const AiCall& call);

struct AiBindData : public duckdb::FunctionData {
  explicit AiBindData(std::shared_ptr<const AiCall> call) : call(std::move(call)) {}

  duckdb::unique_ptr<duckdb::FunctionData> Copy() const override;
  bool Equals(const duckdb::FunctionData& other) const override;

  std::shared_ptr<const AiCall> call;
};

// The call that `expression` is, or null when it is anything else.
std::shared_ptr<const AiCall> AsAiCall(const duckdb::Expression& expression);

}  // namespace fathom
