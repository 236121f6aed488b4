// The forward pass against a plain one: one token at a time, double arithmetic, no caches, no
// panels. And the promises of transformer.h: results do not depend on company, cut or threads.
#include "model/transformer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>

#include "model/gguf_test_util.h"

namespace fathom {
namespace {

using Vector = std::vector<double>;

// Weights by name and the whole computation, written for reading.
class PlainForward {
 public:
  PlainForward(const GgufFile& file, const ModelConfig& config) : config_(config) {
    for (const GgufTensor& tensor : file.tensors()) {
      std::vector<uint8_t> bytes(tensor.bytes);
      EXPECT_TRUE(file.ReadTensor(tensor, 0, bytes).ok());
      std::vector<float> values(tensor.columns() * tensor.rows());
      Dequantize(tensor.type, bytes, values);
      weights_[tensor.name] = Vector(values.begin(), values.end());
    }
  }

  // Final normalised hidden state of the last token.
  Vector Hidden(const std::vector<TokenId>& tokens) const {
    const size_t d = config_.d_model;
    std::vector<Vector> x;
    for (TokenId token : tokens) {
      const auto row = weights_.at("token_embd.weight").begin() + token * d;
      x.emplace_back(row, row + d);
    }
    for (int64_t layer = 0; layer < config_.layers; ++layer) Layer(layer, x);
    return Norm(x.back(), "output_norm.weight");
  }

 private:
  Vector Norm(const Vector& x, const std::string& name) const {
    double squares = 0;
    for (double v : x) squares += v * v;
    const double scale = 1 / std::sqrt(squares / x.size() + config_.rms_epsilon);
    Vector out(x.size());
    for (size_t i = 0; i < x.size(); ++i) out[i] = x[i] * scale * weights_.at(name)[i];
    return out;
  }

  Vector Times(const Vector& x, const std::string& name) const {
    const Vector& w = weights_.at(name + ".weight");
    Vector out(w.size() / x.size());
    for (size_t j = 0; j < out.size(); ++j) {
      out[j] = std::inner_product(x.begin(), x.end(), w.begin() + j * x.size(), 0.0);
      if (const auto bias = weights_.find(name + ".bias"); bias != weights_.end()) {
        out[j] += bias->second[j];
      }
    }
    return out;
  }

  void Rotate(Vector& x, size_t position) const {
    const size_t dim = config_.head_dim, half = dim / 2;
    for (size_t head = 0; head < x.size(); head += dim) {
      for (size_t i = 0; i < half; ++i) {
        const double angle = position * std::pow(config_.rope_base, -2.0 * i / dim);
        const bool pairs = config_.rope_kind == RopeKind::kAdjacentPairs;
        double& a = x[head + (pairs ? 2 * i : i)];
        double& b = x[head + (pairs ? 2 * i + 1 : i + half)];
        const double c = std::cos(angle), s = std::sin(angle);
        std::tie(a, b) = std::make_pair(a * c - b * s, a * s + b * c);
      }
    }
  }

  Vector Attend(const Vector& q, const std::vector<Vector>& keys, const std::vector<Vector>& values,
                size_t seen) const {
    const size_t dim = config_.head_dim, group = config_.heads / config_.kv_heads;
    Vector out(q.size());
    for (size_t head = 0; head < static_cast<size_t>(config_.heads); ++head) {
      const size_t kv = head / group * dim;
      Vector p(seen);
      double sum = 0;
      for (size_t t = 0; t < seen; ++t) {
        double dot = 0;
        for (size_t i = 0; i < dim; ++i) dot += q[head * dim + i] * keys[t][kv + i];
        sum += p[t] = std::exp(dot / std::sqrt(static_cast<double>(dim)));
      }
      for (size_t t = 0; t < seen; ++t) {
        for (size_t i = 0; i < dim; ++i) out[head * dim + i] += p[t] / sum * values[t][kv + i];
      }
    }
    return out;
  }

