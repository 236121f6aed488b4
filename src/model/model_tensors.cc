#include "model/model_tensors.h"

#include <set>

#include "model/quoted.h"

namespace fathom {
namespace {

// One dimension: a vector that the forward pass takes as fp32 (norms and biases are never quantised
// in blocks). Two: a matrix [inputs, outputs].
struct ExpectedTensor {
  std::string name;
  std::vector<int64_t> dims;
};

std::vector<ExpectedTensor> AttentionTensors(const ModelConfig& c) {
  const int64_t d = c.d_model, q = c.heads * c.head_dim, kv = c.kv_heads * c.head_dim;
  std::vector<ExpectedTensor> tensors = {{"attn_norm.weight", {d}}};
  const auto add = [&](std::initializer_list<ExpectedTensor> more) {
    tensors.insert(tensors.end(), more);
  };
  if (c.parts.fused) {
    add({{"attn_qkv.weight", {d, q + 2 * kv}}});
  } else {
    add({{"attn_q.weight", {d, q}}, {"attn_k.weight", {d, kv}}, {"attn_v.weight", {d, kv}}});
  }
  if (c.parts.qkv_bias) {
    add({{"attn_q.bias", {q}}, {"attn_k.bias", {kv}}, {"attn_v.bias", {kv}}});
  }
  if (c.parts.head_norms) {
    add({{"attn_q_norm.weight", {c.head_dim}}, {"attn_k_norm.weight", {c.head_dim}}});
  }
  add({{"attn_output.weight", {q, d}}});
  if (c.parts.post_norms) add({{"post_attention_norm.weight", {d}}});
  return tensors;
}

std::vector<ExpectedTensor> FeedForwardTensors(const ModelConfig& c) {
  const int64_t d = c.d_model, f = c.d_ffn;
  std::vector<ExpectedTensor> tensors = {{"ffn_norm.weight", {d}}};
  if (c.parts.fused) {
    tensors.push_back({"ffn_up.weight", {d, 2 * f}});
  } else {
    tensors.push_back({"ffn_gate.weight", {d, f}});
    tensors.push_back({"ffn_up.weight", {d, f}});
  }
  tensors.push_back({"ffn_down.weight", {f, d}});
  if (c.parts.post_norms) tensors.push_back({"post_ffw_norm.weight", {d}});
  return tensors;
}

std::vector<ExpectedTensor> ModelTensors(const ModelConfig& c) {
  std::vector<ExpectedTensor> tensors = {{"token_embd.weight", {c.d_model, c.vocabulary}},
                                         {"output_norm.weight", {c.d_model}}};
  if (!c.tied_output) tensors.push_back({"output.weight", {c.d_model, c.vocabulary}});
  std::vector<ExpectedTensor> layer_tensors = AttentionTensors(c);
  for (ExpectedTensor& tensor : FeedForwardTensors(c)) layer_tensors.push_back(std::move(tensor));
  for (int64_t layer = 0; layer < c.layers; ++layer) {
    for (const ExpectedTensor& tensor : layer_tensors) {
      tensors.push_back({"blk." + std::to_string(layer) + "." + tensor.name, tensor.dims});
    }
  }
  return tensors;
}

std::string ShapeName(const std::vector<int64_t>& dims) {
  std::string name = "[";
  for (size_t i = 0; i < dims.size(); ++i) name += (i == 0 ? "" : ", ") + std::to_string(dims[i]);
  return name + "]";
}

Status CheckTensor(const GgufFile& file, const ExpectedTensor& expected) {
  const GgufTensor* tensor = file.FindTensor(expected.name);
  if (tensor == nullptr) return file.Corrupt("tensor " + expected.name + " is missing");
  if (tensor->dims != expected.dims) {
    return file.Corrupt("tensor " + expected.name + " has the shape " + ShapeName(tensor->dims) +
                        ", the metadata ask for " + ShapeName(expected.dims));
  }
  if (expected.dims.size() == 1 && FormatOf(tensor->type).block_weights != 1) {
    return file.Unsupported("tensor " + expected.name + " is quantised as " +
                            FormatOf(tensor->type).name +
                            "; norms and biases must be F32, F16 or BF16");
  }
  return {};
}

}  // namespace

Status CheckTensors(const GgufFile& file, const ModelConfig& config,
                    const std::vector<std::string>& others) {
  std::set<std::string> known(others.begin(), others.end());
  for (const ExpectedTensor& expected : ModelTensors(config)) {
    FATHOM_RETURN_IF_ERROR(CheckTensor(file, expected));
    known.insert(expected.name);
  }
  for (const GgufTensor& tensor : file.tensors()) {
    if (known.contains(tensor.name)) continue;
    return file.Unsupported("tensor " + Quoted(tensor.name) + " is not part of the architecture " +
                            config.architecture + " as fathom computes it");
  }
  return {};
}

}  // namespace fathom
