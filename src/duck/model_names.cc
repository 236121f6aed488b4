#include "duck/model_names.h"

#include <algorithm>

#include "duck/query_state.h"

namespace fathom {

void CheckModelName(duckdb::ClientContext& context, std::string_view who, const std::string& name) {
  ModelRegistry& models = QueryState::Of(context).models();
  const auto is_there = [&](const ModelEntry& entry) {
    return entry.name == name && entry.installed;
  };
  if (std::ranges::any_of(models.List(), is_there)) return;
  // Not in the list: the registry knows best whether it is a path, or how to say what is missing.
  Result<std::shared_ptr<LanguageModel>> model = models.Get(name);
  if (!model.ok()) throw duckdb::BinderException(std::string(who) + ": " + model.error().message);
}

}  // namespace fathom
