#include "duck/ledger_run.h"

#include <utility>

namespace fathom {
namespace {

constexpr auto kUpdateInterval = std::chrono::seconds(1);

}  // namespace

Result<Ledger*> LedgerRun::Open(const LedgerSettings& settings) {
  if (settings.path.empty()) {
    return {ErrorCode::kNotFound,
            "there is no ledger: SET ai_cache = true and SET ai_ledger to a file"};
  }
  const bool is_open = ledger_ && ledger_->path() == settings.path && ledger_->CheckInPlace().ok();
  if (!is_open || max_bytes_ != settings.max_bytes) {
    ledger_.reset();
    FATHOM_ASSIGN_OR_RETURN(ledger_,
                            Ledger::Open({.path = settings.path, .max_bytes = settings.max_bytes}));
    max_bytes_ = settings.max_bytes;
  }
  return ledger_.get();
}

Status LedgerRun::Begin(const RunStart& start) {
  FATHOM_ASSIGN_OR_RETURN(id_, ledger_->BeginRun(start));
  begun_ = true;
  next_update_ = Clock::now() + kUpdateInterval;
  return {};
}

Status LedgerRun::Update(const RunFigures& figures) {
  if (!begun_ || Clock::now() < next_update_) return {};
  next_update_ = Clock::now() + kUpdateInterval;
  return ledger_->UpdateRun(id_, figures);
}

Status LedgerRun::End(RunState state, const RunFigures& figures, const std::string& message,
                      std::span<const RowError> errors) {
  if (!begun_) return {};
  begun_ = false;
  if (!errors.empty()) FATHOM_RETURN_IF_ERROR(ledger_->AddErrors(id_, errors));
  FATHOM_RETURN_IF_ERROR(ledger_->EndRun(id_, state, figures, message));
  return ledger_->CheckInPlace();
}

}  // namespace fathom