  void Layer(int64_t layer, std::vector<Vector>& x) const {
    const std::string prefix = "blk." + std::to_string(layer) + ".";
    std::vector<Vector> q, k, v;
    for (size_t t = 0; t < x.size(); ++t) {
      const Vector h = Norm(x[t], prefix + "attn_norm.weight");
      q.push_back(Times(h, prefix + "attn_q"));
      k.push_back(Times(h, prefix + "attn_k"));
      v.push_back(Times(h, prefix + "attn_v"));
      Rotate(q.back(), t);
      Rotate(k.back(), t);
    }
    for (size_t t = 0; t < x.size(); ++t) {
      Add(x[t], Times(Attend(q[t], k, v, t + 1), prefix + "attn_output"));
      const Vector h = Norm(x[t], prefix + "ffn_norm.weight");
      Vector gate = Times(h, prefix + "ffn_gate");
      const Vector up = Times(h, prefix + "ffn_up");
      for (size_t i = 0; i < gate.size(); ++i) gate[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
      Add(x[t], Times(gate, prefix + "ffn_down"));
    }
  }

  static void Add(Vector& x, const Vector& y) {
    for (size_t i = 0; i < x.size(); ++i) x[i] += y[i];
  }

  const ModelConfig& config_;
  std::map<std::string, Vector> weights_;
};

const std::vector<TokenId> kPrefix = {5, 100, 7, 33, 64, 9, 250, 11, 5};
const std::vector<std::vector<TokenId>> kRows = {
    {1}, {2, 3, 4}, {200, 17, 17, 90, 41, 42, 43, 44, 8}};

// A tiny random model of an architecture, with everything that has to live as long as it.
struct Fixture {
  Fixture(const std::string& architecture, Arithmetic arithmetic, int threads,
          TensorType type = TensorType::kQ8_0, bool tied = true)
      : bytes(TinyModel({.architecture = architecture, .type = type, .tied_output = tied}).Bytes()),
        file(std::move(GgufFile::Open(bytes.path())).value()),
        pool(threads),
        model(std::move(Transformer::Load(file, arithmetic, &pool)).value()) {}

  std::vector<float> Hidden(std::span<const Step> steps) {
    std::vector<float> hidden(steps.size() * model->config().d_model);
    model->Forward(steps, hidden);
    return hidden;
  }

  // Hidden states of rows behind kPrefix, all in one batch.
  std::vector<float> Rows(const std::vector<std::vector<TokenId>>& rows) {
    Sequence prefix = model->NewSequence(nullptr, kPrefix.size());
    const Step step[] = {{&prefix, kPrefix}};
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

double LargestDifference(std::span<const float> a, const Vector& b) {
  double largest = 0;
  for (size_t i = 0; i < b.size(); ++i) largest = std::max(largest, std::fabs(a[i] - b[i]));
  return largest;
}

class EveryArchitecture : public testing::TestWithParam<std::string> {};

TEST_P(EveryArchitecture, AgreesWithThePlainForwardPass) {
  for (TensorType type : {TensorType::kQ8_0, TensorType::kQ4_1, TensorType::kQ5_0}) {
    Fixture exact(GetParam(), Arithmetic::kFp32, 2, type),
        int8(GetParam(), Arithmetic::kInt8, 2, type);
    const PlainForward plain(exact.file, exact.model->config());
    const std::vector<float> exact_rows = exact.Rows(kRows), int8_rows = int8.Rows(kRows);
    const size_t d = exact.model->config().d_model;
    for (size_t i = 0; i < kRows.size(); ++i) {
      std::vector<TokenId> tokens = kPrefix;
      tokens.insert(tokens.end(), kRows[i].begin(), kRows[i].end());
      const Vector expected = plain.Hidden(tokens);  // entries of about 1: normalised
      EXPECT_LT(LargestDifference({&exact_rows[i * d], d}, expected), 1e-4);
      EXPECT_LT(LargestDifference({&int8_rows[i * d], d}, expected), 0.05);
    }
  }
}

TEST_P(EveryArchitecture, BitsDoNotDependOnCompanyOrThreads) {
  for (Arithmetic arithmetic : {Arithmetic::kInt8, Arithmetic::kFp32}) {
    Fixture one(GetParam(), arithmetic, 1), three(GetParam(), arithmetic, 3);
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
  Fixture f(GetParam(), Arithmetic::kFp32, 2);
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
    Fixture f(GetParam(), Arithmetic::kFp32, 2, TensorType::kQ8_0, tied);
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

INSTANTIATE_TEST_SUITE_P(Architectures, EveryArchitecture, testing::Values("llama", "qwen2"));

TEST(TransformerLoad, RefusesWhatItCannotCompute) {
  ThreadPool pool(1);
  TempFile floats(TinyModel({.type = TensorType::kF16}).Bytes());
  GgufFile file = std::move(GgufFile::Open(floats.path())).value();
  auto loaded = Transformer::Load(file, Arithmetic::kInt8, &pool);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(loaded.error().message.find("F16"), std::string::npos);
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

}  // namespace
}  // namespace fathom
