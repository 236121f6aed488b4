#include "model/architecture.h"

#include <array>
#include <string>

#include "model/quoted.h"

namespace fathom {
namespace {

constexpr std::array kArchitectures = {
    Architecture{.name = "llama",
                 .models = "Llama, SmolLM2",
                 .rope_kind = RopeKind::kAdjacentPairs,
                 .factors = FactorRule::kFreqs},
    Architecture{.name = "qwen2", .models = "Qwen2, Qwen2.5", .parts = {.qkv_bias = true}},
    Architecture{.name = "qwen3", .models = "Qwen3", .parts = {.head_norms = true}},
    Architecture{
        .name = "gemma3",
        .models = "Gemma 3",
        .parts = {.head_norms = true, .post_norms = true, .activation = Activation::kGeluTanh},
        .windows = WindowRule::kPattern,
        .scales_embedding = true},
    Architecture{.name = "phi3",
                 .models = "Phi-3",
                 .parts = {.fused = true},
                 .windows = WindowRule::kEveryLayer,
                 .factors = FactorRule::kLongShort},
};

}  // namespace

Result<const Architecture*> FindArchitecture(const GgufFile& file) {
  FATHOM_ASSIGN_OR_RETURN(const std::string name, file.GetString("general.architecture"));
  std::string known;
  for (const Architecture& architecture : kArchitectures) {
    if (name == architecture.name) return &architecture;
    known += (known.empty() ? "" : ", ") + std::string(architecture.name) + " (" +
             architecture.models + ")";
  }
  return file.Unsupported("the model's architecture is " + Quoted(name) + "; fathom computes " +
                          known);
}

}  // namespace fathom
