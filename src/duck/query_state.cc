#include "duck/query_state.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "semantic/answer_codec.h"

namespace fathom {
namespace {

constexpr char kStateName[] = "fathom";

// A blank or degenerate input is answered by the task itself.
bool ReachedModel(const MemoEntry& entry) {
  if (entry.from_ledger()) return false;
  if (entry.answer().ok()) return true;
  const ErrorCode code = entry.answer().error().code;
  return code != ErrorCode::kEmptyInput && code != ErrorCode::kDegenerateInput &&
         code != ErrorCode::kOverBudget;
}

[[noreturn]] void ThrowJobError(const AiCall& call, const Error& error) {
  if (error.code == ErrorCode::kCancelled) throw duckdb::InterruptException();
  std::string message = error.message;
  if (!message.starts_with(call.function)) message = call.function + ": " + message;
  throw duckdb::InvalidInputException(message);
}

RunFigures ToRunFigures(const RunSummary& summary) {
  RunFigures figures;
  figures.rows = summary.rows;
  figures.distinct_inputs = summary.distinct_inputs;
  figures.from_ledger = summary.from_ledger;
  figures.asked = summary.asked;
  for (const auto& [reason, failures] : summary.failed) figures.failed += failures.rows;
  figures.prompt_tokens = summary.prefix_tokens + summary.row_tokens;
  figures.generated_tokens = summary.generated_tokens;
  figures.seconds = summary.seconds;
  figures.cost = summary.cost;
  return figures;
}

RunState StateOf(duckdb::optional_ptr<duckdb::ErrorData> error) {
  if (!error || !error->HasError()) return RunState::kDone;
  return error->Type() == duckdb::ExceptionType::INTERRUPT ? RunState::kCancelled
                                                           : RunState::kFailed;
}

// What one job takes: work, money, time.
class JobMeter {
 public:
  JobMeter(const Usage& usage, const Price& price)
      : usage_(usage), price_(price), prompt_(Prompt()), generated_(Generated()), rows_(Rows()) {}

  double cost() const { return Cost(price_, Prompt() - prompt_, Generated() - generated_); }
  int64_t tokens() const { return Prompt() - prompt_ + Generated() - generated_; }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }
  Work work() const {
    return {.prompt_tokens = static_cast<double>(Prompt() - prompt_),
            .rows = static_cast<double>(Rows() - rows_),
            .generated_tokens = static_cast<double>(Generated() - generated_)};
  }

 private:
  using Clock = std::chrono::steady_clock;

  int64_t Prompt() const { return usage_.prefix_tokens + usage_.row_tokens; }
  int64_t Generated() const { return usage_.generated_tokens; }
  int64_t Rows() const { return usage_.rows_done; }

  const Usage& usage_;
  const Price price_;
  const int64_t prompt_;
  const int64_t generated_;
  const int64_t rows_;
  const Clock::time_point begin_ = Clock::now();
};

std::vector<std::vector<std::string>> InputsOf(const AiCall& call,
                                               std::span<MemoEntry* const> entries) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(entries.size());
  for (const MemoEntry* entry : entries) rows.push_back(DecodeInput(entry->key(), call.arguments));
  return rows;
}

std::vector<MemoEntry*> NotReady(std::span<MemoEntry* const> entries) {
  std::vector<MemoEntry*> open;
  std::ranges::copy_if(entries, std::back_inserter(open),
                       [](const MemoEntry* entry) { return !entry->ready(); });
  return open;
}

