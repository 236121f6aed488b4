// The tensors that a model of a given shape consists of.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/gguf.h"
#include "model/model_config.h"

namespace fathom {

// Every tensor of the model is there, with exactly its shape (kCorrupt otherwise, named); vectors
// are plain floats; nothing else is in the file but `others`: an unknown tensor belongs to a
// feature that would be silently skipped (kUnsupported, named).
Status CheckTensors(const GgufFile& file, const ModelConfig& config,
                    const std::vector<std::string>& others);

}  // namespace fathom
