#include "model/weights.h"

#include <mutex>
#include <optional>
#include <string>

#include "model/quant.h"
#include "model/quant_codes.h"

namespace fathom {
namespace {

// Some rows (output features) of a tensor.
struct TensorRows {
  const GgufTensor& tensor;
  int64_t first = 0;
  int64_t count = 0;
};

PanelKind FloatKindOf(TensorType type) {
  switch (type) {
    case TensorType::kF16: return PanelKind::kHalf;
    case TensorType::kBF16: return PanelKind::kBfloat16;
    case TensorType::kF32: return PanelKind::kFloat;
    default: FATHOM_ASSERT(false);
  }
}

PackedShape ShapeOf(const TensorRows& rows) {
  const int64_t n = rows.count, k = rows.tensor.columns();
  const std::optional<CodeLayout> layout = CodeLayoutOf(rows.tensor.type);
  if (!layout) return {.n = n, .k = k, .kind = FloatKindOf(rows.tensor.type)};
  return {
      .n = n, .k = k, .kind = layout->kind, .group = layout->group, .has_mins = layout->has_mins};
}

// Reads the rows of one panel, takes them apart and packs them.
Status PackPanel(const GgufFile& file, const TensorRows& rows, int64_t panel,
                 PackedMatrix& matrix) {
  const GgufTensor& tensor = rows.tensor;
  const QuantFormat& format = FormatOf(tensor.type);
  const int64_t columns = matrix.columns(panel), k = matrix.k();
  const uint64_t row_bytes = static_cast<uint64_t>(k / format.block_weights * format.block_bytes);
  const int64_t first = rows.first + panel * kPanelColumns;
  const uint64_t begin = static_cast<uint64_t>(first) * row_bytes;
  thread_local std::vector<uint8_t> blocks;  // these grow to the largest panel and stay: memory of
  thread_local std::vector<int8_t> q;        // this size would come from the system each time
  thread_local std::vector<float> scales, mins;
  blocks.resize(columns * row_bytes);
  FATHOM_RETURN_IF_ERROR(file.ReadTensor(tensor, begin, blocks));
  FATHOM_RETURN_IF_ERROR(
      CheckFinite(tensor.type, blocks, tensor.name, first * (k / format.block_weights)));
  if (IsFloat(matrix.shape().kind)) {
    matrix.FillFloats(panel, blocks);
    return {};
  }
  q.resize(columns * k);
  scales.resize(columns * matrix.groups());
  mins.resize(matrix.shape().has_mins ? scales.size() : 0);
  DecodeCodes(tensor.type, blocks, q, scales, mins);
  matrix.FillPanel(panel, q, scales, mins);
  return {};
}

// Loads the tensors of one file; the first error stays and makes the rest do nothing.
class Loader {
 public:
  Loader(const GgufFile& file, ThreadPool& pool) : file_(file), pool_(pool) {}

  PackedMatrix Matrix(const std::string& name) {
    const GgufTensor* tensor = Find(name);
    return tensor == nullptr ? PackedMatrix() : Pack({*tensor, 0, tensor->rows()});
  }

  // The rows [first, first + count) of a tensor that holds several matrices one below the other.
  PackedMatrix Part(const std::string& name, int64_t first, int64_t count) {
    const GgufTensor* tensor = Find(name);
    return tensor == nullptr ? PackedMatrix() : Pack({*tensor, first, count});
  }

  // Missing tensors give an empty vector.
  std::vector<float> OptionalVector(const std::string& name) {
    return file_.FindTensor(name) == nullptr ? std::vector<float>() : Vector(name);
  }

