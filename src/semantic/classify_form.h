// How ai_classify (and ai_sentiment, a fixed classification) asks: the one place of its wording.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "semantic/scoring.h"
#include "semantic/task.h"
#include "semantic/text.h"

namespace fathom {

// A classify call in words.
struct ClassifyQuestion {
  Language language = Language::kEnglish;
  std::string task;           // option 'task': what is being decided; may be empty
  std::vector<Label> labels;  // surrounding space removed
  std::vector<Example> examples;
  RowFrame frame;  // of the input
};

struct ClassifyForm {
  std::string name;
  // Labels of every prompt: one per label of the question, in its order.
  std::function<std::vector<ScoredPrompt>(const ClassifyQuestion&)> prompts;
  // The share of each label's mean log-probability on NeutralTexts that is taken off every row's; 0
  // = the neutral texts are not asked about.
  double neutral_weight = 0;
};

const ClassifyForm& DefaultClassifyForm();

// As MakeClassifyTask (task.h), asked in another form.
Result<std::unique_ptr<Task>> MakeClassifyTask(InputTemplate input, std::vector<Label> labels,
                                               TaskOptions options, ClassifyForm form);

// One yes/no question per label (labels [0] = fits, [1] = does not), for output_mode 'multi'.
std::vector<std::vector<ScoredPrompt>> MultiPrompts(const ClassifyQuestion& question);

// Each label as written and with its first letter in the other case, where no other label is
// written that way.
std::vector<ScoreLabel> SpellingsOf(const std::vector<Label>& labels);

}  // namespace fathom
