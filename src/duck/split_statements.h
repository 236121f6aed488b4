// Where SQL statements end: for scripts and for the shell's multi-line input. Lexical only, so a
// statement with a mistake in it does not hide the ones after it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fathom {

struct StatementText {
  std::string text;  // without the ';', without blank space and comments around it
  int64_t line = 1;  // of the text's first character, from 1
};

struct SplitScript {
  std::vector<StatementText> statements;
  // True if the text ends where nothing is open: after a ';', or with blank space and comments
  // only. False: the last statement has no ';' yet, or a quote or comment is still open.
  bool complete = true;
};

// Cuts `script` at each ';' outside of '...', "...", E'...', $tag$...$tag$, -- and /* */ comments.
// Text after the last ';' is the last statement. Empty statements are dropped.
SplitScript SplitStatements(std::string_view script);

}  // namespace fathom
