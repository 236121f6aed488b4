#include "duck/query_state.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace fathom {
namespace {

constexpr char kStateName[] = "fathom";

// A blank input is answered by the task itself.
bool ReachedModel(const MemoEntry& entry) {
  return entry.answer().ok() || entry.answer().error().code != ErrorCode::kEmptyInput;
}

[[noreturn]] void ThrowJobError(const AiCall& call, const Error& error) {
  if (error.code == ErrorCode::kCancelled) throw duckdb::InterruptException();
  std::string message = error.message;
  if (!message.starts_with(call.function)) message = call.function + ": " + message;
  throw duckdb::InvalidInputException(message);
}

}  // namespace

QueryState& QueryState::Of(duckdb::ClientContext& context) {
  auto state = context.registered_state->Get<QueryState>(kStateName);
  if (!state) {
    throw duckdb::InvalidInputException(
        "ai functions work only on the connection that the program opened");
  }
  return *state;  // the context keeps it alive
}

void QueryState::Register(duckdb::ClientContext& context, ModelRegistry* models) {
  context.registered_state->Insert(kStateName, duckdb::make_shared_ptr<QueryState>(models));
}

void QueryState::SetHooks(QueryHooks hooks) {
  // A statement that cannot even be parsed begins no query: its run is empty all the same.
  monitor_.Begin({});
  monitor_.End();
  std::lock_guard lock(state_mutex_);
  next_hooks_ = std::move(hooks);
}

void QueryState::QueryBegin(duckdb::ClientContext&) {
  memo_.Clear();
  std::lock_guard lock(state_mutex_);
  monitor_.Begin(next_hooks_);
}

void QueryState::QueryEnd(duckdb::ClientContext& context) {
  monitor_.End();
  memo_.Clear();
  std::lock_guard lock(state_mutex_);
  if (!caching_before_) return;
  context.config.enable_caching_operators = *caching_before_;
  caching_before_.reset();
}

void QueryState::HandOnSmallChunks(duckdb::ClientContext& context) {
  std::lock_guard lock(state_mutex_);
  if (caching_before_) return;
  caching_before_ = context.config.enable_caching_operators;
  context.config.enable_caching_operators = false;
}

void QueryState::AnswerAll(duckdb::ClientContext& context, const AiCall& call,
                           std::span<MemoEntry* const> entries, OperatorProgress progress) {
  std::lock_guard job(job_mutex_);
  std::vector<MemoEntry*> unknown;
  for (MemoEntry* entry : entries) {
    if (!entry->ready()) unknown.push_back(entry);
  }
  progress.done += static_cast<int64_t>(entries.size() - unknown.size());
  if (!unknown.empty()) RunTask(context, call, unknown, progress);
}

void QueryState::RunTask(duckdb::ClientContext& context, const AiCall& call,
                         std::span<MemoEntry* const> entries, OperatorProgress progress) {
  Result<std::shared_ptr<LanguageModel>> model = models_->Get(call.model);
  if (!model.ok()) ThrowJobError(call, model.error());

  std::vector<std::vector<std::string>> rows;
  rows.reserve(entries.size());
  for (const MemoEntry* entry : entries) rows.push_back(entry->input());

  RunContext run;
  run.usage = monitor_.usage();
  run.is_cancelled = [&context] { return context.IsInterrupted(); };
  Status status = call.task->Run(**model, rows, run, [&](size_t row, Result<Answer> answer) {
    FATHOM_ASSERT(row < entries.size());
    entries[row]->SetAnswer(std::move(answer));
    monitor_.Report(call.function, ++progress.done, progress.total);
  });

  const auto answered = std::ranges::count_if(entries, &MemoEntry::ready);
  const auto asked = std::ranges::count_if(
      entries, [](const MemoEntry* entry) { return entry->ready() && ReachedModel(*entry); });
  monitor_.CountAsked(call.model, answered, asked);
  if (!status.ok()) ThrowJobError(call, status.error());
  FATHOM_ASSERT(answered == std::ssize(entries));  // Task::Run answers every row or fails
}

}  // namespace fathom
