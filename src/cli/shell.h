// The interactive shell.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/line_editor.h"
#include "cli/statement_runner.h"

namespace fathom {

// What the shell needs besides the runner: lines, a place for its own words, and the models.
struct ShellHooks {
  std::function<Line(const std::string& prompt)> read_line;
  std::function<void(const std::string& entry)> remember;  // a complete input, for the history
  std::function<void()> show_models;
};

// Reads statements and dot-commands until the user leaves. Lines are collected until a ';' outside
// of quotes and comments ends them; Ctrl-C drops them.
// Threads: one at a time.
class Shell {
 public:
  // `runner` is borrowed.
  Shell(StatementRunner* runner, ShellHooks hooks);

  // Until .quit or the end of input.
  void Run();

 private:
  bool TakeLine(const std::string& line);  // false = leave
  bool DotCommand(const std::string& line);
  void SetMode(const std::string& argument);
  void SetRows(const std::string& argument);
  void Print(const std::string& text);

  StatementRunner* runner_;
  ShellHooks hooks_;
  std::string pending_;  // lines of a statement that has no end yet
};

}  // namespace fathom
