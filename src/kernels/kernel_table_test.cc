// Every kernel table that can run here against the scalar one, and the scalar one against double
// arithmetic, on odd sizes. The tolerance is the bound of a k-term fp32 dot product: k * eps *
// sum(|a||b|).
#include "kernels/kernel_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string_view>
#include <vector>

#include "kernels/code_shapes_test_util.h"

namespace fathom {
#if defined(__x86_64__)
extern const KernelTable kAvxVnniEvexKernels;  // avx_vnni_evex.cc
#endif

namespace {

constexpr double kEps = std::numeric_limits<float>::epsilon();

// Every table this CPU can run, and where it lacks AVX-VNNI but has that of AVX-512, the same code
// in that encoding.
std::vector<const KernelTable*> TestedKernels() {
  const auto available = AvailableKernels();
  std::vector<const KernelTable*> tables(available.begin(), available.end());
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni") &&
      std::ranges::none_of(tables, [](const KernelTable* table) {
        return std::string_view(table->name) == "avx-vnni";
      })) {
    tables.push_back(&kAvxVnniEvexKernels);
  }
#endif
  return tables;
}

std::vector<float> RandomFloats(size_t n, unsigned seed, float spread = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, spread);
  std::vector<float> x(n);
  for (float& v : x) v = normal(random);
  return x;
}

// Every number finite: the top bit of the exponent is 0.
void FillRandomFloats(int64_t panel, std::mt19937& random, PackedMatrix* matrix) {
  const bool wide = matrix->shape().kind == PanelKind::kFloat;
  std::vector<uint8_t> values(matrix->columns(panel) * matrix->k() * (wide ? 4 : 2));
  for (size_t i = 0; i < values.size(); ++i) {
    const bool top = i % (wide ? 4 : 2) == (wide ? 3 : 1);
    values[i] = static_cast<uint8_t>(random() & (top ? 0xBF : 0xFF));
  }
  matrix->FillFloats(panel, values);
}

PackedMatrix RandomMatrix(PackedShape shape, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(0.5f, 1.5f);
  PackedMatrix matrix(shape);
  for (int64_t panel = 0; panel < matrix.panels(); ++panel) {
    if (IsFloat(shape.kind)) {
      FillRandomFloats(panel, random, &matrix);
      continue;
    }
    const int64_t columns = matrix.columns(panel);
    std::vector<int8_t> q(columns * shape.k);
    std::vector<float> scales(columns * matrix.groups());
    std::vector<float> mins(shape.has_mins ? scales.size() : 0);
    for (auto& v : q) v = ValueAt(shape, random() % CountOfValues(shape.kind));
    for (auto& s : scales) s = uniform(random);
    for (auto& m : mins) m = -8 * uniform(random);
    matrix.FillPanel(panel, q, scales, mins);
  }
  return matrix;
}

// Owns what QuantizedRows points to.
struct Activations {
  Activations(const KernelTable& kernels, const std::vector<float>& x, int64_t rows, int64_t k)
      : q(rows * k),
        scale(rows * k / 32),
        sum(rows * k / 32),
        zero32(rows * k / 32),
        zero16(rows * k / 16) {
    view = {rows, k, q.data(), scale.data(), sum.data(), zero32.data(), zero16.data()};
    kernels.quantize_rows(x.data(), 0, rows, view);
  }
  std::vector<int8_t> q;
  std::vector<float> scale, sum;
  std::vector<int32_t> zero32, zero16;
  QuantizedRows view;
};

std::vector<float> Gemm(const KernelTable& kernels, const PackedMatrix& w, const QuantizedRows& a) {
  std::vector<float> out(a.rows * w.n());
  for (int64_t p = 0; p < w.panels(); ++p) kernels.gemm_int8(w, p, a, out.data(), w.n(), false);
  return out;
}

