#include "duck/run_monitor.h"

#include <algorithm>
#include <utility>

#include "base/utf8_scan.h"

namespace fathom {
namespace {

constexpr auto kReportInterval = std::chrono::milliseconds(100);

int64_t Tokens(const Usage& usage) {
  return usage.prefix_tokens + usage.row_tokens + usage.generated_tokens;
}

// The parts of an input, side by side, cut between characters.
std::string Shortened(const std::vector<std::string>& input) {
  constexpr size_t kBytesMax = 300;
  std::string text;
  for (const std::string& part : input) text += (text.empty() ? "" : " | ") + part;
  if (text.size() <= kBytesMax) return text;
  return text.substr(0, Utf8Floor(text, kBytesMax)) + "…";
}

}  // namespace

void RunMonitor::Begin(QueryHooks hooks) {
  std::scoped_lock lock(report_mutex_, mutex_);
  hooks_ = std::move(hooks);
  summary_ = {};
  calls_.clear();
  errors_.clear();
  error_index_.clear();
  usage_.prefix_tokens = 0;
  usage_.row_tokens = 0;
  usage_.generated_tokens = 0;
  usage_.rows_done = 0;
  begin_ = Clock::now();
  next_report_ = begin_;
  running_ = true;
}

void RunMonitor::End() {
  std::scoped_lock lock(report_mutex_, mutex_);
  if (!running_) return;
  running_ = false;
  summary_.seconds = Seconds();
  if (summary_.calls > 0) last_errors_ = errors_;
  hooks_ = {};
}

std::vector<RowError> RunMonitor::ErrorsOfLastRun() const {
  std::lock_guard lock(mutex_);
  return last_errors_;
}

double RunMonitor::Seconds() const {
  return std::chrono::duration<double>(Clock::now() - begin_).count();
}

RunSummary RunMonitor::Summary() const {
  std::lock_guard lock(mutex_);
  RunSummary summary = summary_;
  summary.prefix_tokens = usage_.prefix_tokens;
  summary.row_tokens = usage_.row_tokens;
  summary.generated_tokens = usage_.generated_tokens;
  if (running_) summary.seconds = Seconds();
  return summary;
}

void RunMonitor::CountCall(const void* call) {
  std::lock_guard lock(mutex_);
  if (calls_.insert(call).second) ++summary_.calls;
}

void RunMonitor::CountRows(int64_t rows) {
  std::lock_guard lock(mutex_);
  summary_.rows += rows;
}

void RunMonitor::CountAnswered(const std::string& model, const Answered& answered) {
  std::lock_guard lock(mutex_);
  summary_.distinct_inputs += answered.distinct;
  summary_.from_ledger += answered.from_ledger;
  summary_.asked += answered.asked;
  if (std::ranges::find(summary_.models, model) == summary_.models.end()) {
    summary_.models.push_back(model);
  }
}

void RunMonitor::CountCost(double dollars) {
  std::lock_guard lock(mutex_);
  summary_.cost += dollars;
}

void RunMonitor::Warn(const std::string& message) {
  std::lock_guard lock(mutex_);
  summary_.warnings.push_back(message);
}

void RunMonitor::CountFailure(const std::string& function, const Error& error,
                              const std::vector<std::string>& input) {
  std::lock_guard lock(mutex_);
  const char* reason = ErrorCodeName(error.code);
  Failures& failures = summary_.failed[reason];
  if (failures.rows++ == 0) failures.example = error.message;

  std::string key = function;
  for (const std::string& part : input) key += '\0' + part;
  const auto known = error_index_.find(key);
  if (known != error_index_.end()) {
    ++errors_[known->second].rows;
  } else if (errors_.size() < kErrorsMax) {
    error_index_.emplace(std::move(key), errors_.size());
    errors_.push_back({function, reason, error.message, Shortened(input), /*rows=*/1});
  }
}

std::vector<RowError> RunMonitor::Errors() const {
  std::lock_guard lock(mutex_);
  return errors_;
}

void RunMonitor::Report(const std::string& function, int64_t done, int64_t total) {
  std::unique_lock report(report_mutex_, std::try_to_lock);
  if (!report.owns_lock()) return;  // another thread is reporting: its numbers are as good
  const Clock::time_point now = Clock::now();
  if (!hooks_.on_progress || now < next_report_) return;
  next_report_ = now + kReportInterval;
  const double seconds = std::max(Seconds(), 1e-9);
  Progress progress;
  progress.function = function;
  progress.rows_done = done;
  progress.rows_total = total;
  progress.seconds = seconds;
  progress.rows_per_second = static_cast<double>(usage_.rows_done) / seconds;
  progress.tokens_per_second = static_cast<double>(Tokens(usage_)) / seconds;
  hooks_.on_progress(progress);
}

}  // namespace fathom
