// What was typed into the shell, kept over its end.
#pragma once

#include <string>
#include <vector>

namespace fathom {

// ${XDG_STATE_HOME:-~/.local/state}/fathom/history
std::string DefaultHistoryPath();

// A file with one entry per line ("\n" and "\\" escaped), readable by its owner only: statements
// may hold what nobody else should see. Each entry is appended at once, so that two shells do not
// lose each other's. A file that cannot be read or written is no reason to bother anybody. Threads:
// one at a time.
class HistoryFile {
 public:
  explicit HistoryFile(std::string path) : path_(std::move(path)) {}

  // The newest kEntriesMax entries, oldest first. Shortens a file that has grown to twice as many.
  std::vector<std::string> Load();
  void Append(const std::string& entry);

  static constexpr size_t kEntriesMax = 2000;

 private:
  std::string path_;
};

}  // namespace fathom
