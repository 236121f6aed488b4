#include "cli/pull_command.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/numbers.h"
#include "cli/interrupt.h"
#include "cli/model_pull.h"
#include "cli/nearest_word.h"
#include "cli/progress_bar.h"
#include "cli/run_script.h"
#include "cli/terminal.h"
#include "cli/version.h"

namespace fathom {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kScript = "scripts/fetch_model";
constexpr std::chrono::milliseconds kRedrawEvery{100};

void Complain(const std::string& message) {
  std::fputs(("fathom: " + message + "\n").c_str(), stderr);
}

int ExitStatus(const Error& error) {
  if (error.code == ErrorCode::kCancelled) return 130;
  return 1;
}

std::string UnknownName(const std::string& name, const std::vector<ModelEntry>& models) {
  std::vector<std::string> names;
  std::string list;
  for (const ModelEntry& model : models) {
    names.push_back(model.name);
    list += (list.empty() ? "" : ", ") + model.name;
  }
  const auto nearest = NearestWord(name, names);
  return "there is no model or file '" + name + "'" +
         (nearest ? "; did you mean '" + *nearest + "'?" : "") + " Known by name: " + list +
         ". Any other GGUF file: give its URL or path";
}

int PullByName(const std::string& name, const std::vector<ModelEntry>& models) {
  bool known = false;
  for (const ModelEntry& model : models) known = known || model.name == name;
  if (!known) {
    Complain(UnknownName(name, models));
    return 1;
  }
  const Status status = BecomeScript(kScript, name);
  const bool missing = status.error().code == ErrorCode::kNotFound;
  Complain(missing ? "models are fetched by name with " + status.error().message +
                         "; give a URL or a path"
                   : status.error().message);
  return 1;
}

// Draws the line and measures the speed since the first byte of this run.
class PullProgress {
 public:
  explicit PullProgress(bool enabled) : line_(STDERR_FILENO, enabled) {}

  void Show(uint64_t done, std::optional<uint64_t> total) {
    const auto now = Clock::now();
    if (!started_) {
      started_ = now;
      bytes_at_start_ = done;
    }
    if (now - drawn_ < kRedrawEvery) return;
    drawn_ = now;
    const double seconds = std::chrono::duration<double>(now - *started_).count();
    // After a restart from zero the difference means nothing.
    const bool measurable = seconds > 0.5 && done > bytes_at_start_;
    const double speed = measurable ? static_cast<double>(done - bytes_at_start_) / seconds : 0.0;
    line_.Show(DownloadLine(done, total, speed, line_.width()));
  }

  void Clear() { line_.Clear(); }

 private:
  StatusLine line_;
  std::optional<Clock::time_point> started_;
  Clock::time_point drawn_{};
  uint64_t bytes_at_start_ = 0;
};

void Announce(const PulledModel& model) {
  std::string text = model.was_there ? "is installed already: " : "is installed: ";
  text += model.path + " (" + Bytes(static_cast<int64_t>(model.bytes));
  if (!model.sha256.empty()) text += ", SHA-256 " + model.sha256;
  text += ")\n";
  if (model.was_there) text += "--replace fetches it again\n";
  text +=
      "use it: fathom --model " + model.name + ", or in SQL: SET ai_model = '" + model.name + "'\n";
  std::fputs(("model " + model.name + " " + text).c_str(), stderr);
}

}  // namespace

int RunPull(const Options& options, const ModelRegistry& registry) {
  PullOptions pull = options.pull;
  if (pull.source.starts_with("file://")) pull.source.erase(0, std::strlen("file://"));
  if (IsCatalogueName(pull.source)) return PullByName(pull.source, registry.List());

  PullProgress progress(IsTerminal(STDERR_FILENO) && !options.quiet);
  PullHooks hooks;
  hooks.is_cancelled = [] { return Interrupted(); };
  hooks.on_progress = [&](uint64_t done, std::optional<uint64_t> total) {
    progress.Show(done, total);
  };
  hooks.on_note = [&](const std::string& note) {
    progress.Clear();
    Complain(note);
  };
  const auto client = MakeHttpClient(std::string("fathom/") + kFathomVersion);
  const Result<PulledModel> model =
      PullModel(pull, ModelRegistry::DefaultModelsDir(), *client, hooks);
  progress.Clear();
  if (!model.ok()) {
    Complain(model.error().message);
    if (model.error().code == ErrorCode::kCancelled && IsHttpUrl(pull.source)) {
      Complain("the same command goes on from here");
    }
    return ExitStatus(model.error());
  }
  std::puts(model->path.c_str());
  if (!options.quiet) Announce(*model);
  return 0;
}

}  // namespace fathom
