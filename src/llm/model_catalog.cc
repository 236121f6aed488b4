#include "llm/model_catalog.h"

#include <string>

namespace fathom {
namespace {

constexpr KnownModel kModels[] = {
    {.name = "qwen2.5-coder-1.5b",
     .file = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
     .sha256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
     .bytes = 1117320768,
     .description = "Qwen2.5-Coder 1.5B Instruct, Q4_K_M: the default",
     .licence = "Apache-2.0"},
    {.name = "qwen2.5-coder-0.5b",
     .file = "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
     .sha256 = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
     .bytes = 491400064,
     .description = "Qwen2.5-Coder 0.5B Instruct, Q4_K_M: twice as fast, less accurate",
     .licence = "Apache-2.0"},
    {.name = "smollm2-135m",
     .file = "smollm2-135m-instruct-q4_1.gguf",
     .sha256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
     .bytes = 98362432,
     .description = "SmolLM2 135M Instruct, Q4_1: for trying things out; English only",
     .licence = "Apache-2.0"},
};

}  // namespace

std::span<const KnownModel> KnownModels() { return kModels; }

const KnownModel* FindKnownModel(std::string_view name_or_file) {
  for (const KnownModel& model : kModels) {
    if (name_or_file == model.name || name_or_file == model.file ||
        std::string(name_or_file) + ".gguf" == model.file) {
      return &model;
    }
  }
  return nullptr;
}

}  // namespace fathom
