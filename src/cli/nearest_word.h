// "did you mean": suggestions for slips of the keyboard.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace fathom {

// Of `words`, the one that `word` is probably a slip of: at most a third of its letters missing,
// wrong, too many or swapped; or the only one that begins with `word`. nullopt if there is none.
std::optional<std::string> NearestWord(const std::string& word,
                                       const std::vector<std::string>& words);

}  // namespace fathom