TEST(Kernels, QuantizeRowsAgreesBitForBit) {
  std::vector<float> x = RandomFloats(7 * 96, 3);
  for (int i = 0; i < 32; ++i) x[64 + i] = 0;  // a block of zeros
  const Activations expected(*AvailableKernels().back(), x, 7, 96);
  for (const KernelTable* kernels : TestedKernels()) {
    const Activations actual(*kernels, x, 7, 96);
    EXPECT_EQ(actual.q, expected.q) << kernels->name;
    EXPECT_EQ(actual.scale, expected.scale) << kernels->name;
    EXPECT_EQ(actual.sum, expected.sum) << kernels->name;
    EXPECT_EQ(actual.zero32, expected.zero32) << kernels->name;
    EXPECT_EQ(actual.zero16, expected.zero16) << kernels->name;
  }
}

TEST(Kernels, DequantizePanelAgreesWithColumns) {
  std::vector<PackedShape> shapes(std::begin(kCodeShapes), std::end(kCodeShapes));
  for (PanelKind kind : {PanelKind::kHalf, PanelKind::kBfloat16, PanelKind::kFloat}) {
    shapes.push_back({.n = 41, .k = 77, .kind = kind});
  }
  for (const PackedShape& shape : shapes) {
    const PackedMatrix w = RandomMatrix(shape, 3);
    std::vector<float> column(shape.k);
    for (const KernelTable* kernels : TestedKernels()) {
      for (int64_t first : {int64_t{0}, int64_t{32}}) {
        std::vector<float> panel((shape.k - first) * kPanelColumns);
        kernels->dequantize_panel(w, 1, first, shape.k - first, panel.data());
        for (int64_t c = 0; c < w.columns(1); ++c) {
          w.DequantizeColumn(kPanelColumns + c, column);
          for (int64_t i = first; i < shape.k; ++i) {
            ASSERT_EQ(panel[(i - first) * kPanelColumns + c], column[i]) << kernels->name;
          }
        }
      }
    }
  }
}

TEST(Kernels, SubtractQuantizedAgreesBitForBit) {
  const std::vector<float> x = RandomFloats(7 * 96, 4);
  std::vector<float> expected(x.size());
  for (const KernelTable* kernels : TestedKernels()) {
    const Activations a(*kernels, x, 7, 96);
    for (size_t i = 0; i < x.size(); ++i) expected[i] = x[i] - a.scale[i / 32] * a.q[i];
    std::vector<float> actual(x.size());
    kernels->subtract_quantized(x.data(), 0, 3, a.view, actual.data());
    kernels->subtract_quantized(x.data(), 3, 7, a.view, actual.data());
    EXPECT_EQ(actual, expected) << kernels->name;
  }
}

// Found by fuzzing: a cast of infinity to int8 in the reference, undefined in C++.
TEST(Kernels, QuantizeRowsAcceptsAnyNumbers) {
  std::vector<float> x = RandomFloats(4 * 32, 5);
  x[3] = -std::numeric_limits<float>::infinity();
  x[32 + 3] = std::numeric_limits<float>::quiet_NaN();
  for (int i = 0; i < 32; ++i) x[64 + i] *= 1e-39f;  // 127 / absmax is infinite
  for (const KernelTable* kernels : AvailableKernels()) {
    const Activations all(*kernels, x, 1, 4 * 32);
    EXPECT_TRUE(std::isinf(all.scale[0])) << kernels->name;  // seen in every product
    for (int i = 64; i < 96; ++i) EXPECT_LT(std::fabs(all.scale[2] * all.q[i]), 1e-37f);
    const Activations last(*kernels, {x.begin() + 96, x.end()}, 1, 32);
    EXPECT_EQ(all.scale[3], last.scale[0]);
    EXPECT_TRUE(std::equal(last.q.begin(), last.q.end(), all.q.begin() + 96)) << kernels->name;
  }
}

