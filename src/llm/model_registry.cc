#include "llm/model_registry.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "io/cache_dir.h"
#include "llm/local_model.h"
#include "llm/model_catalog.h"
#include "llm/stub_model.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".gguf";
constexpr const char* kStubName = "stub";
constexpr int kMaxThreads = 1024;

// The value of an environment variable; empty = unset.
std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool IsPath(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(kExtension);
}

// 0 = the file is not there.
int64_t FileBytes(const std::string& path) {
  std::error_code error;
  const uintmax_t bytes = fs::file_size(path, error);
  return error ? 0 : static_cast<int64_t>(bytes);
}

ModelEntry MakeEntry(std::string name, std::string description, std::string path) {
  const int64_t bytes = FileBytes(path);
  return {.name = std::move(name),
          .description = std::move(description),
          .path = std::move(path),
          .installed = bytes > 0,
          .bytes = bytes};
}

Result<int> Threads(int option) {
  const std::string text = Environment("FATHOM_THREADS");
  if (option > 0 || text.empty()) return option;
  int threads = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  if (error != std::errc() || end != text.data() + text.size() || threads < 1 ||
      threads > kMaxThreads) {
    return {ErrorCode::kInvalidArgument, "FATHOM_THREADS must be a number from 1 to " +
                                             std::to_string(kMaxThreads) + ", got '" + text + "'"};
  }
  return threads;
}

std::string Join(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined.empty() ? "none" : joined;
}

Error UnknownModel(const std::string& name, const std::vector<ModelEntry>& entries) {
  std::vector<std::string> installed, others;
  for (const ModelEntry& entry : entries)
    (entry.installed ? installed : others).push_back(entry.name);
  std::string message = "there is no model '" + name + "'; installed: " + Join(installed);
  if (!others.empty()) {
    message += "; `fathom model pull NAME` fetches " + Join(others);
  }
  return {ErrorCode::kNotFound, message + "; or give the path of a GGUF file"};
}

// Adds to a loading error what to do about it.
Error WithAdvice(Error error, const ModelEntry& entry) {
  const bool known = FindKnownModel(entry.name) != nullptr;
  if (error.code == ErrorCode::kCorrupt && known) {
    error.message +=
        "; delete the file and fetch it again with `fathom model pull " + entry.name + "`";
  }
  return error;
}

LocalModelOptions OptionsOf(const ModelEntry& entry) {
  LocalModelOptions options;
  options.name = entry.name;
  return options;
}

// As LocalModelMark; a script has none.
std::string MarkOf(const ModelEntry& entry) {
  return entry.name == kStubName ? "" : LocalModelMark(entry.path, OptionsOf(entry));
}

}  // namespace

struct ModelRegistry::State {
  // One model, loaded or being loaded; callers who want the same model wait for each other only.
  struct Slot {
    std::mutex mutex;
    std::shared_ptr<LanguageModel> model;
    std::string mark;  // of the file that `model` came from
  };
  struct Found {
    ModelEntry entry;
    std::shared_ptr<Slot> slot;
  };

  Options options;
  std::mutex mutex;                                    // guards slots
  std::map<std::string, std::shared_ptr<Slot>> slots;  // by canonical path

  // Which model `name` means, whether its file is there or not.
  Result<ModelEntry> Resolve(const std::string& name, const std::vector<ModelEntry>& entries) const;
  Result<Found> Find(const std::string& name, const std::vector<ModelEntry>& entries);
  Result<std::unique_ptr<LanguageModel>> Load(const ModelEntry& entry) const;
};

ModelRegistry::ModelRegistry(Options options) : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
}

ModelRegistry::~ModelRegistry() = default;

std::vector<ModelEntry> ModelRegistry::List() const {
  const fs::path folder = state_->options.models_dir;
  std::vector<ModelEntry> entries;
  for (const KnownModel& model : KnownModels()) {
    entries.push_back(MakeEntry(model.name, model.description, folder / model.file));
  }
  std::vector<ModelEntry> others;
  std::error_code error;
  for (fs::directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error)) {
    const fs::path& path = file->path();
    if (path.extension() != kExtension || FindKnownModel(path.filename().string())) continue;
    others.push_back(MakeEntry(path.stem(), "a file of the models folder", path));
  }
  std::ranges::sort(others, {}, &ModelEntry::name);
  std::ranges::move(others, std::back_inserter(entries));
  const std::string script = Environment("FATHOM_STUB");
  if (!script.empty()) entries.push_back(MakeEntry(kStubName, "answers from a script", script));
  return entries;
}

Result<ModelEntry> ModelRegistry::State::Resolve(const std::string& name,
                                                 const std::vector<ModelEntry>& entries) const {
  if (!IsPath(name)) {
    const KnownModel* known = FindKnownModel(name);
    const std::string wanted = known ? known->name : name;
    const auto found = std::ranges::find(entries, wanted, &ModelEntry::name);
    if (found != entries.end()) return *found;
    return UnknownModel(name, entries);
  }
  std::error_code error;
  for (const ModelEntry& entry : entries) {
    if (fs::equivalent(entry.path, name, error) && !error) return entry;
  }
  return MakeEntry(name, "", name);
}

Result<std::unique_ptr<LanguageModel>> ModelRegistry::State::Load(const ModelEntry& entry) const {
  if (entry.name == kStubName) {
    FATHOM_ASSIGN_OR_RETURN(StubScript script, StubScript::Load(entry.path));
    return MakeStubModel(kStubName, std::move(script));
  }
  LocalModelOptions local = OptionsOf(entry);
  FATHOM_ASSIGN_OR_RETURN(local.threads, Threads(options.threads));
  return LoadLocalModel(entry.path, local);
}

Result<ModelRegistry::State::Found> ModelRegistry::State::Find(
    const std::string& name, const std::vector<ModelEntry>& entries) {
  FATHOM_ASSIGN_OR_RETURN(ModelEntry entry, Resolve(name, entries));
  if (!entry.installed && FindKnownModel(entry.name)) {
    return {ErrorCode::kNotFound, "model '" + entry.name + "' is not installed (expected at " +
                                      entry.path + "); fetch it with `fathom model pull " +
                                      entry.name + "`"};
  }
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(entry.path, error);
  const std::lock_guard lock(mutex);
  std::shared_ptr<Slot>& slot = slots[error ? entry.path : canonical.string()];
  if (!slot) slot = std::make_shared<Slot>();
  return Found{std::move(entry), slot};
}

Result<std::shared_ptr<LanguageModel>> ModelRegistry::Get(const std::string& name) {
  FATHOM_ASSIGN_OR_RETURN(const State::Found found, state_->Find(name, List()));
  const std::lock_guard lock(found.slot->mutex);
  if (!found.slot->model) {
    const std::string mark = MarkOf(found.entry);
    Result<std::unique_ptr<LanguageModel>> loaded = state_->Load(found.entry);
    if (!loaded.ok()) return WithAdvice(loaded.error(), found.entry);
    found.slot->model = std::move(*loaded);
    // A file that changed while it was read has no mark.
    if (mark == MarkOf(found.entry)) found.slot->mark = mark;
  }
  return found.slot->model;
}

Result<ModelIdentity> ModelRegistry::Identify(const std::string& name) {
  FATHOM_ASSIGN_OR_RETURN(const State::Found found, state_->Find(name, List()));
  const std::lock_guard lock(found.slot->mutex);
  return ModelIdentity{.name = found.entry.name,
                       .mark = found.slot->model ? found.slot->mark : MarkOf(found.entry)};
}

std::string ModelRegistry::DefaultModelsDir() { return fs::path(CacheDir()) / "models"; }

}  // namespace fathom
