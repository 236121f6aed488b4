// `fathom models`: which models there are.
#pragma once

#include <string>
#include <vector>

#include "cli/result_writer.h"
#include "llm/model_registry.h"

namespace fathom {

// One row per model: name, installed, size, description; in the formats for programs also the path.
// `default_model` is marked in its description.
void WriteModels(const std::vector<ModelEntry>& models, const std::string& default_model,
                 Format format, const WriterOptions& options, Output* output);

}  // namespace fathom
