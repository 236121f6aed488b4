// The constant arguments of ai_* calls, checked when the query is bound. Every function here throws
// a BinderException that starts with the SQL function's name and says what would be right.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "duck/duckdb_api.h"
#include "semantic/task.h"

namespace fathom {

// `what` names the argument for messages: "the label list".
duckdb::Value FoldConstant(duckdb::ClientContext& context, std::string_view function,
                           std::string_view what, const duckdb::Expression& argument);

bool ReadBoolean(std::string_view function, std::string_view what, const duckdb::Value& value);
std::string ReadText(std::string_view function, std::string_view what, const duckdb::Value& value);
std::vector<std::string> ReadTextList(std::string_view function, std::string_view what,
                                      const duckdb::Value& value);

// ['a', 'b'] or [{'label': 'a', 'description': '...'}, ...]
std::vector<Label> ReadLabels(std::string_view function, const duckdb::Value& value);

// A language by its code or name (base/language.h).
const NaturalLanguage& ReadLanguage(std::string_view function, std::string_view what,
                                    const duckdb::Value& value);

struct CallOptions {
  TaskOptions task;
  std::optional<std::string> model;
  bool details = false;
  bool quotes = false;
  bool symmetric = false;
  std::optional<duckdb::Value> response_format;  // as ReadResponseFormat takes it
  int scale_low = 1;
  int scale_high = 5;
  const NaturalLanguage* language = nullptr;
};

// Sets in `options` what the STRUCT `value` holds. An option outside `known` is an error that lists
// `known`.
void ReadOptions(std::string_view function, std::span<const std::string_view> known,
                 const duckdb::Value& value, CallOptions* options);

}  // namespace fathom
