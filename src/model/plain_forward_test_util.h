// A forward pass to compare with: one token at a time, double arithmetic, no caches, no panels; it
// knows a tiny model from the options that it was written with, not from what was read of its file.
// Only for tests.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "model/gguf.h"
#include "model/gguf_test_util.h"
#include "model/tokenizer.h"

namespace fathom {

// Weights by name and the whole computation, written for reading.
class PlainForward {
 public:
  using Vector = std::vector<double>;

  PlainForward(const GgufFile& file, const TinyModelOptions& options) : o_(options) {
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
    const size_t d = o_.d_model;
    std::vector<Vector> x;
    for (TokenId token : tokens) {
      const auto row = weights_.at("token_embd.weight").begin() + token * d;
      x.emplace_back(row, row + d);
      if (Gemma()) Scale(x.back(), std::sqrt(d));
    }
    for (int layer = 0; layer < o_.layers; ++layer) Layer(layer, x);
    return Norm(x.back(), "output_norm");
  }

 private:
  struct Heads {
    Vector q, k, v;
  };

  bool Gemma() const { return o_.architecture == "gemma3"; }
  bool Phi() const { return o_.architecture == "phi3"; }
  bool IsWindowed(int layer) const { return Gemma() && (layer + 1) % o_.window_pattern != 0; }

  static void Scale(Vector& x, double factor) {
    for (double& v : x) v *= factor;
  }
  static void Add(Vector& x, const Vector& y) {
    for (size_t i = 0; i < x.size(); ++i) x[i] += y[i];
  }
  static Vector Slice(const Vector& x, size_t first, size_t count) {
    return Vector(x.begin() + first, x.begin() + first + count);
  }

  // x unchanged where the model has no such norm.
  Vector Norm(const Vector& x, const std::string& name) const {
    const auto weight = weights_.find(name + ".weight");
    if (weight == weights_.end()) return x;
    double squares = 0;
    for (double v : x) squares += v * v;
    const double scale = 1 / std::sqrt(squares / x.size() + 1e-6);
    Vector out(x.size());
    for (size_t i = 0; i < x.size(); ++i) out[i] = x[i] * scale * weight->second[i];
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

  double Angle(size_t i, size_t position, bool windowed) const {
    const double base = Gemma() && !windowed ? 1e6 : 1e4;
    double angle = position * std::pow(base, -2.0 * i / o_.RopeDims());
    for (const char* name : {"rope_freqs.weight", "rope_factors_long.weight"}) {
      if (const auto factors = weights_.find(name); factors != weights_.end()) {
        angle /= factors->second[i];
      }
    }
    return angle;
  }

  // Normalises each head where the model does that, then turns it.
  void NormAndTurn(Vector& x, const std::string& norm, size_t position, bool windowed) const {
    const size_t dim = o_.HeadDim(), half = o_.RopeDims() / 2;
    const double magnitude = Phi() ? 1.25 : 1;
    for (size_t head = 0; head < x.size(); head += dim) {
      const Vector normed = Norm(Slice(x, head, dim), norm);
      std::copy(normed.begin(), normed.end(), x.begin() + head);
      for (size_t i = 0; i < half; ++i) {
        const bool pairs = o_.architecture == "llama";
        double& a = x[head + (pairs ? 2 * i : i)];
        double& b = x[head + (pairs ? 2 * i + 1 : i + half)];
        const double angle = Angle(i, position, windowed);
        const double c = magnitude * std::cos(angle), s = magnitude * std::sin(angle);
        std::tie(a, b) = std::make_pair(a * c - b * s, a * s + b * c);
      }
    }
  }

  Heads Project(const Vector& h, const std::string& prefix) const {
    if (!Phi()) {
      return {Times(h, prefix + "attn_q"), Times(h, prefix + "attn_k"),
              Times(h, prefix + "attn_v")};
    }
    const Vector all = Times(h, prefix + "attn_qkv");
    const size_t q = o_.HeadDim() * o_.heads, kv = o_.HeadDim() * o_.kv_heads;
    return {Slice(all, 0, q), Slice(all, q, kv), Slice(all, q + kv, kv)};
  }

  // The query at `position` over the keys and values of positions [first, position].
  Vector Attend(const std::vector<Heads>& heads, size_t first, size_t position) const {
    const size_t dim = o_.HeadDim(), group = o_.heads / o_.kv_heads;
    const Vector& q = heads[position].q;
    Vector out(q.size());
    for (size_t head = 0; head < o_.heads; ++head) {
      const size_t kv = head / group * dim;
      Vector p(position + 1);
      double sum = 0;
      for (size_t t = first; t <= position; ++t) {
        double dot = 0;
        for (size_t i = 0; i < dim; ++i) dot += q[head * dim + i] * heads[t].k[kv + i];
        sum += p[t] = std::exp(dot / std::sqrt(static_cast<double>(dim)));
      }
      for (size_t t = first; t <= position; ++t) {
        for (size_t i = 0; i < dim; ++i) out[head * dim + i] += p[t] / sum * heads[t].v[kv + i];
      }
    }
    return out;
  }

  Vector FeedForward(const Vector& h, const std::string& prefix) const {
    Vector up = Times(h, prefix + "ffn_up"), gate;
    if (Phi()) {
      gate = Slice(up, 0, o_.d_ffn);
      up = Slice(up, o_.d_ffn, o_.d_ffn);
    } else {
      gate = Times(h, prefix + "ffn_gate");
    }
    for (size_t i = 0; i < gate.size(); ++i) {
      const double g = gate[i];
      const double cubic = std::sqrt(2 / std::acos(-1.0)) * (g + 0.044715 * g * g * g);
      gate[i] = up[i] * (Gemma() ? 0.5 * g * (1 + std::tanh(cubic)) : g / (1 + std::exp(-g)));
    }
    return Times(gate, prefix + "ffn_down");
  }

  void Layer(int layer, std::vector<Vector>& x) const {
    const std::string prefix = "blk." + std::to_string(layer) + ".";
    const bool windowed = IsWindowed(layer);
    std::vector<Heads> heads;
    for (size_t t = 0; t < x.size(); ++t) {
      heads.push_back(Project(Norm(x[t], prefix + "attn_norm"), prefix));
      NormAndTurn(heads[t].q, prefix + "attn_q_norm", t, windowed);
      NormAndTurn(heads[t].k, prefix + "attn_k_norm", t, windowed);
    }
    for (size_t t = 0; t < x.size(); ++t) {
      const size_t first = windowed && t >= o_.window ? t - o_.window + 1 : 0;
      const Vector attended = Times(Attend(heads, first, t), prefix + "attn_output");
      Add(x[t], Norm(attended, prefix + "post_attention_norm"));
      const Vector fed = FeedForward(Norm(x[t], prefix + "ffn_norm"), prefix);
      Add(x[t], Norm(fed, prefix + "post_ffw_norm"));
    }
  }

  TinyModelOptions o_;
  std::map<std::string, Vector> weights_;
};

}  // namespace fathom
