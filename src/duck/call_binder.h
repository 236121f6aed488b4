// One ai_* call while it is being bound: its constant arguments are read one after the other.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "duck/ai_call.h"
#include "duck/answer_declaration.h"
#include "duck/call_options.h"
#include "duck/duckdb_api.h"
#include "duck/settings.h"

namespace fathom {

using OptionNames = std::vector<std::string_view>;

// `own` and what every function takes: model, on_long, on_degenerate_input, details.
OptionNames WithCommonOptions(OptionNames own);

// Every member throws a BinderException that names the function and says what would be right; a
// parameter of a prepared statement is bound on EXECUTE.
class CallBinder {
 public:
  using Arguments = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;

  // Borrows all.
  CallBinder(duckdb::ClientContext& context, const char* function, Arguments& arguments);

  // Errors: fewer or more arguments than `usage` shows.
  void CheckCount(size_t min, size_t max, const char* usage) const;

  duckdb::Value Constant(size_t index, std::string_view what) const;
  std::string Text(size_t index, std::string_view what) const;

  // The options struct at `index`, if the call has that many arguments.
  void Options(size_t index, std::span<const std::string_view> known);

  // An input can be a struct too, when prompt() made it.
  bool IsOptions(size_t index) const;
  bool IsBoolean(size_t index) const;

  // Takes the argument at `index` as the input of every row.
  InputTemplate Input(size_t index);

  // Takes the argument at `index` as one text, without a template.
  void WholeInput(size_t index);

  // The call with what was read; its arguments are then those of a row. `declared`: of answers in
  // JSON. REQUIRES Input or WholeInput was called
  duckdb::unique_ptr<duckdb::FunctionData> Finish(
      duckdb::BaseScalarFunction& bound, Result<std::unique_ptr<Task>> task,
      std::optional<AnswerDeclaration> declared = std::nullopt);

  CallOptions options;

 private:
  duckdb::ClientContext& context_;
  const char* function_;
  Arguments& arguments_;
  AiSettings settings_;
  Arguments row_arguments_;
  InputTemplate input_;
};

}  // namespace fathom
