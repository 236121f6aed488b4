// The speeds of this machine's models: from the ledger, else measured; learnt from every run.
#pragma once

#include <map>
#include <string>

#include "ledger/ledger.h"
#include "semantic/model_speed.h"

namespace fathom {

// Threads: one at a time. `ledger` may be null everywhere: nothing is kept then.
class SpeedBook {
 public:
  // Errors: of the model and of the ledger.
  Result<ModelSpeed> Get(LanguageModel& model, Ledger* ledger, const RunContext& context);

  // `work` of the run that goes on took `seconds`.
  void Note(const LanguageModel& model, const Work& work, double seconds);
  // The run has ended: speeds that are known are corrected by it. Errors: of the ledger.
  Status Learn(Ledger* ledger);

 private:
  struct Run {
    Work work;
    double seconds = 0;
  };
  Status Keep(const std::string& model, const ModelSpeed& speed, Ledger* ledger);

  std::map<std::string, ModelSpeed> speeds_;  // by fingerprint
  std::map<std::string, Run> runs_;           // noted, not yet learnt from
};

}  // namespace fathom
