#include "semantic/evaluation.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "semantic/answer_codec.h"
#include "semantic/kept_parts.h"

namespace fathom {
namespace {

using std::chrono::milliseconds;
using Rows = std::span<const std::vector<std::string>>;
using Indexes = std::vector<size_t>;

// A row whose outcome asking differently may better.
struct Failed {
  size_t row;
  Result<Answer> outcome;
};

constexpr int kAttemptsMax = 3;
constexpr milliseconds kFirstPause{500};  // before a row is asked again; doubles
constexpr milliseconds kOthersPause{20};  // until a look at what other processes were asking
constexpr milliseconds kCancellationDelay{20};

Status Pause(milliseconds time, const RunContext& context) {
  for (; time > milliseconds(0); time -= kCancellationDelay) {
    FATHOM_RETURN_IF_ERROR(context.Check());
    std::this_thread::sleep_for(std::min(time, kCancellationDelay));
  }
  return context.Check();
}

Result<QuestionId> IdOf(const Question& question, const ModelInfo& model, Ledger& ledger) {
  return ledger.Question({.model = model.fingerprint,
                          .task = question.task->Fingerprint(),
                          .model_name = model.name,
                          .function = question.function,
                          .description = question.description});
}

class Evaluator {
 public:
  Evaluator(const Question& question, const Evaluation& with, Rows rows, const OutcomeSink& sink)
      : question_(question), with_(with), rows_(rows), sink_(sink) {}

