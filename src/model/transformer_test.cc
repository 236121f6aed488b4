// The forward pass against a plain one, and the promises of transformer.h: results do not depend on
// company, cut or threads.
#include "model/transformer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/gguf_test_util.h"
#include "model/plain_forward_test_util.h"

namespace fathom {
namespace {

const std::vector<TokenId> kPrefix = {5, 100, 7, 33, 64, 9, 250, 11, 5};
const std::vector<std::vector<TokenId>> kRows = {
    {1}, {2, 3, 4}, {200, 17, 17, 90, 41, 42, 43, 44, 8}};

TinyModelOptions Tiny(const std::string& name, TensorType type = TensorType::kQ8_0,
                      bool tied = true) {
  TinyModelOptions options = TinyArchitecture(name);
  options.type = type;
  options.tied_output = tied;
  return options;
}

// A tiny random model, with everything that has to live as long as it.
struct Fixture {
  Fixture(const TinyModelOptions& options, Arithmetic arithmetic, int threads)
      : Fixture(TinyModel(options), arithmetic, threads) {}
  Fixture(const GgufBuilder& builder, Arithmetic arithmetic, int threads)
      : bytes(builder.Bytes()),
        file(std::move(GgufFile::Open(bytes.path())).value()),
        pool(threads),
        model(std::move(Transformer::Load(file, arithmetic, &pool)).value()) {}

  std::vector<float> Hidden(std::span<const Step> steps) {
    std::vector<float> hidden(steps.size() * model->config().d_model);
    model->Forward(steps, hidden);
    return hidden;
  }

  // Hidden states of rows behind a prefix, all in one batch.
  std::vector<float> Rows(const std::vector<std::vector<TokenId>>& rows,
                          const std::vector<TokenId>& shared = kPrefix) {
    Sequence prefix = model->NewSequence(nullptr, shared.size());
    const Step step[] = {{&prefix, shared}};
    Hidden(step);
    std::vector<Sequence> sequences;
    std::vector<Step> steps;
    for (const auto& row : rows) sequences.push_back(model->NewSequence(&prefix, row.size()));
    for (size_t i = 0; i < rows.size(); ++i) steps.push_back({&sequences[i], rows[i]});
    return Hidden(steps);
  }

  TempFile bytes;
  GgufFile file;
  ThreadPool pool;
  std::unique_ptr<Transformer> model;
};

double LargestDifference(std::span<const float> a, const std::vector<double>& b) {
  double largest = 0;
  for (size_t i = 0; i < b.size(); ++i) largest = std::max(largest, std::fabs(a[i] - b[i]));
  return largest;
}

// int8 activations in a model that is narrow and random.
constexpr double kNearInt8 = 0.08;

// How far the rows are from the plain forward pass, whose entries are about 1: normalised.
double LargestError(Fixture& f, const TinyModelOptions& options) {
  const PlainForward plain(f.file, options);
  const std::vector<float> rows = f.Rows(kRows);
  const size_t d = f.model->config().d_model;
  double largest = 0;
  for (size_t i = 0; i < kRows.size(); ++i) {
    std::vector<TokenId> tokens = kPrefix;
    tokens.insert(tokens.end(), kRows[i].begin(), kRows[i].end());
    largest = std::max(largest, LargestDifference({&rows[i * d], d}, plain.Hidden(tokens)));
  }
  return largest;
}

class EveryArchitecture : public testing::TestWithParam<std::string> {};

TEST_P(EveryArchitecture, AgreesWithThePlainForwardPass) {
  for (TensorType type : {TensorType::kQ8_0, TensorType::kQ4_1, TensorType::kQ5_0}) {
    const TinyModelOptions options = Tiny(GetParam(), type);
    Fixture exact(options, Arithmetic::kFp32, 2), int8(options, Arithmetic::kInt8, 2);
    EXPECT_LT(LargestError(exact, options), 1e-4);
    EXPECT_LT(LargestError(int8, options), kNearInt8);
  }
}

// Matrices of floats are multiplied in fp32 even if the others are not; attention is not.
TEST_P(EveryArchitecture, AgreesWithThePlainForwardPassOnFloats) {
  for (TensorType type : {TensorType::kF16, TensorType::kBF16, TensorType::kF32}) {
    for (bool tied : {true, false}) {
      const TinyModelOptions options = Tiny(GetParam(), type, tied);
      Fixture int8(options, Arithmetic::kInt8, 2), exact(options, Arithmetic::kFp32, 3);
      EXPECT_LT(LargestError(exact, options), 1e-4) << FormatOf(type).name;
      EXPECT_LT(LargestError(int8, options), 1e-3) << FormatOf(type).name;
    }
  }
}

TEST_P(EveryArchitecture, BitsDoNotDependOnCompanyOrThreads) {
  for (Arithmetic arithmetic : {Arithmetic::kInt8, Arithmetic::kFp32}) {
    Fixture one(Tiny(GetParam()), arithmetic, 1), three(Tiny(GetParam()), arithmetic, 3);
    const std::vector<float> together = one.Rows(kRows);
    EXPECT_EQ(three.Rows(kRows), together);
    const size_t d = one.model->config().d_model;
    for (size_t i = 0; i < kRows.size(); ++i) {
      const std::vector<float> alone = one.Rows({kRows[i]});
      EXPECT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + i * d)) << i;
    }
    const std::vector<float> reversed = one.Rows({kRows[2], kRows[1], kRows[0]});
    EXPECT_TRUE(std::equal(reversed.begin(), reversed.begin() + d, together.begin() + 2 * d));
  }
}

