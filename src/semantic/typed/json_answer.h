// From what a model wrote in a format to a task's answer.
#pragma once

#include "llm/language_model.h"
#include "semantic/task.h"
#include "semantic/typed/json_tree.h"

namespace fathom {

// The JSON that was written, with what deciding it cost. Errors: kBadOutput: it is none.
Result<JsonNode> ReadJsonAnswer(const Generation& generation);

// Its confidence is that of its least certain field.
Answer ToJsonAnswer(const JsonNode& root);

// The tree again, with its log-probabilities.
// Errors: kCorrupt: not what ToJsonAnswer makes.
Result<JsonNode> TreeOf(const JsonText& json);

}  // namespace fathom
