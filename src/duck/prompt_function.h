// prompt('.. {0} .. {1}', a, b): a text with holes and what fills them, kept apart.
#pragma once

#include <optional>

#include "duck/duckdb_api.h"
#include "duck/input_expression.h"

namespace fathom {

void RegisterPrompt(duckdb::ExtensionLoader& loader);

// STRUCT("template" VARCHAR, args VARCHAR[])
bool IsPromptType(const duckdb::LogicalType& type);

// The template and arguments when `expression` is itself a call of prompt().
std::optional<InputExpression> ReadPromptCall(const duckdb::Expression& expression);

// The text of a prompt value, for prompts that come from a column.
duckdb::unique_ptr<duckdb::Expression> RenderPrompt(duckdb::ClientContext& context,
                                                    duckdb::unique_ptr<duckdb::Expression> prompt);

}  // namespace fathom
