// What Tab does in the shell.
#pragma once

#include <string>
#include <vector>

#include "cli/line_editor.h"

namespace fathom {

// Completes the word at the end of `before` from `words` (sorted). Letters may be typed in either
// case; the rest of the word is inserted as `words` has it, in capitals if all typed letters are.
// One match: the rest of it. Several: what they have in common, or if that is nothing, the choices.
Completion CompleteWord(const std::string& before, const std::vector<std::string>& words);

}  // namespace fathom