Question QuestionOf(const AiCall& call) {
  return {.task = call.task.get(), .function = call.function, .description = call.template_text};
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

void QueryState::SetNext(QueryHooks hooks, RunStart start) {
  // A statement that cannot even be parsed begins no query: its run is empty all the same.
  monitor_.Begin({});
  monitor_.End();
  forecast_.clear();
  std::lock_guard lock(state_mutex_);
  next_hooks_ = std::move(hooks);
  next_start_ = std::move(start);
}

void QueryState::QueryBegin(duckdb::ClientContext&) {
  memo_.Clear();
  budget_.reset();
  ledger_ = nullptr;
  foretold_.clear();
  figures_.clear();
  operators_.clear();
  has_side_effect_ = false;
  std::lock_guard lock(state_mutex_);
  monitor_.Begin(IsForecasting() ? QueryHooks{} : next_hooks_);
  if (!forecast_error_.empty()) monitor_.Warn(std::exchange(forecast_error_, {}));
}

void QueryState::SetForecastError(std::string message) {
  std::lock_guard lock(state_mutex_);
  forecast_error_ = "EXPLAIN shows no forecast, or not all of it: " + std::move(message);
}

void QueryState::SetForecasting(Forecasting mode) {
  switch (mode) {
    case Forecasting::kSampling: forecast_.clear(); break;
    case Forecasting::kCounting: forecast_ = figures_; break;
    case Forecasting::kOff:
      for (const auto& [id, sampling] : forecast_) figures_[id].sampled = sampling.sampled;
      forecast_ = figures_;
  }
  forecasting_ = mode;
}

bool QueryState::HasSampled() {
  std::lock_guard lock(figures_mutex_);
  return std::ranges::any_of(figures_, [](const auto& entry) { return entry.second.sampled > 0; });
}

std::optional<OperatorFigures> QueryState::FiguresOf(size_t id) {
  std::lock_guard lock(figures_mutex_);
  for (const auto* known : {&figures_, &forecast_}) {
    if (const auto found = known->find(id); found != known->end()) return found->second;
  }
  return std::nullopt;
}

size_t QueryState::PlanOperator(const std::string& functions) {
  std::lock_guard lock(figures_mutex_);
  operators_.push_back(functions);
  return operators_.size();
}

std::string QueryState::DescribeMeasured() {
  std::lock_guard lock(figures_mutex_);
  std::string text;
  for (const auto& [id, figures] : figures_) {
    text +=
        (id == 0 ? "evaluated in place" : operators_[id - 1]) + ": " + FiguresText(figures) + "\n";
  }
  return text;
}

void QueryState::CountRows(size_t id, int64_t rows) {
  if (!IsForecasting()) monitor_.CountRows(rows);
  std::lock_guard lock(figures_mutex_);
  figures_[id].rows += rows;
}

void QueryState::QueryEnd(duckdb::ClientContext& context,
                          duckdb::optional_ptr<duckdb::ErrorData> error) {
  monitor_.End();
  const RunState state = StateOf(error);
  const std::string message = state == RunState::kFailed ? error->RawMessage() : "";
  const Status ended =
      run_.End(state, ToRunFigures(monitor_.Summary()), message, monitor_.Errors());
  if (!ended.ok()) monitor_.Warn(ended.error().message);
  const Status learnt = speeds_.Learn(ledger_);
  if (!learnt.ok()) monitor_.Warn(learnt.error().message);
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

Ledger& QueryState::OpenLedger(duckdb::ClientContext& context) {
  std::lock_guard job(job_mutex_);
  Result<Ledger*> ledger = run_.Open(ReadLedger(context));
  if (!ledger.ok()) throw duckdb::InvalidInputException(ledger.error().message);
  return **ledger;
}

// With the query's first call: its budget and its run in the ledger.
void QueryState::Prepare(duckdb::ClientContext& context, const AiCall& call) {
  if (budget_) return;
  const LedgerSettings settings = ReadLedger(context);
  if (!settings.path.empty()) {
    Result<Ledger*> ledger = run_.Open(settings);
    if (!ledger.ok()) ThrowJobError(call, ledger.error());
    ledger_ = *ledger;
    if (!IsForecasting()) BeginRun(call);
  }
  budget_.emplace(ReadBudget(context), monitor_.begin());
}

// REQUIRES ledger_
void QueryState::BeginRun(const AiCall& call) {
  const Status begun = run_.Begin(next_start_);
  if (!begun.ok()) ThrowJobError(call, begun.error());
}

std::shared_ptr<LanguageModel> QueryState::Load(const AiCall& call) {
  Result<std::shared_ptr<LanguageModel>> model = models_->Get(call.model);
  if (!model.ok()) ThrowJobError(call, model.error());
  return std::move(*model);
}

// Name and fingerprint. A file that was loaded before is not loaded again to learn them: the ledger
// keeps the fingerprint of every file it has seen. REQUIRES ledger_
ModelInfo QueryState::Identify(const AiCall& call) {
  const auto identify = [&] {
    Result<ModelIdentity> model = models_->Identify(call.model);
    if (!model.ok()) ThrowJobError(call, model.error());
    return std::move(*model);
  };
  const auto fact = [](const ModelIdentity& model) { return "fingerprint of " + model.mark; };
  const ModelIdentity file = identify();
  if (!file.mark.empty()) {
    Result<std::optional<std::string>> known = ledger_->Fact(fact(file));
    if (!known.ok()) ThrowJobError(call, known.error());
    if (*known) return {.name = file.name, .fingerprint = std::move(**known)};
  }
  const ModelInfo loaded = Load(call)->Info();
  const ModelIdentity read = identify();  // the file may have changed before it was read
  if (!IsForecasting() && !read.mark.empty()) {
    const Status kept = ledger_->SetFact(fact(read), loaded.fingerprint);
    if (!kept.ok()) ThrowJobError(call, kept.error());
  }
  return loaded;
}

void QueryState::LookUp(duckdb::ClientContext& context, const AiCall& call,
                        std::span<MemoEntry* const> entries, size_t operator_id) {
  if (entries.empty()) return;
  std::lock_guard job(job_mutex_);
  Prepare(context, call);
  TakeFromLedger(call, NotReady(entries), operator_id);
}

void QueryState::TakeFromLedger(const AiCall& call, std::span<MemoEntry* const> unknown,
                                size_t operator_id) {
  if (ledger_ == nullptr || unknown.empty()) return;
  std::vector<std::string_view> inputs;
  inputs.reserve(unknown.size());
  for (const MemoEntry* entry : unknown) inputs.push_back(entry->key());
  const Status status = fathom::LookUp(QuestionOf(call), Identify(call), *ledger_, inputs,
                                       [&](size_t row, Result<Answer> outcome, bool from_ledger) {
                                         unknown[row]->SetAnswer(std::move(outcome), from_ledger);
                                       });
  if (!status.ok()) ThrowJobError(call, status.error());
  CountAnswered(call, unknown, operator_id);
}

void QueryState::AnswerAll(duckdb::ClientContext& context, const AiCall& call,
                           std::span<MemoEntry* const> entries, OperatorProgress progress) {
  std::lock_guard job(job_mutex_);
  std::vector<MemoEntry*> unknown = NotReady(entries);
  if (unknown.empty()) return;
  Prepare(context, call);
  // Reading first: what is known claims nothing, and a forecast counts it, too.
  TakeFromLedger(call, unknown, progress.id);
  unknown = NotReady(unknown);
  progress.done += static_cast<int64_t>(entries.size() - unknown.size());
  if (unknown.empty()) return;
  const std::shared_ptr<LanguageModel> model = Load(call);
  if (IsForecasting()) return Foretell(context, call, *model, unknown, progress);
  RunTask(context, call, *model, unknown, progress);
}

// Outcomes are shown only once the ledger has them: they are kept apart until the evaluation
// returns.
struct QueryState::JobResult {
  struct Outcome {
    Result<Answer> answer;
    bool from_ledger;
  };
  std::vector<std::optional<Outcome>> outcomes;  // none: the job failed before
  OperatorFigures work;
  Status status;
};

QueryState::JobResult QueryState::RunJob(duckdb::ClientContext& context, const AiCall& call,
                                         LanguageModel& model, std::span<MemoEntry* const> entries,
                                         OperatorProgress progress) {
  RunContext run;
  run.usage = monitor_.usage();
  run.is_cancelled = [&context] { return context.IsInterrupted(); };
  run.deadline = budget_->deadline();
  JobMeter meter(*run.usage, model.Info().price);
  const auto spent = [&] {
    const RunSummary summary = monitor_.Summary();
    return Spent{.tokens = summary.prefix_tokens + summary.row_tokens + summary.generated_tokens,
                 .cost = summary.cost + meter.cost()};
  };
  JobResult result;
  result.outcomes.resize(entries.size());
  result.status =
      Evaluate(QuestionOf(call),
               {.model = &model,
                .context = &run,
                .budget = &*budget_,
                .spent = spent,
                .ledger = ledger_,
                .run = run_.id()},
               InputsOf(call, entries), [&](size_t row, Result<Answer> answer, bool from_ledger) {
                 result.outcomes[row] = {std::move(answer), from_ledger};
                 monitor_.Report(call.function, ++progress.done, progress.total);
               });
  speeds_.Note(model, meter.work(), meter.seconds());
  monitor_.CountCost(meter.cost());
  result.work = {.tokens = meter.tokens(), .seconds = meter.seconds(), .cost = meter.cost()};
  return result;
}

void QueryState::RunTask(duckdb::ClientContext& context, const AiCall& call, LanguageModel& model,
                         std::span<MemoEntry* const> entries, OperatorProgress progress) {
  JobResult job = RunJob(context, call, model, entries, progress);
  for (size_t row = 0; row < entries.size(); ++row) {
    if (!job.outcomes[row]) continue;
    entries[row]->SetAnswer(std::move(job.outcomes[row]->answer), job.outcomes[row]->from_ledger);
  }
  AddWork(progress.id, job.work);
  CountAnswered(call, entries, progress.id);
  if (!job.status.ok()) ThrowJobError(call, job.status.error());
  FATHOM_ASSERT(std::ranges::all_of(entries, &MemoEntry::ready));  // or Evaluate fails
  const Status updated = run_.Update(ToRunFigures(monitor_.Summary()));
  if (!updated.ok()) ThrowJobError(call, updated.error());
}

// May a forecast ask the model something?
bool QueryState::MayAsk(const LanguageModel& model) const {
  const Price price = model.Info().price;
  return IsForecasting() && ledger_ != nullptr && price.prompt == 0 && price.generated == 0;
}

// How many of `entries` a forecast asks.
size_t QueryState::SampleSize(duckdb::ClientContext& context, const AiCall& call,
                              LanguageModel& model, std::span<MemoEntry* const> entries) {
  constexpr size_t kEnough = 32;  // a share of them is off by .09 at most in two cases of three
  constexpr size_t kOneOf = 4;
  constexpr double kSeconds = 5;
  if (!MayAsk(model)) return 0;
  const size_t known = Memo(call).FromLedger(kEnough).size();
  const size_t count = std::min(kEnough - known, entries.size() / kOneOf);
  if (count == 0) return 0;
  Forecast forecast;
  const Result<OperatorFigures> work =
      Estimate(context, call, model, entries, /*with_prefix=*/false, &forecast);
  if (!work.ok()) ThrowJobError(call, work.error());
  const double affordable = kSeconds * static_cast<double>(entries.size()) / work->seconds;
  return affordable < static_cast<double>(count) ? static_cast<size_t>(affordable) : count;
}

// What the run will find in the ledger is ready then, as from there. Rows that no answer is kept of
// and those beyond the budget stay open.
void QueryState::Sample(duckdb::ClientContext& context, const AiCall& call, LanguageModel& model,
                        std::span<MemoEntry* const> entries, OperatorProgress progress) {
  const size_t count = SampleSize(context, call, model, entries);
  if (count == 0) return;
  std::vector<MemoEntry*> sample;
  for (size_t i = 0; i < count; ++i) sample.push_back(entries[i * entries.size() / count]);
  if (!run_.begun()) BeginRun(call);
  JobResult job = RunJob(context, call, model, sample, progress);
  Answered asked;
  for (size_t row = 0; row < count; ++row) {
    auto& outcome = job.outcomes[row];
    if (!outcome || !IsKept(outcome->answer)) continue;
    ++asked.distinct;
    ++(outcome->from_ledger ? asked.from_ledger : asked.asked);
    sample[row]->SetAnswer(std::move(outcome->answer), /*from_ledger=*/true);
  }
  monitor_.CountAnswered(call.model, asked);
  AddWork(progress.id, {.sampled = asked.asked});
  if (!job.status.ok() && job.status.error().code != ErrorCode::kOverBudget) {
    ThrowJobError(call, job.status.error());
  }
}

// What asking about `entries` would take.
Result<OperatorFigures> QueryState::Estimate(duckdb::ClientContext& context, const AiCall& call,
                                             LanguageModel& model,
                                             std::span<MemoEntry* const> entries, bool with_prefix,
                                             Forecast* forecast) {
  constexpr size_t kKnownMax = 1000;
  const auto known = Memo(call).FromLedger(kKnownMax);
  RunContext run;
  run.is_cancelled = [&context] { return context.IsInterrupted(); };
  FATHOM_ASSIGN_OR_RETURN(*forecast, ForecastRows(*call.task, model, InputsOf(call, entries), known,
                                                  MayAsk(model) ? &run : nullptr));
  FATHOM_ASSIGN_OR_RETURN(const ModelSpeed speed, speeds_.Get(model, ledger_, run));
  const int64_t prompt = forecast->row_tokens + (with_prefix ? forecast->prefix_tokens : 0);
  OperatorFigures figures;
  figures.tokens = prompt + forecast->generated_tokens;
  figures.seconds =
      speed.Seconds({.prompt_tokens = static_cast<double>(prompt),
                     .rows = static_cast<double>(forecast->rows),
                     .generated_tokens = static_cast<double>(forecast->generated_tokens)});
  figures.cost = Cost(model.Info().price, prompt, forecast->generated_tokens);
  return figures;
}

void QueryState::Foretell(duckdb::ClientContext& context, const AiCall& call, LanguageModel& model,
                          std::span<MemoEntry* const> entries, OperatorProgress progress) {
  if (forecasting_ == Forecasting::kSampling) Sample(context, call, model, entries, progress);
  const std::vector<MemoEntry*> open = NotReady(entries);
  Forecast forecast;
  const bool is_first = foretold_.insert(call.identity).second;
  const Result<OperatorFigures> price = Estimate(context, call, model, open, is_first, &forecast);
  if (!price.ok()) ThrowJobError(call, price.error());
  for (size_t row = 0; row < open.size(); ++row) {
    open[row]->SetAnswer(std::move(forecast.outcomes[row]), /*from_ledger=*/false);
  }
  AddWork(progress.id, *price);
  CountAnswered(call, entries, progress.id);
}

void QueryState::Announce(duckdb::ClientContext& context, const AiCall& call,
                          std::span<MemoEntry* const> entries) {
  constexpr size_t kManyRows = 64;  // fewer are asked sooner than a speed is measured
  constexpr double kFewSeconds = 5;
  std::lock_guard job(job_mutex_);
  if (IsForecasting() || !next_hooks_.on_forecast || entries.size() < kManyRows) return;
  Prepare(context, call);
  const std::shared_ptr<LanguageModel> model = Load(call);
  Forecast forecast;
  const Result<OperatorFigures> price =
      Estimate(context, call, *model, entries, /*with_prefix=*/true, &forecast);
  if (!price.ok()) ThrowJobError(call, price.error());
  if (price->seconds < kFewSeconds) return;
  next_hooks_.on_forecast({.function = call.function,
                           .inputs = std::ssize(entries),
                           .tokens = price->tokens,
                           .seconds = price->seconds,
                           .cost = price->cost});
}

void QueryState::AddWork(size_t operator_id, const OperatorFigures& work) {
  std::lock_guard lock(figures_mutex_);
  OperatorFigures& figures = figures_[operator_id];
  figures.sampled += work.sampled;
  figures.tokens += work.tokens;
  figures.seconds += work.seconds;
  figures.cost += work.cost;
}

// REQUIRES the ready ones of `entries` became ready just now
void QueryState::CountAnswered(const AiCall& call, std::span<MemoEntry* const> entries,
                               size_t operator_id) {
  Answered answered;
  for (const MemoEntry* entry : entries) {
    if (!entry->ready()) continue;
    ++answered.distinct;
    answered.from_ledger += entry->from_ledger() ? 1 : 0;
    answered.asked += ReachedModel(*entry) ? 1 : 0;
  }
  if (!IsForecasting()) monitor_.CountAnswered(call.model, answered);
  std::lock_guard lock(figures_mutex_);
  OperatorFigures& figures = figures_[operator_id];
  figures.distinct += answered.distinct;
  figures.from_ledger += answered.from_ledger;
  figures.asked += answered.asked;
}

}  // namespace fathom