TEST(Kernels, GemmInt8IsCloseToDouble) {
  for (const PackedShape& shape : kCodeShapes) {
    const PackedMatrix w = RandomMatrix(shape, 5);
    for (const KernelTable* kernels : TestedKernels()) {
      const int64_t rows = 9;
      const Activations a(*kernels, RandomFloats(rows * shape.k, 7), rows, shape.k);
      const std::vector<float> out = Gemm(*kernels, w, a.view);
      std::vector<float> column(shape.k);
      for (int64_t j = 0; j < shape.n; ++j) {
        w.DequantizeColumn(j, column);
        for (int64_t r = 0; r < rows; ++r) {
          double exact = 0, magnitude = 0;
          for (int64_t i = 0; i < shape.k; ++i) {
            const double x =
                static_cast<double>(a.q[r * shape.k + i]) * a.scale[(r * shape.k + i) / 32];
            exact += x * column[i];
            // The min and the code part of a weight are summed apart: bound both.
            magnitude += std::fabs(x) * (std::fabs(column[i]) + 300);
          }
          ASSERT_NEAR(out[r * shape.n + j], exact, kEps * shape.k * magnitude)
              << kernels->name << " row " << r << " column " << j;
        }
      }
    }
  }
}

// Same block order, same fused operations: the instruction sets agree to the bit here. Some blocks
// are zero in one row, in a few, in all.
TEST(Kernels, GemmInt8AgreesBitForBit) {
  for (const PackedShape& shape : kCodeShapes) {
    const PackedMatrix w = RandomMatrix(shape, 11);
    const KernelTable& scalar = *AvailableKernels().back();
    std::vector<float> x = RandomFloats(13 * shape.k, 13);
    for (int64_t at = 0; at < 13 * shape.k / 32; ++at) {
      const int64_t row = at / (shape.k / 32), block = at % (shape.k / 32);
      const bool zero = block % 4 == 1 || (block % 4 == 2 && row < 7) || (block + row) % 5 == 0;
      if (zero) std::fill_n(&x[at * 32], 32, 0.0f);
    }
    const Activations a(scalar, x, 13, shape.k);
    const std::vector<float> expected = Gemm(scalar, w, a.view);
    for (const KernelTable* kernels : TestedKernels()) {
      EXPECT_EQ(Gemm(*kernels, w, a.view), expected) << kernels->name;
    }
  }
}

// The largest sums that codes and inputs can make: none may saturate on its way through 16 bits.
TEST(Kernels, GemmInt8IsExactAtTheLimits) {
  for (const PackedShape& shape : kCodeShapes) {
    for (int8_t code : {ValueAt(shape, 0), ValueAt(shape, CountOfValues(shape.kind) - 1)}) {
      PackedMatrix w(shape);
      for (int64_t panel = 0; panel < w.panels(); ++panel) {
        const size_t columns = w.columns(panel), groups = columns * w.groups();
        w.FillPanel(panel, std::vector<int8_t>(columns * shape.k, code),
                    std::vector<float>(groups, 1), std::vector<float>(shape.has_mins ? groups : 0));
      }
      for (float x : {-127.0f, 127.0f}) {  // inputs of scale 1
        for (const KernelTable* kernels : TestedKernels()) {
          const Activations a(*kernels, std::vector<float>(7 * shape.k, x), 7, shape.k);
          const float exact = static_cast<float>(shape.k) * x * code;
          EXPECT_EQ(Gemm(*kernels, w, a.view), std::vector<float>(7 * shape.n, exact))
              << kernels->name << " code " << int{code} << " input " << x;
        }
      }
    }
  }
}

TEST(Kernels, GemmAccumulatesFinishedSums) {
  const PackedMatrix w = RandomMatrix(kCodeShapes[1], 31);
  for (const KernelTable* kernels : TestedKernels()) {
    const Activations a(*kernels, RandomFloats(7 * w.k(), 37), 7, w.k());
    const std::vector<float> once = Gemm(*kernels, w, a.view);
    std::vector<float> twice = once;
    for (int64_t p = 0; p < w.panels(); ++p) {
      kernels->gemm_int8(w, p, a.view, twice.data(), w.n(), true);
    }
    for (size_t i = 0; i < once.size(); ++i) ASSERT_EQ(twice[i], once[i] + once[i]);
  }
}

