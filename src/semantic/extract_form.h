// How ai_extract asks, and what of the wording ai_complete with a format shares: the one place.
#pragma once

#include <string>
#include <vector>

#include "semantic/rows.h"
#include "semantic/task.h"
#include "semantic/text.h"

namespace fathom {

// An extraction in words.
struct ExtractQuestion {
  Language language = Language::kEnglish;
  std::string task;               // option 'task'; may be empty
  AnswerType fields;              // a struct
  std::vector<Example> examples;  // output: the JSON
  RowFrame frame;                 // of the input
  bool verbatim = true;           // values are to be copied
};

// Everything that the names, descriptions and choices of `fields` say, for DetectLanguage.
std::string WordsOf(const AnswerType& fields);

// What ai_complete says of its response_format before the prompt.
std::string FormatWords(const AnswerType& type);

PromptParts ExtractPrompt(const ExtractQuestion& question);

}  // namespace fathom
