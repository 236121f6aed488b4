// Products against plain sums, and what the second digit is worth.
#include "model/products.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace fathom {
namespace {

PackedMatrix RandomMatrix(int64_t n, int64_t k, std::mt19937& random) {
  PackedMatrix matrix({.n = n, .k = k});
  for (int64_t panel = 0; panel < matrix.panels(); ++panel) {
    std::vector<int8_t> q(matrix.columns(panel) * k);
    for (auto& v : q) v = static_cast<int8_t>(random() % 255 - 127);
    const std::vector<float> scales(matrix.columns(panel) * k / 32, 0.01f);
    matrix.FillPanel(panel, q, scales, {});
  }
  return matrix;
}

// rms of the error over the rms of the exact result.
double RelativeError(const PackedMatrix& w, const std::vector<float>& x, int64_t rows,
                     const std::vector<float>& out, int64_t stride) {
  std::vector<float> column(w.k());
  double error = 0, signal = 0;
  for (int64_t j = 0; j < w.n(); ++j) {
    w.DequantizeColumn(j, column);
    for (int64_t r = 0; r < rows; ++r) {
      double exact = 0;
      for (int64_t i = 0; i < w.k(); ++i)
        exact += static_cast<double>(x[r * w.k() + i]) * column[i];
      error += std::pow(out[r * stride + j] - exact, 2);
      signal += exact * exact;
    }
  }
  return std::sqrt(error / signal);
}

TEST(Products, ErrorsAreThoseOfTheArithmetic) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  const int64_t rows = 19, k = 256;
  const PackedMatrix a = RandomMatrix(70, k, random), b = RandomMatrix(33, k, random);
  std::vector<float> x(rows * k), out_a(rows * 80), out_b(rows * 33);
  for (float& v : x) v = normal(random);
  for (int64_t r = 0; r < rows; ++r) {  // one loud block in each row
    for (int64_t i = 0; i < 32; ++i) x[r * k + (r * 32 + i) % k] *= 100;
  }
  ThreadPool pool(2);
  const auto run = [&](Arithmetic arithmetic, Digits digits) {
    Products products(ActiveKernels(), arithmetic, &pool);
    const Product both[] = {{&a, out_a.data(), 80}, {&b, out_b.data(), 33}};
    products.Run(x.data(), rows, k, digits, both);
    return std::max(RelativeError(a, x, rows, out_a, 80), RelativeError(b, x, rows, out_b, 33));
  };
  EXPECT_LT(run(Arithmetic::kFp32, Digits::kSingle), 1e-6);
  const double single = run(Arithmetic::kInt8, Digits::kSingle);
  const double twice = run(Arithmetic::kInt8, Digits::kDouble);
  EXPECT_LT(single, 0.01);
  EXPECT_GT(single, 0.001);  // or the test would not see a second digit
  EXPECT_LT(twice, single / 20);
}

// Of one call only the matrices with codes see quantised activations.
TEST(Products, FloatMatricesAreMultipliedInFp32) {
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  const int64_t rows = 7, k = 288;  // more than one step along k
  const PackedMatrix coded = RandomMatrix(33, k, random);
  PackedMatrix floats({.n = 32, .k = k, .kind = PanelKind::kFloat});
  std::vector<float> weights(32 * k), x(rows * k), out_coded(rows * 33), out_floats(rows * 32);
  for (float& v : weights) v = normal(random);
  for (float& v : x) v = normal(random);
  const auto* bytes = reinterpret_cast<const uint8_t*>(weights.data());
  floats.FillFloats(0, {bytes, weights.size() * sizeof(float)});
  ThreadPool pool(2);
  Products products(ActiveKernels(), Arithmetic::kInt8, &pool);
  const Product both[] = {{&floats, out_floats.data(), 32}, {&coded, out_coded.data(), 33}};
  products.Run(x.data(), rows, k, Digits::kSingle, both);
  EXPECT_LT(RelativeError(floats, x, rows, out_floats, 32), 1e-6);
  EXPECT_LT(RelativeError(coded, x, rows, out_coded, 33), 0.01);
}

}  // namespace
}  // namespace fathom