  std::vector<float> Vector(const std::string& name) {
    const GgufTensor* tensor = Find(name);
    if (tensor == nullptr) return {};
    std::vector<uint8_t> bytes(tensor->bytes);
    if (Status status = file_.ReadTensor(*tensor, 0, bytes); !status.ok()) Fail(status.error());
    if (Status status = CheckFinite(tensor->type, bytes, name); !status.ok()) Fail(status.error());
    std::vector<float> values(tensor->columns() * tensor->rows());
    Dequantize(tensor->type, bytes, values);
    return values;
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  PackedMatrix Pack(const TensorRows& rows) {
    PackedMatrix matrix(ShapeOf(rows));
    pool_.ParallelFor(matrix.panels(), [&](int64_t panel) {
      if (Status status = PackPanel(file_, rows, panel, matrix); !status.ok()) {
        Fail(status.error());
      }
    });
    return matrix;
  }

  const GgufTensor* Find(const std::string& name) {
    if (error_) return nullptr;
    const GgufTensor* tensor = file_.FindTensor(name);
    FATHOM_ASSERT(tensor != nullptr);  // ReadModelConfig has seen it
    return tensor;
  }

  void Fail(Error error) {
    std::lock_guard lock(mutex_);
    if (error_) return;
    // Reading names the file itself; what CheckFinite finds does not know it.
    if (error.message.find(file_.path()) == std::string::npos) {
      error.message = file_.path() + ": " + error.message;
    }
    error_ = std::move(error);
  }

  const GgufFile& file_;
  ThreadPool& pool_;
  std::mutex mutex_;
  std::optional<Error> error_;
};

void LoadSeparate(Loader& loader, const std::string& prefix, LayerWeights* w) {
  w->q = loader.Matrix(prefix + "attn_q.weight");
  w->k = loader.Matrix(prefix + "attn_k.weight");
  w->v = loader.Matrix(prefix + "attn_v.weight");
  w->ffn_gate = loader.Matrix(prefix + "ffn_gate.weight");
  w->ffn_up = loader.Matrix(prefix + "ffn_up.weight");
}

// attn_qkv holds q, k, v one below the other, ffn_up gate and up.
void LoadFused(Loader& loader, const ModelConfig& config, const std::string& prefix,
               LayerWeights* w) {
  const std::string qkv = prefix + "attn_qkv.weight", gate_up = prefix + "ffn_up.weight";
  const int64_t q = config.heads * config.head_dim, kv = config.kv_heads * config.head_dim;
  w->q = loader.Part(qkv, 0, q);
  w->k = loader.Part(qkv, q, kv);
  w->v = loader.Part(qkv, q + kv, kv);
  w->ffn_gate = loader.Part(gate_up, 0, config.d_ffn);
  w->ffn_up = loader.Part(gate_up, config.d_ffn, config.d_ffn);
}

LayerWeights LoadLayer(Loader& loader, const ModelConfig& config, int64_t layer) {
  const std::string prefix = "blk." + std::to_string(layer) + ".";
  LayerWeights w;
  w.attn_norm = loader.Vector(prefix + "attn_norm.weight");
  w.post_attn_norm = loader.OptionalVector(prefix + "post_attention_norm.weight");
  w.ffn_norm = loader.Vector(prefix + "ffn_norm.weight");
  w.post_ffn_norm = loader.OptionalVector(prefix + "post_ffw_norm.weight");
  w.q_norm = loader.OptionalVector(prefix + "attn_q_norm.weight");
  w.k_norm = loader.OptionalVector(prefix + "attn_k_norm.weight");
  w.q_bias = loader.OptionalVector(prefix + "attn_q.bias");
  w.k_bias = loader.OptionalVector(prefix + "attn_k.bias");
  w.v_bias = loader.OptionalVector(prefix + "attn_v.bias");
  w.attn_output = loader.Matrix(prefix + "attn_output.weight");
  w.ffn_down = loader.Matrix(prefix + "ffn_down.weight");
  if (config.parts.fused) {
    LoadFused(loader, config, prefix, &w);
  } else {
    LoadSeparate(loader, prefix, &w);
  }
  return w;
}

}  // namespace

int64_t Weights::bytes() const {
  int64_t total = embedding.bytes() + output.bytes();
  for (const LayerWeights& l : layers) {
    for (const PackedMatrix* m :
         {&l.q, &l.k, &l.v, &l.attn_output, &l.ffn_gate, &l.ffn_up, &l.ffn_down}) {
      total += m->bytes();
    }
  }
  return total;
}

Result<Weights> LoadWeights(const GgufFile& file, const ModelConfig& config, ThreadPool& pool) {
  Loader loader(file, pool);
  Weights weights;
  weights.embedding = loader.Matrix("token_embd.weight");
  if (!config.tied_output) weights.output = loader.Matrix("output.weight");
  weights.output_norm = loader.Vector("output_norm.weight");
  for (int64_t layer = 0; layer < config.layers && !loader.error(); ++layer) {
    weights.layers.push_back(LoadLayer(loader, config, layer));
  }
  if (loader.error()) return *loader.error();
  return weights;
}

}  // namespace fathom
