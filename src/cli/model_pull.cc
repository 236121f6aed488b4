#include "cli/model_pull.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <vector>

#include "io/download.h"
#include "io/file.h"
#include "io/sha256.h"
#include "model/chat_template.h"
#include "model/gguf.h"
#include "model/model_config.h"
#include "model/tokenizer.h"

namespace fathom {
namespace {

constexpr size_t kCopyBytes = 4 << 20;

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

Status CheckName(const std::string& name) {
  const bool good =
      !name.empty() && name[0] != '.' && std::all_of(name.begin(), name.end(), IsNameChar);
  if (good) return {};
  return Status(ErrorCode::kInvalidArgument,
                "'" + name +
                    "' cannot be the name of a model: use small letters, digits, '.', '_' "
                    "and '-'" +
                    (name.empty() ? "; give one with --as NAME" : ""));
}

Status CopyFile(const std::string& from, PartFile* part, const PullHooks& hooks) {
  FATHOM_ASSIGN_OR_RETURN(const InputFile file, InputFile::Open(from));
  FATHOM_RETURN_IF_ERROR(part->Clear());
  FATHOM_RETURN_IF_ERROR(part->CheckSpace(file.size()));
  std::vector<uint8_t> buffer(kCopyBytes);
  while (part->size() < file.size()) {
    if (hooks.is_cancelled && hooks.is_cancelled()) {
      return Status(ErrorCode::kCancelled, "copying was interrupted");
    }
    const auto size =
        static_cast<size_t>(std::min<uint64_t>(buffer.size(), file.size() - part->size()));
    const std::span<uint8_t> chunk(buffer.data(), size);
    FATHOM_RETURN_IF_ERROR(file.ReadAt(part->size(), chunk));
    FATHOM_RETURN_IF_ERROR(part->Append(chunk));
    if (hooks.on_progress) hooks.on_progress(part->size(), file.size());
  }
  return {};
}

Status CheckHash(const std::string& path, const std::string& expected, const PullHooks& hooks,
                 std::string* found) {
  FATHOM_ASSIGN_OR_RETURN(*found, Sha256OfFile(path, hooks.is_cancelled));
  if (expected.empty() || *found == Lower(expected)) return {};
  return Status(ErrorCode::kCorrupt, "the file has the wrong SHA-256: expected " + Lower(expected) +
                                         ", found " + *found +
                                         "; it was damaged on its way or is another version");
}

// That fathom can run it, as far as its metadata tells.
Status CheckModel(const std::string& path) {
  FATHOM_ASSIGN_OR_RETURN(const GgufFile file, GgufFile::Open(path));
  FATHOM_RETURN_IF_ERROR(ReadModelConfig(file));
  FATHOM_ASSIGN_OR_RETURN(const std::unique_ptr<Tokenizer> tokenizer, Tokenizer::Load(file));
  FATHOM_RETURN_IF_ERROR(LoadChatTemplate(file, *tokenizer));
  return {};
}

// Messages name the source: the user never heard of the part file.
Status AboutSource(const Status& status, const std::string& part_path, const std::string& source) {
  std::string message = status.error().message;
  for (size_t at; (at = message.find(part_path)) != std::string::npos;) {
    message.replace(at, part_path.size(), source);
  }
  return Status(status.error().code, message);
}

Status Check(PartFile* part, const PullOptions& pull, const PullHooks& hooks, std::string* sha256) {
  Status status = CheckHash(part->path(), pull.sha256, hooks, sha256);
  if (status.ok()) status = CheckModel(part->path());
  if (status.ok() || status.error().code == ErrorCode::kCancelled) return status;
  part->Discard();
  ForgetDownload(part->path());
  return AboutSource(status, part->path(), pull.source);
}

Result<PulledModel> AlreadyThere(const PullOptions& pull, PulledModel model,
                                 const PullHooks& hooks) {
  model.was_there = true;
  model.bytes = std::filesystem::file_size(model.path);
  if (!pull.sha256.empty()) {
    const Status status = CheckHash(model.path, pull.sha256, hooks, &model.sha256);
    if (!status.ok()) {
      return Error{status.error().code, "'" + model.name + "' is installed, but " +
                                            status.error().message +
                                            "; --replace fetches it again"};
    }
  }
  return model;
}

}  // namespace

bool IsCatalogueName(const std::string& source) {
  return !IsHttpUrl(source) && source.find('/') == std::string::npos &&
         !Lower(source).ends_with(".gguf") && !std::filesystem::exists(source);
}

std::string ModelNameOf(const std::string& source) {
  std::string name = source;
  if (IsHttpUrl(source)) name = name.substr(0, name.find_first_of("?#"));
  name = Lower(name.substr(name.find_last_of('/') + 1));
  if (name.ends_with(".gguf")) name.resize(name.size() - 5);
  std::string clean;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool escaped = name[i] == '%' && i + 2 < name.size();
    if (escaped) i += 2;
    const char c = !escaped && IsNameChar(name[i]) ? name[i] : '-';
    if (c != '-' || (!clean.empty() && clean.back() != '-')) clean += c;
  }
  while (!clean.empty() && (clean.front() == '.' || clean.front() == '-')) clean.erase(0, 1);
  while (clean.ends_with('-')) clean.pop_back();
  return clean;
}

Result<PulledModel> PullModel(const PullOptions& pull, const std::string& models_dir,
                              HttpClient& client, const PullHooks& hooks) {
  PulledModel model;
  model.name = pull.name.empty() ? ModelNameOf(pull.source) : pull.name;
  FATHOM_RETURN_IF_ERROR(CheckName(model.name));
  model.path = models_dir + "/" + model.name + ".gguf";
  if (!pull.replace && std::filesystem::exists(model.path)) {
    return AlreadyThere(pull, std::move(model), hooks);
  }
  FATHOM_ASSIGN_OR_RETURN(PartFile part, PartFile::Open(model.path + ".part"));
  const Status fetched = IsHttpUrl(pull.source)
                             ? Download(client, pull.source, &part,
                                        {hooks.is_cancelled, hooks.on_progress, hooks.on_note, {}})
                             : CopyFile(pull.source, &part, hooks);
  if (!fetched.ok()) {
    const bool worth_keeping = IsHttpUrl(pull.source) && part.size() > 0;
    if (!worth_keeping) {
      part.Discard();
      ForgetDownload(part.path());
    }
    return fetched.error();
  }
  FATHOM_RETURN_IF_ERROR(Check(&part, pull, hooks, &model.sha256));
  FATHOM_RETURN_IF_ERROR(part.Commit(model.path));
  ForgetDownload(part.path());
  model.bytes = part.size();
  return model;
}

}  // namespace fathom