  Status Run() {
    Indexes all(rows_.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = i;
    if (with_.ledger == nullptr) return AskWithinBudget(all);
    FATHOM_ASSIGN_OR_RETURN(id_, IdOf(question_, with_.model->Info(), *with_.ledger));
    for (const auto& row : rows_) inputs_.push_back(EncodeInput(row));
    if (question_.task->has_parts()) {
      parts_.emplace(*with_.model, *with_.ledger, with_.run, question_.function);
    }
    Status status = RunWithLedger(std::move(all));
    const Status released = ReleaseClaims();
    const Status flushed = with_.ledger->Flush();
    if (status.ok()) status = flushed.ok() ? released : flushed;
    return status;
  }

 private:
  // Until every row is answered: takes what the ledger has, asks what nobody else is asking.
  Status RunWithLedger(Indexes open) {
    while (!open.empty()) {
      FATHOM_ASSIGN_OR_RETURN(const std::vector<Claimed> claims,
                              with_.ledger->Claim(id_, InputsOf(open), with_.run));
      Indexes others;
      for (size_t i = 0; i < open.size(); ++i) {
        switch (claims[i].state) {
          case Claimed::State::kMine: claimed_.push_back(open[i]); break;
          case Claimed::State::kOthers: others.push_back(open[i]); break;
          case Claimed::State::kAnswered: {
            FATHOM_ASSIGN_OR_RETURN(Result<Answer> outcome, DecodeOutcome(claims[i].payload));
            sink_(open[i], std::move(outcome), /*from_ledger=*/true);
          }
        }
      }
      const bool asked = !claimed_.empty();
      FATHOM_RETURN_IF_ERROR(AskWithinBudget(Indexes(claimed_)));
      FATHOM_RETURN_IF_ERROR(ReleaseClaims());
      if (!asked) FATHOM_RETURN_IF_ERROR(Pause(kOthersPause, *with_.context));
      open = std::move(others);
    }
    return {};
  }

  std::vector<std::string> InputsOf(const Indexes& indexes) const {
    std::vector<std::string> inputs;
    for (size_t index : indexes) inputs.push_back(inputs_[index]);
    return inputs;
  }

  Status ReleaseClaims() {
    if (claimed_.empty()) return {};
    const std::vector<std::string> inputs = InputsOf(claimed_);
    claimed_.clear();
    return with_.ledger->Release(id_, inputs);
  }

  // What is reserved for a row is seldom used up, so what is left over is reserved again until not
  // even one row fits.
  Status AskWithinBudget(Indexes open) {
    if (!with_.budget->limits_work()) return open.empty() ? Status() : Ask(std::move(open));
    while (!open.empty()) {
      FATHOM_ASSIGN_OR_RETURN(const size_t affordable, Affordable(*question_.task, open));
      if (affordable == 0) return LeaveOut(open);
      const auto rest = open.begin() + static_cast<ptrdiff_t>(affordable);
      FATHOM_RETURN_IF_ERROR(Ask(Indexes(open.begin(), rest)));
      open.erase(open.begin(), rest);
    }
    return {};
  }

  // What the task prepares is asked for only when there seems to be money for it and a row.
  Result<size_t> Affordable(const Task& task, const Indexes& rows) const {
    size_t affordable = 0;
    for (const RunContext* preparing : {static_cast<const RunContext*>(nullptr), with_.context}) {
      FATHOM_ASSIGN_OR_RETURN(const TaskTokens need,
                              CountTaskTokens(task, *with_.model, RowsOf(rows), preparing));
      affordable = with_.budget->Affordable(need, with_.model->Info().price, with_.spent());
      if (affordable == 0) break;
    }
    return affordable;
  }

  Error OverBudget() const {
    return Error{ErrorCode::kOverBudget, with_.budget->Explain(with_.spent())};
  }

  Status LeaveOut(const Indexes& rows) {
    if (rows.empty()) return {};
    const Error error = OverBudget();
    if (!with_.budget->limits().partial) return error;
    for (size_t row : rows) sink_(row, error, /*from_ledger=*/false);
    return {};
  }

  // Asks, and once more, differently, where what the model said was no answer.
  Status Ask(Indexes open) {
    FATHOM_RETURN_IF_ERROR(AskTask(*question_.task, std::move(open)));
    for (auto& [reason, failed] : std::exchange(failed_, {})) {
      FATHOM_RETURN_IF_ERROR(AskAgain(*question_.task->Again(reason), std::move(failed)));
    }
    return {};
  }

  // The outcome of a row that `task` cannot be asked about for want of budget stays what it was.
  Status AskAgain(const Task& task, std::vector<Failed> failed) {
    Indexes rows;
    for (const Failed& row : failed) rows.push_back(row.row);
    size_t affordable = rows.size();
    if (with_.budget->limits_work()) {
      FATHOM_ASSIGN_OR_RETURN(affordable, Affordable(task, rows));
    }
    for (size_t i = affordable; i < rows.size(); ++i) Report(rows[i], std::move(failed[i].outcome));
    rows.resize(affordable);
    return AskTask(task, std::move(rows), &failed);
  }

  // Asks until every row has an outcome that asking the same again would not better.
  // `before`: outcomes of an earlier task, which stay where time runs out.
  Status AskTask(const Task& task, Indexes open, std::vector<Failed>* before = nullptr) {
    milliseconds pause = kFirstPause;
    for (int attempt = 1; !open.empty(); ++attempt) {
      const bool is_last = attempt == kAttemptsMax;
      std::vector<bool> done(open.size(), false);
      const Status status = AskOnce(task, open, is_last, &done);
      Indexes left;
      for (size_t i = 0; i < open.size(); ++i) {
        if (!done[i]) left.push_back(open[i]);
      }
      open = std::move(left);
      if (!status.ok() && status.error().code == ErrorCode::kDeadline) {
        return before == nullptr ? LeaveOut(open) : ReportBefore(open, *before);
      }
      const bool again =
          status.ok() || (status.error().code == ErrorCode::kUnavailable && !is_last);
      if (!again) return status;
      if (open.empty()) break;
      FATHOM_RETURN_IF_ERROR(Pause(pause, *with_.context));
      pause *= 2;
    }
    return {};
  }

  // One job. Sets `done` for every row that was reported, or is to be asked another task.
  Status AskOnce(const Task& task, const Indexes& open, bool is_last, std::vector<bool>* done) {
    const bool is_first_task = &task == question_.task;
    LanguageModel& model = parts_ ? static_cast<LanguageModel&>(*parts_) : *with_.model;
    return task.Run(model, RowsOf(open), *with_.context, [&](size_t at, Result<Answer> outcome) {
      const bool unavailable = !outcome.ok() && outcome.error().code == ErrorCode::kUnavailable;
      if (unavailable && !is_last) return;
      (*done)[at] = true;
      if (is_first_task && !outcome.ok() && task.Again(outcome.error().code) != nullptr) {
        failed_[outcome.error().code].push_back({open[at], std::move(outcome)});
      } else {
        Report(open[at], std::move(outcome));
      }
    });
  }

  Status ReportBefore(const Indexes& open, const std::vector<Failed>& before) {
    for (const Failed& row : before) {
      if (std::ranges::count(open, row.row) > 0) Report(row.row, row.outcome);
    }
    return {};
  }

  void Report(size_t row, Result<Answer> outcome) {
    if (with_.ledger != nullptr && IsKept(outcome)) Keep(row, outcome);
    sink_(row, std::move(outcome), /*from_ledger=*/false);
  }

  void Keep(size_t row, const Result<Answer>& outcome) {
    with_.ledger->Append(id_, inputs_[row], EncodeOutcome(outcome), with_.run);
    std::erase(claimed_, row);
  }

  std::vector<std::vector<std::string>> RowsOf(const Indexes& indexes) const {
    std::vector<std::vector<std::string>> rows;
    for (size_t index : indexes) rows.push_back(rows_[index]);
    return rows;
  }

  const Question& question_;
  const Evaluation& with_;
  const Rows rows_;
  const OutcomeSink& sink_;
  QuestionId id_ = 0;
  std::optional<KeptParts> parts_;                   // with a ledger, of a task that has some
  std::vector<std::string> inputs_;                  // rows as the ledger's keys
  Indexes claimed_;                                  // by this process, not yet answered
  std::map<ErrorCode, std::vector<Failed>> failed_;  // to be asked again
};

}  // namespace

Status LookUp(const Question& question, const ModelInfo& model, Ledger& ledger,
              std::span<const std::string_view> inputs, const OutcomeSink& sink) {
  if (inputs.empty()) return {};
  FATHOM_ASSIGN_OR_RETURN(const QuestionId id, IdOf(question, model, ledger));
  FATHOM_ASSIGN_OR_RETURN(const auto payloads, ledger.Lookup(id, inputs));
  for (size_t row = 0; row < payloads.size(); ++row) {
    if (!payloads[row]) continue;
    FATHOM_ASSIGN_OR_RETURN(Result<Answer> outcome, DecodeOutcome(*payloads[row]));
    sink(row, std::move(outcome), /*from_ledger=*/true);
  }
  return {};
}

Status Evaluate(const Question& question, const Evaluation& with, Rows rows,
                const OutcomeSink& sink) {
  return Evaluator(question, with, rows, sink).Run();
}

}  // namespace fathom
