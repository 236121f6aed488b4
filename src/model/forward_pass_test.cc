// The forward pass against another program: next-token logits of tiny models as llama.cpp computes
// them (llama-cpp-python 0.3.36). How the figures were made: the file of TinyModel(options) with
// the Q8_0 matrices written out as F32 (Dequantize), loaded with type_k = type_v = F32, flash_attn
// off, the first 20 and all 70 of the tokens evaluated at once; logits of the last token. The
// weights come from std::uniform_real_distribution, so the figures hold with libstdc++.
#include "model/forward_pass.h"

#include <gtest/gtest.h>

#include "model/gguf_test_util.h"
#include "model/transformer.h"

namespace fathom {
namespace {

constexpr TokenId kIds[] = {0, 50, 100, 150, 200, 250};

struct Figures {
  const char* model;
  float after_20[6], after_70[6];  // logits of kIds
  double tolerance = 2e-5;         // five digits, and fp32 sums in another order
};

const Figures kFigures[] = {
    {"llama",
     {-0.86084, 0.47018, -0.16313, 0.09216, -0.10027, -0.54898},
     {-0.63252, -0.33631, -0.40712, -0.54978, -0.12817, -0.03543}},
    {"llama3",
     {-0.84272, 0.44412, -0.15394, 0.11991, -0.10600, -0.53015},
     {-0.61588, -0.33119, -0.41825, -0.49721, -0.16019, -0.03913}},
    {"qwen2",
     {-0.42038, 0.07555, 0.09422, -0.59090, 0.15961, -0.41260},
     {0.03087, -1.17025, -0.77913, -0.16375, -0.04389, -0.13954}},
    {"qwen3",
     {0.01887, 0.52798, 0.06865, -0.35080, -0.37185, -0.00571},
     {-0.07136, 0.03640, -0.05421, -0.40638, -0.27244, -0.27031}},
    // llama.cpp reads GELU from a table of half-precision numbers: 2^-11 of each gate.
    {"gemma3",
     {-0.36244, -0.11815, -0.26233, -0.82943, -0.40256, -0.72664},
     {-0.14155, 0.14708, 0.03044, 0.67905, 0.29938, -0.27276},
     5e-4},
    {"phi3",
     {-0.69712, 0.45120, -0.26538, 0.16441, -0.00116, -0.44102},
     {-0.49534, -0.36394, -0.40459, -0.59163, -0.19417, 0.03080}},
};

std::vector<float> LogitsAfter(Transformer& model, std::span<const TokenId> tokens) {
  Sequence sequence = model.NewSequence(nullptr, static_cast<int64_t>(tokens.size()));
  const Step step[] = {{&sequence, tokens}};
  std::vector<float> hidden(model.config().d_model), logits(std::size(kIds));
  model.Forward(step, hidden);
  model.Logits(hidden, kIds, logits);
  return logits;
}

TEST(ForwardPass, AgreesWithLlamaCpp) {
  std::vector<TokenId> tokens;
  for (int i = 0; i < 70; ++i) tokens.push_back((i * 37 + 11) % 250);
  ThreadPool pool(2);
  for (const Figures& figures : kFigures) {
    TinyModelOptions options = TinyArchitecture(figures.model);
    options.type = TensorType::kQ8_0;
    options.tied_output = false;
    const TempFile bytes(TinyModel(options).Bytes());
    const GgufFile file = std::move(GgufFile::Open(bytes.path())).value();
    const auto model = std::move(Transformer::Load(file, Arithmetic::kFp32, &pool)).value();
    const std::vector<float> after_20 = LogitsAfter(*model, std::span(tokens).first(20));
    const std::vector<float> after_70 = LogitsAfter(*model, tokens);
    for (size_t i = 0; i < std::size(kIds); ++i) {
      EXPECT_NEAR(after_20[i], figures.after_20[i], figures.tolerance) << figures.model;
      EXPECT_NEAR(after_70[i], figures.after_70[i], figures.tolerance) << figures.model;
    }
  }
}

}  // namespace
}  // namespace fathom