TEST(Kernels, GemmRowsDoNotDependOnCompany) {
  for (const PackedShape& shape : kCodeShapes) {
    const PackedMatrix w = RandomMatrix(shape, 17);
    const std::vector<float> x = RandomFloats(20 * shape.k, 19);
    for (const KernelTable* kernels : TestedKernels()) {
      const std::vector<float> all = Gemm(*kernels, w, Activations(*kernels, x, 20, shape.k).view);
      for (int64_t rows = 1; rows < 20; ++rows) {
        const std::vector<float> few =
            Gemm(*kernels, w, Activations(*kernels, x, rows, shape.k).view);
        EXPECT_TRUE(std::equal(few.begin(), few.end(), all.begin()))
            << kernels->name << " " << rows;
      }
    }
  }
}

TEST(Kernels, SgemmIsCloseToDouble) {
  for (const KernelTable* kernels : TestedKernels()) {
    for (int64_t m : {1, 5, 6, 13}) {
      for (int64_t n : {1, 15, 16, 47, 65, 128}) {
        for (int64_t k : {1, 7, 64}) {
          const int64_t lda = k + 3, ldb = n + 5, ldc = n + 1;
          const std::vector<float> a = RandomFloats(m * lda, 1), b = RandomFloats(k * ldb, 2);
          std::vector<float> c(m * ldc, 100);
          kernels->sgemm(m, n, k, a.data(), lda, b.data(), ldb, c.data(), ldc, false);
          kernels->sgemm(m, n, k, a.data(), lda, b.data(), ldb, c.data(), ldc, true);
          for (int64_t i = 0; i < m; ++i) {
            EXPECT_EQ(c[i * ldc + n], 100) << "wrote beyond the row";
            for (int64_t j = 0; j < n; ++j) {
              double exact = 0, magnitude = 0;
              for (int64_t p = 0; p < k; ++p) {
                exact += 2.0 * a[i * lda + p] * b[p * ldb + j];
                magnitude += 2 * std::fabs(a[i * lda + p] * b[p * ldb + j]);
              }
              ASSERT_NEAR(c[i * ldc + j], exact, 2 * k * kEps * magnitude) << kernels->name;
            }
          }
        }
      }
    }
  }
}

TEST(Kernels, QuantizeInt16KeepsTheNorm) {
  for (const KernelTable* kernels : TestedKernels()) {
    for (int64_t n : {2, 8, 15, 64, 130}) {
      for (float outlier : {0.0f, 300.0f}) {
        std::vector<float> x = RandomFloats(n, 3);
        x[n / 2] += outlier;
        std::vector<int16_t> q(n + 1, 7);
        const float scale = kernels->quantize_int16(x.data(), n, 32767, q.data());
        EXPECT_EQ(q[n], 7) << "wrote beyond the row";
        double squares = 0;
        for (int64_t i = 0; i < n; ++i) {
          squares += static_cast<double>(q[i]) * q[i];
          EXPECT_NEAR(scale * q[i], x[i], 0.501 * scale) << kernels->name;
        }
        EXPECT_LT(squares, 0x1p31) << kernels->name;
        EXPECT_GT(squares, 32000.0 * 32000) << kernels->name;
      }
    }
    const float zeros[4] = {};
    int16_t q[4] = {1, 1, 1, 1};
    EXPECT_EQ(kernels->quantize_int16(zeros, 4, 32767, q), 0);
    EXPECT_TRUE(std::ranges::all_of(q, [](int16_t v) { return v == 0; }));
  }
}

