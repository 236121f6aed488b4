// Value-or-error results, the one way expected failures travel through fathom.
//
// Three classes of failure (docs/ARCHITECTURE.md, "Errors"):
//   a bug of ours          FATHOM_ASSERT (base/assert.h), never reachable from input
//   an expected failure    Status / Result<T>, must be looked at
//   the end of a query     a DuckDB exception, thrown only in src/duck
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/assert.h"

namespace fathom {

// What kind of failure it was. The name is what users see as a row's reason (ErrorCodeName).
enum class ErrorCode {
  kInvalidArgument,   // the caller asked for something that makes no sense
  kNotFound,          // a file, model or key that does not exist
  kCorrupt,           // bytes that are not what their format promises
  kUnsupported,       // well-formed, but this build does not do it
  kTooLong,           // longer than the model's context
  kEmptyInput,        // NULL or blank text: never sent to a model
  kDegenerateInput,   // text that is no text any more, where the call does not want to read it
  kBadOutput,         // the model answered, but not with what the task needs
  kDegenerateOutput,  // the model's answer went round in a loop
  kTruncated,         // max_tokens cut the model's answer
  kWrongLanguage,     // the model answered in another language than it was asked for
  kCancelled,         // the user ended the run
  kDeadline,          // the run's time is over
  kIo,                // the operating system refused (message holds its words)
  kUnavailable,       // an endpoint that does not answer
  kOverBudget,        // ai_max_tokens, ai_max_seconds or ai_max_cost ended the run before this row
};

// snake_case name of a code: "too_long", "empty_input", ...
const char* ErrorCodeName(ErrorCode code);

// `message` says what, where and what to do; it is shown to users as it stands.
struct Error {
  ErrorCode code;
  std::string message;
};

// Success or an Error. Threads: a value type, no sharing.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose
  Status(ErrorCode code, std::string message) : error_(Error{code, std::move(message)}) {}

  bool ok() const { return !error_.has_value(); }
  // REQUIRES !ok()
  const Error& error() const {
    FATHOM_ASSERT(error_.has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

// A T or an Error.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose
  Result(ErrorCode code, std::string message) : error_(Error{code, std::move(message)}) {}

  bool ok() const { return value_.has_value(); }
  // REQUIRES !ok()
  const Error& error() const {
    FATHOM_ASSERT(!ok());
    return error_;
  }
  // REQUIRES ok()
  T& value() & {
    FATHOM_ASSERT(ok());
    return *value_;
  }
  const T& value() const& {
    FATHOM_ASSERT(ok());
    return *value_;
  }
  T&& value() && {
    FATHOM_ASSERT(ok());
    return std::move(*value_);
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::optional<T> value_;
  Error error_{ErrorCode::kInvalidArgument, {}};
};

// Returns the Error of a failed Status or Result expression from the enclosing function.
#define FATHOM_RETURN_IF_ERROR(expression)            \
  do {                                                \
    if (auto status_ = (expression); !status_.ok()) { \
      return ::fathom::Error(status_.error());        \
    }                                                 \
  } while (false)

#define FATHOM_CONCAT_INNER(a, b) a##b
#define FATHOM_CONCAT(a, b) FATHOM_CONCAT_INNER(a, b)

// FATHOM_ASSIGN_OR_RETURN(auto x, F()): declares x from F()'s value, or returns F()'s Error.
#define FATHOM_ASSIGN_OR_RETURN(declaration, expression) \
  FATHOM_ASSIGN_OR_RETURN_IMPL(FATHOM_CONCAT(result_, __LINE__), declaration, expression)
#define FATHOM_ASSIGN_OR_RETURN_IMPL(result, declaration, expression) \
  auto result = (expression);                                         \
  if (!result.ok()) return ::fathom::Error(result.error());           \
  declaration = std::move(result).value()

}  // namespace fathom
