// How the layers of a model use positions: the ropes of a model and the window of each layer.
#pragma once

#include "base/result.h"
#include "model/architecture.h"
#include "model/config_reader.h"
#include "model/model_config.h"

namespace fathom {

// Fills config.ropes and config.positions.
// REQUIRES config's layers, head_dim and context_tokens are read
// Errors  kUnsupported: rope scaling or a window that this build does not compute, named.
//         kCorrupt: a number out of range, factors that are not positive. kIo while reading them.
Status ReadLayerPositions(const ConfigReader& reader, const Architecture& architecture,
                          ModelConfig* config);

// Tensors that hold rope factors in this file: for the check that no tensor is left over.
std::vector<std::string> RopeFactorTensors(const GgufFile& file, const Architecture& architecture);

}  // namespace fathom