TEST_P(EveryArchitecture, StepByStepAndTruncatedSequencesAgreeWithOnePass) {
  Fixture f(Tiny(GetParam()), Arithmetic::kFp32, 2);
  const std::vector<TokenId>& row = kRows[2];
  const std::vector<float> whole = f.Rows({row});
  Sequence prefix = f.model->NewSequence(nullptr, kPrefix.size());
  const Step prefix_step[] = {{&prefix, kPrefix}};
  f.Hidden(prefix_step);
  Sequence sequence = f.model->NewSequence(&prefix, row.size() + 3);
  const std::vector<TokenId> wrong = {77, 78, 79};
  std::vector<float> last;
  for (size_t t = 0; t < row.size(); ++t) {
    if (t == 4) {  // a wrong turn, taken back
      const Step detour[] = {{&sequence, wrong}};
      f.Hidden(detour);
      sequence.Truncate(4);
    }
    const Step step[] = {{&sequence, std::span(row).subspan(t, 1)}};
    last = f.Hidden(step);
  }
  EXPECT_EQ(sequence.own_tokens(), static_cast<int64_t>(row.size()));
  EXPECT_EQ(sequence.total_tokens(), static_cast<int64_t>(row.size() + kPrefix.size()));
  for (size_t i = 0; i < whole.size(); ++i) EXPECT_NEAR(last[i], whole[i], 1e-4);
}

