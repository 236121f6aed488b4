#include "cli/source_command.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "cli/nearest_word.h"
#include "cli/run_script.h"
#include "duck/session.h"
#include "duck/source_catalog.h"
#include "io/cache_dir.h"
#include "llm/model_catalog.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

constexpr const char* kScript = "scripts/fetch_source";
constexpr const char* kExtensionSuffix = ".duckdb_extension";

int Complain(const std::string& message) {
  std::fputs(("fathom: " + message + "\n").c_str(), stderr);
  return 1;
}

const SourceEntry* Find(const std::vector<SourceEntry>& sources, const std::string& name) {
  for (const SourceEntry& source : sources) {
    if (source.name == name) return &source;
  }
  return nullptr;
}

int UnknownName(const std::string& name, const std::vector<SourceEntry>& sources) {
  std::vector<std::string> names;
  std::string list;
  for (const SourceEntry& source : sources) {
    names.push_back(source.name);
    list += (list.empty() ? "" : ", ") + source.name;
  }
  const auto nearest = NearestWord(name, names);
  return Complain("there is no source or file '" + name + "'" +
                  (nearest ? "; did you mean '" + *nearest + "'?" : "") +
                  " Known by name: " + list + ". Any other signed extension of DuckDB " +
                  Session::DuckDbVersion() + ": give the path of its " + kExtensionSuffix);
}

int Fetch(const std::string& source) {
  const Status status = BecomeScript(kScript, source);
  if (status.error().code != ErrorCode::kNotFound) return Complain(status.error().message);
  return Complain("sources are fetched with " + status.error().message + "; give the path of the " +
                  kExtensionSuffix + " file");
}

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

Status CheckByLoading(const fs::path& file, ModelRegistry* registry) {
  FATHOM_ASSIGN_OR_RETURN(const auto session, Session::Open({.models = registry,
                                                             .default_model = kDefaultModel,
                                                             .sources_dir = DefaultSourcesDir()}));
  FATHOM_RETURN_IF_ERROR(session->Query("LOAD " + Quoted(fs::absolute(file).string())));
  return {};
}

// The copy gets its name when it is complete.
Status Copy(const fs::path& file, const fs::path& target) {
  const fs::path part = target.string() + ".part" + std::to_string(getpid());
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (!error) fs::copy_file(file, part, fs::copy_options::overwrite_existing, error);
  if (!error) fs::rename(part, target, error);
  if (!error) return {};
  const std::string reason = error.message();
  fs::remove(part, error);
  return Status(ErrorCode::kIo, "cannot write '" + target.string() + "': " + reason +
                                    "; FATHOM_CACHE names another folder");
}

int AddFile(const fs::path& file, ModelRegistry* registry) {
  if (!fs::is_regular_file(file)) return Complain("there is no file '" + file.string() + "'");
  const std::string target = ExtensionPath(DefaultSourcesDir(), file.stem());
  Status status = CheckByLoading(file, registry);
  if (status.ok()) status = Copy(file, target);
  if (!status.ok()) return Complain(status.error().message);
  std::puts(target.c_str());
  return 0;
}

}  // namespace

std::string DefaultSourcesDir() { return fs::path(CacheDir()) / "extensions"; }

int RunSourceAdd(const Options& options, ModelRegistry* registry) {
  const std::string& source = options.source;
  if (source.ends_with(kExtensionSuffix)) return AddFile(source, registry);
  if (source.ends_with(".whl")) return Fetch(source);
  const std::vector<SourceEntry> sources = ListSources(DefaultSourcesDir());
  return Find(sources, source) ? Fetch(source) : UnknownName(source, sources);
}

int RunSourceRemove(const Options& options) {
  const std::vector<SourceEntry> sources = ListSources(DefaultSourcesDir());
  const SourceEntry* source = Find(sources, options.source);
  if (!source) return UnknownName(options.source, sources);
  if (!source->installed) return Complain("the source '" + source->name + "' is not installed");
  std::error_code error;
  fs::remove(source->path, error);
  if (error) return Complain("cannot remove '" + source->path + "': " + error.message());
  return 0;
}

}  // namespace fathom
