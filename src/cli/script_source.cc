#include "cli/script_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/interrupt.h"
#include "cli/nearest_word.h"

namespace fathom {
namespace {

Result<std::string> ReadAll(int fd, const std::string& name) {
  std::string text;
  std::array<char, 1 << 16> buffer;
  while (true) {
    const ssize_t size = read(fd, buffer.data(), buffer.size());
    if (size == 0) return text;
    if (size > 0) {
      text.append(buffer.data(), static_cast<size_t>(size));
    } else if (errno != EINTR) {
      return Error{ErrorCode::kIo, "cannot read " + name + ": " + std::strerror(errno)};
    } else if (Interrupted()) {
      return Error{ErrorCode::kCancelled, "interrupted"};
    }
  }
}

std::string NoSuchFile(const std::string& path) {
  const auto nearest = NearestWord(path, {"models", "model"});
  std::string message = "there is no file '" + path + "'";
  if (nearest) message += "; did you mean 'fathom " + *nearest + "'?";
  return message + " (fathom --help shows what there is)";
}

// Files that are data, not SQL.
std::string DataHint(const std::string& path, const std::string& content) {
  if (content.size() >= 12 && content.compare(8, 4, "DUCK") == 0) {
    return "'" + path + "' is a DuckDB database; open it with: fathom -d '" + path + "'";
  }
  const std::string extension = std::filesystem::path(path).extension().string();
  for (const char* data : {".csv", ".tsv", ".parquet", ".json", ".jsonl", ".ndjson"}) {
    if (extension == data) {
      return "'" + path + "' is data, not SQL; query it with: fathom -c \"FROM '" + path + "'\"";
    }
  }
  return "";
}

}  // namespace

Result<std::string> ReadScript(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return Error{ErrorCode::kNotFound, NoSuchFile(path)};
    return Error{ErrorCode::kIo, "cannot open '" + path + "': " + std::strerror(errno)};
  }
  Result<std::string> text = ReadAll(fd, "'" + path + "'");
  close(fd);
  if (!text.ok()) return text;
  const std::string hint = DataHint(path, *text);
  if (!hint.empty()) return Error{ErrorCode::kInvalidArgument, hint};
  return text;
}

Result<std::string> ReadStandardInput() { return ReadAll(STDIN_FILENO, "standard input"); }

}  // namespace fathom
