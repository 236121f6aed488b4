// What a task works out once for each model it is run on, however many batches the query has.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "base/result.h"
#include "base/run_context.h"
#include "llm/language_model.h"

namespace fathom {

// Threads: Get may be called concurrently; callers wait for the first one's work.
template <typename T>
class PerModel {
 public:
  // The value `make` gives for `model`, made at the first call. Its tokens count as the query's,
  // its rows do not: nobody asked about them. The pointer lives as long as this object. Errors:
  // those of `make`; the next call tries again.
  Result<const T*> Get(LanguageModel& model, const RunContext& context,
                       const std::function<Result<T>(const RunContext&)>& make) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const std::string& key = model.Info().fingerprint;
    if (const auto known = values_.find(key); known != values_.end()) return &known->second;
    Usage usage;
    RunContext apart = context;
    apart.usage = &usage;
    Result<T> value = make(apart);
    if (context.usage != nullptr) {
      context.usage->prefix_tokens += usage.prefix_tokens + usage.row_tokens;
      context.usage->generated_tokens += usage.generated_tokens;
    }
    if (!value.ok()) return value.error();
    return &values_.emplace(key, std::move(value).value()).first->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, T> values_;  // key: ModelInfo::fingerprint
};

}  // namespace fathom
