#include "duck/run_monitor.h"

#include <algorithm>
#include <utility>

namespace fathom {
namespace {

constexpr auto kReportInterval = std::chrono::milliseconds(100);

int64_t Tokens(const Usage& usage) {
  return usage.prefix_tokens + usage.row_tokens + usage.generated_tokens;
}

}  // namespace

void RunMonitor::Begin(QueryHooks hooks) {
  std::scoped_lock lock(report_mutex_, mutex_);
  hooks_ = std::move(hooks);
  summary_ = {};
  calls_.clear();
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
  if (summary_.calls > 0) last_with_calls_ = summary_;
  hooks_ = {};
}

RunSummary RunMonitor::LastRunWithCalls() const {
  std::lock_guard lock(mutex_);
  return last_with_calls_;
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

void RunMonitor::CountAsked(const std::string& model, int64_t distinct, int64_t asked) {
  std::lock_guard lock(mutex_);
  summary_.distinct_inputs += distinct;
  summary_.asked += asked;
  if (std::ranges::find(summary_.models, model) == summary_.models.end()) {
    summary_.models.push_back(model);
  }
}

void RunMonitor::CountFailure(const Error& error) {
  std::lock_guard lock(mutex_);
  Failures& failures = summary_.failed[ErrorCodeName(error.code)];
  if (failures.rows++ == 0) failures.example = error.message;
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