TEST(Kernels, QuantizeWeightsHasAScaleForEachBlock) {
  for (const KernelTable* kernels : TestedKernels()) {
    for (int64_t n : {1, 31, 32, 33, 100}) {
      const int64_t blocks = (n + kWeightBlock - 1) / kWeightBlock;
      std::vector<float> x = RandomFloats(n, 5), factor = RandomFloats(n, 7);
      for (int64_t i = 0; i < n; ++i) {
        x[i] = std::fabs(x[i]) * (i / kWeightBlock == 1 ? 1e-33f : 1),
        factor[i] = std::fabs(factor[i]);
      }
      std::vector<int16_t> q(blocks * kWeightBlock, 7);
      std::vector<float> scale(blocks);
      kernels->quantize_weights(x.data(), factor.data(), n, q.data(), scale.data());
      for (int64_t i = 0; i < blocks * kWeightBlock; ++i) {
        const float s = scale[i / kWeightBlock];
        if (i / kWeightBlock == 1) {
          EXPECT_EQ(s, 0);
        }
        EXPECT_GE(q[i], 0);
        EXPECT_LE(q[i], 8191);
        EXPECT_NEAR(s * q[i], i < n ? x[i] * factor[i] : 0, 0.501 * s + 1e-30) << kernels->name;
      }
    }
  }
}

std::vector<int16_t> RandomInt16(size_t n, unsigned seed, int largest) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> uniform(-largest, largest);
  std::vector<int16_t> x(n);
  for (int16_t& v : x) v = static_cast<int16_t>(uniform(random));
  return x;
}

// Also at the limits of a block's sum, and with what c held before.
TEST(Kernels, GemmInt16AgreesBitForBitWithTheReference) {
  for (int64_t m : {1, 3, 6, 13}) {
    for (int64_t n : {1, 8, 15, 16, 31, 47, 64}) {
      for (const auto& [k, block] : {std::pair{2, 2}, {64, 64}, {96, 32}}) {
        for (bool scaled : {false, true}) {
          const int64_t lda = k + 2, ldb = n + 3, ldc = n + 1;
          const std::vector<int16_t> a = RandomInt16(m * lda, 1, 8191);
          std::vector<int16_t> b = RandomInt16(k * ldb, 2, 4096);
          std::fill_n(b.begin(), 2 * block, int16_t{8191});
          const std::vector<float> a_scale = RandomFloats(m * k / block, 3);
          const std::vector<float> b_scale = RandomFloats(n, 4);
          const auto run = [&](const KernelTable& kernels) {
            std::vector<float> c(m * ldc, 100);
            kernels.gemm_int16({m, n, k, block, a.data(), lda, a_scale.data(), b.data(), ldb,
                                scaled ? b_scale.data() : nullptr, c.data(), ldc, false});
            kernels.gemm_int16({m, n, k, block, a.data(), lda, a_scale.data(), b.data(), ldb,
                                scaled ? b_scale.data() : nullptr, c.data(), ldc, true});
            return c;
          };
          const std::vector<float> expected = run(*AvailableKernels().back());
          double exact = 0;  // of the first number
          for (int64_t i = 0; i < k; ++i) {
            exact += 2.0 * a[i] * b[i / 2 * 2 * ldb + i % 2] * a_scale[i / block];
          }
          if (scaled) exact *= b_scale[0];
          ASSERT_NEAR(expected[0], exact, 1e-5 * std::fabs(exact) + 20);
          for (const KernelTable* kernels : TestedKernels()) {
            ASSERT_EQ(run(*kernels), expected) << kernels->name << " " << m << " " << n << " " << k;
          }
        }
      }
    }
  }
}

