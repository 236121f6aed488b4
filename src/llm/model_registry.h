// Models by name: what is installed, what can be pulled, and loading (once per process).
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "llm/language_model.h"

namespace fathom {

struct ModelEntry {
  std::string name;         // what users write: "qwen2.5-coder-1.5b"
  std::string description;  // one line
  std::string path;         // of the GGUF, where it is or would be
  bool installed = false;
  int64_t bytes = 0;  // of the file; 0 = not installed
};

// What a model is known by before it is loaded.
struct ModelIdentity {
  std::string name;  // as ModelInfo::name will be
  std::string mark;  // LocalModelMark; empty = only loading tells whose answers these are
};

// Looks in ${FATHOM_CACHE:-${XDG_CACHE_HOME:-~/.cache}/fathom}/models: every *.gguf there is a
// model named by its file name without ".gguf"; the known ones (model_catalog.h) have short names.
// A name that contains '/' or ends in ".gguf" is a path. "stub" is the scripted test model
// (stub_model.h) and exists only when the environment variable FATHOM_STUB names its script.
// Threads: all members may be called concurrently.
class ModelRegistry {
 public:
  struct Options {
    std::string models_dir;
    int threads = 0;  // 0 = all available
  };
  explicit ModelRegistry(Options options);
  ~ModelRegistry();

  std::vector<ModelEntry> List() const;

  // Loads on first use, then shares. An unknown name is kNotFound and lists the known names and
  // says how to pull; a catalogued model that is not installed says `fathom model pull NAME`.
  Result<std::shared_ptr<LanguageModel>> Get(const std::string& name);

  // Of the model that Get would return. Errors: as Get, but for those of loading.
  Result<ModelIdentity> Identify(const std::string& name);

  // The models folder after FATHOM_CACHE and XDG_CACHE_HOME.
  static std::string DefaultModelsDir();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fathom
