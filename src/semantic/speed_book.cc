#include "semantic/speed_book.h"

#include <unistd.h>

#include <optional>

namespace fathom {
namespace {

constexpr double kInstructiveSeconds = 1;  // shorter runs say little

// A ledger that moves to another machine does not take the speed along.
std::string FactName(const std::string& model) {
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  return "speed/" + std::string(host) + "/" + std::to_string(sysconf(_SC_NPROCESSORS_ONLN)) + "/" +
         model;
}

}  // namespace

Result<ModelSpeed> SpeedBook::Get(LanguageModel& model, Ledger* ledger, const RunContext& context) {
  const std::string& key = model.Info().fingerprint;
  if (const auto known = speeds_.find(key); known != speeds_.end()) return known->second;
  std::optional<ModelSpeed> speed;
  if (ledger != nullptr) {
    FATHOM_ASSIGN_OR_RETURN(const std::optional<std::string> fact, ledger->Fact(FactName(key)));
    if (fact) speed = DecodeSpeed(*fact);
  }
  if (!speed) {
    FATHOM_ASSIGN_OR_RETURN(speed, MeasureSpeed(model, context));
    FATHOM_RETURN_IF_ERROR(Keep(key, *speed, ledger));
  }
  return speeds_[key] = *speed;
}

void SpeedBook::Note(const LanguageModel& model, const Work& work, double seconds) {
  Run& run = runs_[model.Info().fingerprint];
  run.work.prompt_tokens += work.prompt_tokens;
  run.work.rows += work.rows;
  run.work.generated_tokens += work.generated_tokens;
  run.seconds += seconds;
}

Status SpeedBook::Learn(Ledger* ledger) {
  const std::map<std::string, Run> runs = std::move(runs_);
  runs_.clear();
  for (const auto& [model, run] : runs) {
    const auto known = speeds_.find(model);
    if (known == speeds_.end() || run.seconds < kInstructiveSeconds) continue;
    known->second = Corrected(known->second, run.work, run.seconds);
    FATHOM_RETURN_IF_ERROR(Keep(model, known->second, ledger));
  }
  return {};
}

Status SpeedBook::Keep(const std::string& model, const ModelSpeed& speed, Ledger* ledger) {
  if (ledger == nullptr) return {};
  return ledger->SetFact(FactName(model), EncodeSpeed(speed));
}

}  // namespace fathom
