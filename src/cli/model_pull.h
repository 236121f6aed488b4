// `fathom model pull`: a model from the catalogue, a URL or a path becomes an installed one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/options.h"
#include "io/http.h"
#include "llm/model_registry.h"

namespace fathom {

struct PullHooks {
  std::function<bool()> is_cancelled;
  std::function<void(uint64_t done, std::optional<uint64_t> total)> on_progress;
  std::function<void(const std::string&)> on_note;  // a line for the user
};

struct PulledModel {
  std::string name;
  std::string path;
  uint64_t bytes = 0;
  std::string sha256;      // empty if it was installed before and no hash was asked for
  bool was_there = false;  // nothing was fetched
};

// Fetches the URL or copies the file pull.source names, checks hash and content, and only then
// gives it its name in `models_dir`. A file that fails a check is removed; one that could not be
// fetched to its end stays for the next try.
// Errors  kInvalidArgument, kNotFound: the source or the name is no good. kCorrupt, kUnsupported:
//         the file is. kUnavailable, kIo, kCancelled.
Result<PulledModel> PullModel(const PullOptions& pull, const std::string& models_dir,
                              HttpClient& client, const PullHooks& hooks);

// True if `source` is neither a URL nor a path, but has to be a name of the catalogue.
bool IsCatalogueName(const std::string& source);

// "my-model" of ".../My%20Model.GGUF?x=1": lower case, [a-z0-9._-] only; empty if nothing is left.
std::string ModelNameOf(const std::string& source);

}  // namespace fathom
