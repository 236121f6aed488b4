#include "cli/history.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace fathom {
namespace {

std::string Escaped(const std::string& entry) {
  std::string line;
  for (const char c : entry) {
    if (c == '\\') {
      line += "\\\\";
    } else if (c == '\n') {
      line += "\\n";
    } else {
      line += c;
    }
  }
  return line;
}

std::string Unescaped(const std::string& line) {
  std::string entry;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size()) {
      ++i;
      entry += line[i] == 'n' ? '\n' : line[i];
    } else {
      entry += line[i];
    }
  }
  return entry;
}

void WriteOnce(const std::string& path, int flags, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
  if (fd < 0) return;
  [[maybe_unused]] const ssize_t written = write(fd, text.data(), text.size());
  close(fd);
}

}  // namespace

std::string DefaultHistoryPath() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return std::string(state) + "/fathom/history";
  const char* home = std::getenv("HOME");
  return home == nullptr ? "" : std::string(home) + "/.local/state/fathom/history";
}

std::vector<std::string> HistoryFile::Load() {
  std::ifstream file(path_);
  std::vector<std::string> entries;
  for (std::string line; std::getline(file, line);) entries.push_back(Unescaped(line));
  if (entries.size() <= kEntriesMax) return entries;
  const bool shorten = entries.size() >= 2 * kEntriesMax;
  entries.erase(entries.begin(), entries.end() - kEntriesMax);
  if (shorten) {
    std::string text;
    for (const std::string& entry : entries) text += Escaped(entry) + '\n';
    WriteOnce(path_ + ".new", O_TRUNC, text);
    std::error_code ignored;
    std::filesystem::rename(path_ + ".new", path_, ignored);
  }
  return entries;
}

void HistoryFile::Append(const std::string& entry) {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), ignored);
  WriteOnce(path_, O_APPEND, Escaped(entry) + '\n');
}

}  // namespace fathom
