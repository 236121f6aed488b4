// How ai_filter asks: the one place of its wording. A form is data, so that bench/accuracy can run
// candidates side by side; docs/wording.md holds the table by which the default was chosen.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "semantic/scoring.h"
#include "semantic/task.h"
#include "semantic/text.h"

namespace fathom {

// A filter call in words.
struct FilterQuestion {
  Language language = Language::kEnglish;  // of the statement
  std::string statement;  // "The review is clearly positive"; empty: every row is its own statement
  std::string opposite;   // what holds when the statement does not; empty when there is none
  std::string task;       // option 'task': what is being decided; may be empty
  std::vector<Example> examples;  // output "true" or "false"
};

struct FilterForm {
  std::string name;
  // The model is asked for the statement's opposite before prompts() is called.
  bool needs_opposite = false;
  // Labels of every prompt: [0] = true, [1] = false.
  std::function<std::vector<ScoredPrompt>(const FilterQuestion&)> prompts;
  // The share of the mean log-odds of NeutralTexts that is taken off every row's log-odds; 0 = the
  // neutral texts are not asked about.
  double neutral_weight = 0;
};

const FilterForm& DefaultFilterForm();

// As MakeFilterTask (task.h), asked in another form.
Result<std::unique_ptr<Task>> MakeFilterTask(InputTemplate input, TaskOptions options,
                                             FilterForm form);

// The statement a template makes about its rows, and the text of a row under it.
//   'The review is positive: {0}'   statement "The review is positive", row = the value
//   'Is {0} a fruit?'               statement "Is [text] a fruit?", row = the value
//   'Do {0} and {1} match?'         statement "Do [text 1] and [text 2] match?",
//                                   row = "[text 1]: a\n[text 2]: b"
//   '{0}'                           statement "", row = the value
std::string StatementOf(const InputTemplate& input, Language language);
std::string FilterRowText(const InputTemplate& input, Language language,
                          std::span<const std::string> args);

}  // namespace fathom
