// Typing a line on a terminal: editing keys, history, completion.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fathom {

struct Completion {
  std::string insert;                // what to put at the cursor
  std::vector<std::string> choices;  // to show when there are several
};

// For the text left of the cursor.
using Completer = std::function<Completion(const std::string& before)>;

enum class LineEnd { kEntered, kInterrupted, kEndOfInput };

struct Line {
  LineEnd end = LineEnd::kEntered;
  std::string text;  // without the line break; empty unless kEntered
};

// One editor per process: it owns the terminal's mode while it reads.
// Threads: one at a time.
class LineEditor {
 public:
  explicit LineEditor(Completer completer);
  ~LineEditor();

  // Shows `prompt` and waits for a line. REQUIRES HandleSignals was called
  Line Read(const std::string& prompt);

  // Makes `entry` the newest that the Up key brings back.
  void AddHistory(const std::string& entry);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fathom
