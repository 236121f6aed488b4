// From a task's rows to a model's job: blank rows are answered at once, the others get a prompt.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "semantic/task.h"

namespace fathom {

// The text of one row inside a prompt.
using RowRenderer = std::function<std::string(std::span<const std::string> args)>;

// The rows that reach the model: texts[i] belongs to the caller's row indexes[i].
struct JobRows {
  std::vector<std::string> texts;
  std::vector<size_t> indexes;
};

// Cuts `text` to what is sound of it. Errors: kDegenerateInput, when `on_degenerate` refuses it or
// nothing would be left.
Status MakeSound(OnDegenerate on_degenerate, std::string* text);

// Reports kEmptyInput for every row whose arguments are all blank (a template without slots: whose
// text is blank), kDegenerateInput for those that `on_degenerate` refuses or of which it leaves
// nothing, and renders the rest.
JobRows CollectRows(const InputTemplate& input, std::span<const std::vector<std::string>> rows,
                    OnDegenerate on_degenerate, const RowRenderer& render, const AnswerSink& sink);

// A template cut around its rows: what comes before the first value and after the last one is the
// same for all rows. A template without slots is all body.
struct RowFrame {
  std::string before;
  std::string after;
};
RowFrame FrameOf(const InputTemplate& input);
// The template from its first to its last value: what a row adds to its frame.
std::string RenderBody(const InputTemplate& input, std::span<const std::string> args);

}  // namespace fathom