TEST_P(EveryArchitecture, SomeLogitsAreTheSameAsAll) {
  for (bool tied : {true, false}) {
    Fixture f(Tiny(GetParam(), TensorType::kQ8_0, tied), Arithmetic::kFp32, 2);
    const std::vector<float> hidden = f.Rows(kRows);
    const size_t vocabulary = f.model->config().vocabulary;
    std::vector<float> all(kRows.size() * vocabulary);
    f.model->AllLogits(hidden, all);
    const std::vector<TokenId> ids = {0, 31, 32, 200};
    std::vector<float> some(kRows.size() * ids.size());
    f.model->Logits(hidden, ids, some);
    for (size_t r = 0; r < kRows.size(); ++r) {
      for (size_t i = 0; i < ids.size(); ++i) {
        EXPECT_NEAR(some[r * ids.size() + i], all[r * vocabulary + ids[i]], 1e-4);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Architectures, EveryArchitecture,
                         testing::Values("llama", "llama3", "qwen2", "qwen3", "gemma3", "phi3"));

// Windows that end within the prefix, within the row and within a block of attention's.
TEST(TransformerWindow, HoldsAcrossPrefixAndLongRows) {
  std::vector<TokenId> prefix, row;
  for (int i = 0; i < 40; ++i) prefix.push_back(i * 7 % 250);
  for (int i = 0; i < 75; ++i) row.push_back(i * 11 % 250);
  const std::vector<std::vector<TokenId>> rows = {row, {1, 2}, {row.begin(), row.begin() + 20}};
  for (uint32_t window : {1, 20, 50, 200}) {
    TinyModelOptions options = Tiny("gemma3");
    options.window = window;
    Fixture f(options, Arithmetic::kFp32, 2);
    const PlainForward plain(f.file, options);
    const std::vector<float> together = f.Rows(rows, prefix);
    const size_t d = options.d_model;
    for (size_t i = 0; i < rows.size(); ++i) {
      std::vector<TokenId> tokens = prefix;
      tokens.insert(tokens.end(), rows[i].begin(), rows[i].end());
      EXPECT_LT(LargestDifference({&together[i * d], d}, plain.Hidden(tokens)), 1e-4) << window;
      const std::vector<float> alone = f.Rows({rows[i]}, prefix);
      EXPECT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + i * d)) << window;
    }
  }
}

// As llama.cpp's converter may leave a file: some matrices in blocks, others not.
TEST(TransformerFloats, MixWithQuantisedMatrices) {
  const TinyModelOptions options = Tiny("qwen2"), floats = Tiny("qwen2", TensorType::kF16);
  GgufBuilder builder = TinyModel(options), other = TinyModel(floats);
  for (const char* name : {"token_embd.weight", "blk.0.attn_v.weight", "blk.1.ffn_up.weight"}) {
    builder.Tensor(name) = other.Tensor(name);
  }
  Fixture exact(builder, Arithmetic::kFp32, 2), int8(builder, Arithmetic::kInt8, 2);
  EXPECT_LT(LargestError(exact, options), 1e-4);
  EXPECT_LT(LargestError(int8, options), kNearInt8);
}

TEST(TransformerFloats, HeadsMayHaveAnyEvenWidth) {
  TinyModelOptions options = Tiny("qwen3", TensorType::kBF16);
  options.head_dim = 18;  // the attention output matrix has 4 * 18 inputs, no multiple of 32
  Fixture exact(options, Arithmetic::kFp32, 2), int8(options, Arithmetic::kInt8, 2);
  EXPECT_LT(LargestError(exact, options), 1e-4);
  EXPECT_LT(LargestError(int8, options), 1e-3);
}

TEST(TransformerFloats, NormsAndBiasesMayBeShort) {
  for (TensorType type : {TensorType::kF16, TensorType::kBF16}) {
    const TinyModelOptions options = Tiny("qwen2");  // it has biases
    GgufBuilder builder = TinyModel(options);
    std::mt19937 random(5);
    for (RawTensor& tensor : builder.tensors) {
      if (tensor.dims.size() == 1) {
        const float center = tensor.name.ends_with("bias") ? 0 : 1;
        tensor = RandomTensor(tensor.name, tensor.dims, type, center, &random);
      }
    }
    Fixture f(builder, Arithmetic::kFp32, 2);
    EXPECT_LT(LargestError(f, options), 1e-4) << FormatOf(type).name;
  }
}

TEST(TransformerLoad, RefusesScalesThatAreNotFinite) {
  GgufBuilder builder = TinyModel({.type = TensorType::kQ8_0});
  builder.Tensor("blk.1.ffn_down.weight").data.replace(34, 2, RawBytes(uint16_t{0x7E00}));
  TempFile bytes(builder.Bytes());
  GgufFile file = std::move(GgufFile::Open(bytes.path())).value();
  ThreadPool pool(2);
  auto loaded = Transformer::Load(file, Arithmetic::kInt8, &pool);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(loaded.error().message.find("blk.1.ffn_down.weight"), std::string::npos);
}

TEST(TransformerLoad, RefusesFloatsThatAreNotFinite) {
  GgufBuilder builder = TinyModel({.type = TensorType::kBF16});
  std::string& data = builder.Tensor("blk.1.ffn_down.weight").data;
  data.replace(data.size() - 2, 2, RawBytes(uint16_t{0x7F80}));  // infinity
  TempFile bytes(builder.Bytes());
  GgufFile file = std::move(GgufFile::Open(bytes.path())).value();
  ThreadPool pool(2);
  auto loaded = Transformer::Load(file, Arithmetic::kInt8, &pool);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, ErrorCode::kCorrupt);
  const std::string where =
      "blk.1.ffn_down.weight (BF16): weight " + std::to_string(data.size() / 2 - 1);
  EXPECT_NE(loaded.error().message.find(where), std::string::npos) << loaded.error().message;
}

}  // namespace
}  // namespace fathom
