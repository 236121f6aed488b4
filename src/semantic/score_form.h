// How ai_score asks: the one place of its wording.
#pragma once

#include <string>
#include <vector>

#include "semantic/scoring.h"
#include "semantic/task.h"
#include "semantic/text.h"

namespace fathom {

// A score call in words.
struct ScoreQuestion {
  Language language = Language::kEnglish;
  std::string task;       // option 'task'; may be empty
  std::string criterion;  // "How urgent is this message?", "urgency"
  int low = 1;
  int high = 5;
  std::vector<Example> examples;  // output: a number of the scale
  RowFrame frame;                 // of the input
};

// Labels of the prompt: the numbers low..high.
ScoredPrompt ScalePrompt(const ScoreQuestion& question);

}  // namespace fathom