TEST(Kernels, ElementwiseAgreeWithDouble) {
  for (const KernelTable* kernels : TestedKernels()) {
    for (int64_t n : {1, 15, 16, 63, 65}) {
      const std::vector<float> x = RandomFloats(n, 23, 5), w = RandomFloats(n, 29);
      std::vector<float> out(n);
      kernels->rms_norm(x.data(), w.data(), n, 1e-6f, out.data());
      double squares = 0;
      for (float v : x) squares += static_cast<double>(v) * v;
      for (int64_t i = 0; i < n; ++i) {
        const double exact = x[i] / std::sqrt(squares / n + 1e-6) * w[i];
        ASSERT_NEAR(out[i], exact, 1e-6 * std::fabs(exact) + 1e-7) << kernels->name;
      }
      std::vector<float> gate = x;
      gate[0] = -100;  // exp(100) overflows fp32
      kernels->silu_mul(gate.data(), w.data(), n);
      for (int64_t i = 1; i < n; ++i) {
        const double exact = x[i] / (1 + std::exp(-static_cast<double>(x[i]))) * w[i];
        ASSERT_NEAR(gate[i], exact, 2e-6 * std::fabs(exact) + 1e-9) << kernels->name;
      }
      EXPECT_NEAR(gate[0], 0, 1e-30);
      std::vector<float> e = x;
      e[0] = -1e30f;  // far below: exp is 0
      const float largest = n > 1 ? *std::max_element(e.begin(), e.end()) : e[0];
      const std::vector<float> before = e;
      const float sum = kernels->softmax_exp(e.data(), n);
      double exact_sum = 0;
      for (int64_t i = 0; i < n; ++i) {
        const double exact = std::exp(static_cast<double>(before[i]) - largest);
        exact_sum += exact;
        ASSERT_NEAR(e[i], exact, 1e-6 * exact + 1e-37) << kernels->name;
      }
      EXPECT_NEAR(sum, exact_sum, 1e-5 * exact_sum);
    }
  }
}

// The exponent -2 u of the kernels' form is rounded, so the error relative to the result is |2 u|
// roundings; 1e-14 is what the test's own 1 + tanh(u) loses to cancellation.
TEST(Kernels, GeluAgreesWithItsDefinition) {
  for (const KernelTable* kernels : TestedKernels()) {
    for (int64_t n : {1, 15, 16, 63, 65}) {
      const std::vector<float> x = RandomFloats(n, 41, 4), up = RandomFloats(n, 43);
      std::vector<float> gate = x;
      kernels->gelu_tanh_mul(gate.data(), up.data(), n);
      for (int64_t i = 0; i < n; ++i) {
        const double u = std::sqrt(2 / std::acos(-1.0)) * (x[i] + 0.044715 * std::pow(x[i], 3.0));
        const double exact = 0.5 * x[i] * (1 + std::tanh(u)) * up[i];
        ASSERT_NEAR(gate[i], exact, (8 + 8 * std::fabs(u)) * kEps * std::fabs(exact) + 1e-14)
            << kernels->name << " gelu(" << x[i] << ")";
      }
    }
    std::vector<float> far = {-1e4f, -10, 0, 1e4f, 1e15f};
    kernels->gelu_tanh_mul(far.data(), std::vector<float>(5, 1).data(), 5);
    EXPECT_NEAR(far[0], 0, 1e-30) << kernels->name;
    EXPECT_NEAR(far[1], 0, 1e-30) << kernels->name;
    EXPECT_EQ(far[2], 0) << kernels->name;
    EXPECT_EQ(far[3], 1e4f) << kernels->name;
    EXPECT_EQ(far[4], 1e15f) << kernels->name;
  }
}

TEST(Kernels, TheReferenceIsListedLast) { EXPECT_STREQ(AvailableKernels().back()->name, "scalar"); }

TEST(Kernels, TheEnvironmentChooses) {
  for (const KernelTable* kernels : AvailableKernels()) {
    EXPECT_EXIT(
        {
          setenv("FATHOM_KERNELS", kernels->name, 1);
          std::exit(&ActiveKernels() == kernels ? 0 : 1);
        },
        testing::ExitedWithCode(0), "")
        << kernels->name;
  }
  EXPECT_EXIT(
      {
        setenv("FATHOM_KERNELS", "abacus", 1);
        ActiveKernels();
      },
      testing::ExitedWithCode(2), "abacus is not available on this CPU; use one of:.* scalar");
}

}  // namespace
}  // namespace fathom
