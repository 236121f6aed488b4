#include "model/gguf.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <unordered_map>

#include "io/file.h"
#include "model/gguf_cursor.h"
#include "model/gguf_metadata.h"
#include "model/quoted.h"

namespace fathom {

struct GgufFile::State {
  InputFile file;
  GgufMetadata metadata;
  std::vector<GgufTensor> tensors;
  std::unordered_map<std::string_view, size_t> tensor_index;  // views into `tensors`
};

namespace {

constexpr uint64_t kPairsMax = 65536;
constexpr uint64_t kTensorsMax = 65536;
constexpr uint64_t kTensorNameBytesMax = 63;
constexpr uint64_t kDimensionMax = uint64_t{1} << 31;
constexpr uint64_t kPairBytesMin = 8 + 1 + 4 + 1;            // key length, key, type, value
constexpr uint64_t kTensorBytesMin = 8 + 1 + 4 + 8 + 4 + 8;  // name, n_dims, dims, type, offset

// What else is found under the name of a model file.
struct KnownMagic {
  std::string_view bytes;
  const char* what;
};
constexpr std::array kKnownMagics = {
    KnownMagic{"PK\x03\x04", "a zip archive (perhaps a PyTorch checkpoint)"},
    KnownMagic{"\x1F\x8B", "a gzip archive; unpack it first"},
    KnownMagic{"\x80\x02", "a Python pickle (a PyTorch checkpoint)"},
    KnownMagic{"lmgg", "an old ggml file, from before GGUF"},
    KnownMagic{"fmgg", "an old ggmf file, from before GGUF"},
    KnownMagic{"tjgg", "an old ggjt file, from before GGUF"},
    KnownMagic{"version https://git-lfs",
               "a Git LFS pointer, not the model itself; run git lfs pull"},
    KnownMagic{"<!", "a web page (an error page saved as a model?)"},
    KnownMagic{"<html", "a web page (an error page saved as a model?)"},
};

// safetensors: u64 length of a JSON header, then the header.
bool LooksLikeSafetensors(std::span<const uint8_t> head, uint64_t file_bytes) {
  if (head.size() < 9 || head[8] != '{') return false;
  uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, head.data(), 8);
  return header_bytes <= file_bytes - 8;
}

Error NotGguf(const InputFile& file, std::span<const uint8_t> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  std::string what = "it starts with " + Quoted(text.substr(0, 4)) + " where 'GGUF' must stand";
  if (LooksLikeSafetensors(head, file.size())) what = "it is a safetensors file";
  for (const KnownMagic& magic : kKnownMagics) {
    if (text.starts_with(magic.bytes)) what = std::string("it is ") + magic.what;
  }
  return {ErrorCode::kCorrupt,
          file.path() + ": not a GGUF model file: " + what + "; use a .gguf file of the model"};
}

// The magic, with a helpful word for files that are something else.
Status CheckMagic(const InputFile& file) {
  if (file.size() == 0) {
    return Status(ErrorCode::kCorrupt, file.path() + ": the file is empty; download it again");
  }
  std::array<uint8_t, 32> buffer = {};
  const std::span<uint8_t> head(buffer.data(), std::min<uint64_t>(buffer.size(), file.size()));
  FATHOM_RETURN_IF_ERROR(file.ReadAt(0, head));
  constexpr std::string_view kMagic = "GGUF";
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  if (text.substr(0, 4) != kMagic.substr(0, text.size())) return NotGguf(file, head);
  return {};
}

Error UnsupportedFile(const InputFile& file, const std::string& message) {
  return {ErrorCode::kUnsupported, file.path() + ": " + message};
}

Status CheckVersion(const InputFile& file, uint32_t version) {
  if (version == 2 || version == 3) return {};
  const uint32_t swapped = __builtin_bswap32(version);
  if (swapped >= 1 && swapped <= 16) {
    return UnsupportedFile(file, "a big-endian GGUF file; use the little-endian one");
  }
  return UnsupportedFile(file, "GGUF version " + std::to_string(version) +
                                   "; versions 2 and 3 are supported: convert the model anew");
}

// Bytes of a tensor, or what is wrong with its dimensions.
Result<uint64_t> TensorBytes(const GgufCursor& cursor, const GgufTensor& tensor) {
  const QuantFormat& format = FormatOf(tensor.type);
  if (tensor.dims[0] % format.block_weights != 0) {
    return cursor.Corrupt("tensor " + tensor.name + ": rows of " + std::to_string(tensor.dims[0]) +
                          " weights are no whole blocks of " + format.name + " (" +
                          std::to_string(format.block_weights) + ")");
  }
  uint64_t bytes = static_cast<uint64_t>(tensor.dims[0] / format.block_weights) *
                   static_cast<uint64_t>(format.block_bytes);  // < 2^31 * 210
  for (size_t i = 1; i < tensor.dims.size(); ++i) {
    if (__builtin_mul_overflow(bytes, static_cast<uint64_t>(tensor.dims[i]), &bytes)) {
      return cursor.Corrupt("tensor " + tensor.name +
                            ": its dimensions multiply beyond 2^64 bytes");
    }
  }
  return bytes;
}

Status ReadDims(GgufCursor* cursor, GgufTensor* tensor) {
  uint32_t count = 0;
  FATHOM_RETURN_IF_ERROR(cursor->Read(&count, "a tensor's number of dimensions"));
  if (count < 1 || count > 4) {
    return cursor->Corrupt("tensor " + tensor->name + " has " + std::to_string(count) +
                           " dimensions, 1 to 4 are allowed");
  }
  for (uint32_t i = 0; i < count; ++i) {
    uint64_t dim = 0;
    FATHOM_RETURN_IF_ERROR(cursor->Read(&dim, "a tensor's dimension"));
    if (dim < 1 || dim > kDimensionMax) {
      return cursor->Corrupt("tensor " + tensor->name + " has a dimension of " +
                             std::to_string(dim) + ", 1 to 2147483648 are allowed");
    }
    tensor->dims.push_back(static_cast<int64_t>(dim));
  }
  return {};
}

Status ReadType(GgufCursor* cursor, const InputFile& file, GgufTensor* tensor) {
  uint32_t type = 0;
  FATHOM_RETURN_IF_ERROR(cursor->Read(&type, "a tensor's type"));
  if (FindQuantFormat(type) == nullptr) {
    return UnsupportedFile(file, "tensor " + tensor->name + " is quantised as " +
                                     TensorTypeName(type) +
                                     ", which fathom does not read; known: " + KnownTensorTypes() +
                                     " (Q4_K_M and Q8_0 files are good choices)");
  }
  tensor->type = static_cast<TensorType>(type);
  return {};
}

// One tensor info; `offset` is still relative to the data section.
Result<GgufTensor> ReadTensorInfo(GgufCursor* cursor, const InputFile& file, uint64_t alignment) {
  GgufTensor tensor;
  FATHOM_RETURN_IF_ERROR(cursor->ReadString(&tensor.name, kTensorNameBytesMax, "a tensor's name"));
  if (!IsPlainName(tensor.name)) {
    return cursor->Corrupt("a tensor's name is empty or not printable ASCII");
  }
  FATHOM_RETURN_IF_ERROR(ReadDims(cursor, &tensor));
  FATHOM_RETURN_IF_ERROR(ReadType(cursor, file, &tensor));
  FATHOM_RETURN_IF_ERROR(cursor->Read(&tensor.offset, "a tensor's offset"));
  if (tensor.offset % alignment != 0) {
    return cursor->Corrupt("tensor " + tensor.name + " starts at offset " +
                           std::to_string(tensor.offset) + ", not a multiple of the alignment " +
                           std::to_string(alignment));
  }
  FATHOM_ASSIGN_OR_RETURN(tensor.bytes, TensorBytes(*cursor, tensor));
  return tensor;
}

Result<uint64_t> ReadAlignment(const GgufCursor& cursor, const GgufMetadata& metadata) {
  const auto found = metadata.find("general.alignment");
  if (found == metadata.end()) return uint64_t{32};  // GGUF's default
  const uint32_t* value = std::get_if<uint32_t>(&found->second);
  if (value == nullptr) {
    return cursor.Corrupt("general.alignment has the type " + GgufTypeName(found->second) +
                          ", expected u32");
  }
  if (*value < 8 || *value > 65536 || (*value & (*value - 1)) != 0) {
    return cursor.Corrupt("general.alignment is " + std::to_string(*value) +
                          ", not a power of two from 8 to 65536");
  }
  return uint64_t{*value};
}

Status CheckNotSplit(const InputFile& file, const GgufMetadata& metadata) {
  const auto found = metadata.find("split.count");
  if (found == metadata.end()) return {};
  const uint16_t* count = std::get_if<uint16_t>(&found->second);
  if (count != nullptr && *count <= 1) return {};
  return UnsupportedFile(file,
                         "one part of a model that is split over several files; join the parts to "
                         "one .gguf file first (llama-gguf-split --merge)");
}

Status CheckQuantizationVersion(const InputFile& file, const GgufMetadata& metadata) {
  const auto found = metadata.find("general.quantization_version");
  if (found == metadata.end()) return {};
  const uint32_t* version = std::get_if<uint32_t>(&found->second);
  if (version != nullptr && *version == 2) return {};
  return UnsupportedFile(file,
                         "general.quantization_version is not 2: its blocks have an older layout; "
                         "convert the model anew");
}

// Turns offsets into file positions and checks that every tensor lies inside the file.
Status PlaceTensors(const GgufCursor& cursor, const InputFile& file, uint64_t alignment,
                    std::vector<GgufTensor>* tensors) {
  const uint64_t data_begin = (cursor.position() + alignment - 1) / alignment * alignment;
  const uint64_t data_bytes = file.size() > data_begin ? file.size() - data_begin : 0;
  for (GgufTensor& tensor : *tensors) {
    if (tensor.offset > data_bytes || tensor.bytes > data_bytes - tensor.offset) {
      return Status(ErrorCode::kCorrupt,
                    file.path() + ": cut off: the file has " + std::to_string(file.size()) +
                        " bytes, but tensor " + tensor.name + " (" + std::to_string(tensor.bytes) +
                        " bytes from " + std::to_string(tensor.offset) +
                        " of the data section, which starts at byte " + std::to_string(data_begin) +
                        ") reaches beyond its end; download the file again");
    }
    tensor.offset += data_begin;
  }
  return {};
}

Status CheckNoOverlap(const GgufCursor& cursor, const std::vector<GgufTensor>& tensors) {
  std::vector<const GgufTensor*> by_offset(tensors.size());
  for (size_t i = 0; i < tensors.size(); ++i) by_offset[i] = &tensors[i];
  std::sort(by_offset.begin(), by_offset.end(),
            [](const GgufTensor* a, const GgufTensor* b) { return a->offset < b->offset; });
  for (size_t i = 1; i < by_offset.size(); ++i) {
    const GgufTensor& before = *by_offset[i - 1];
    if (before.offset + before.bytes > by_offset[i]->offset) {
      return cursor.Corrupt("tensors " + before.name + " and " + by_offset[i]->name + " overlap");
    }
  }
  return {};
}

struct Counts {
  uint64_t tensors = 0;
  uint64_t pairs = 0;
};

Result<Counts> ReadHeader(GgufCursor* cursor, const InputFile& file) {
  uint32_t magic = 0;
  uint32_t version = 0;
  Counts counts;
  FATHOM_RETURN_IF_ERROR(cursor->Read(&magic, "the magic"));
  FATHOM_RETURN_IF_ERROR(cursor->Read(&version, "the version"));
  FATHOM_RETURN_IF_ERROR(CheckVersion(file, version));
  FATHOM_RETURN_IF_ERROR(cursor->Read(&counts.tensors, "the number of tensors"));
  FATHOM_RETURN_IF_ERROR(cursor->Read(&counts.pairs, "the number of metadata keys"));
  FATHOM_RETURN_IF_ERROR(
      cursor->CheckCount(counts.tensors, kTensorBytesMin, kTensorsMax, "tensors"));
  FATHOM_RETURN_IF_ERROR(
      cursor->CheckCount(counts.pairs, kPairBytesMin, kPairsMax, "metadata keys"));
  return counts;
}

Result<std::vector<GgufTensor>> ReadTensors(GgufCursor* cursor, const InputFile& file,
                                            uint64_t count, uint64_t alignment) {
  std::vector<GgufTensor> tensors;
  tensors.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    FATHOM_ASSIGN_OR_RETURN(GgufTensor tensor, ReadTensorInfo(cursor, file, alignment));
    tensors.push_back(std::move(tensor));
  }
  FATHOM_RETURN_IF_ERROR(PlaceTensors(*cursor, file, alignment, &tensors));
  FATHOM_RETURN_IF_ERROR(CheckNoOverlap(*cursor, tensors));
  return tensors;
}

}  // namespace

int64_t GgufTensor::rows() const {
  return std::accumulate(dims.begin() + 1, dims.end(), int64_t{1}, std::multiplies<>());
}

GgufFile::GgufFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
GgufFile::GgufFile(GgufFile&&) noexcept = default;
GgufFile& GgufFile::operator=(GgufFile&&) noexcept = default;
GgufFile::~GgufFile() = default;

Result<GgufFile> GgufFile::Open(const std::string& path) {
  FATHOM_ASSIGN_OR_RETURN(InputFile opened, InputFile::Open(path));
  auto state = std::make_unique<State>(State{std::move(opened), {}, {}, {}});
  const InputFile& file = state->file;
  FATHOM_RETURN_IF_ERROR(CheckMagic(file));
  GgufCursor cursor(file);
  FATHOM_ASSIGN_OR_RETURN(const Counts counts, ReadHeader(&cursor, file));
  FATHOM_ASSIGN_OR_RETURN(state->metadata, ReadGgufMetadata(&cursor, counts.pairs));
  FATHOM_RETURN_IF_ERROR(CheckNotSplit(file, state->metadata));
  FATHOM_RETURN_IF_ERROR(CheckQuantizationVersion(file, state->metadata));
  FATHOM_ASSIGN_OR_RETURN(const uint64_t alignment, ReadAlignment(cursor, state->metadata));
  FATHOM_ASSIGN_OR_RETURN(state->tensors, ReadTensors(&cursor, file, counts.tensors, alignment));
  for (size_t i = 0; i < state->tensors.size(); ++i) {
    if (!state->tensor_index.emplace(state->tensors[i].name, i).second) {
      return cursor.Corrupt("tensor " + state->tensors[i].name + " stands twice");
    }
  }
  return GgufFile(std::move(state));
}

const std::string& GgufFile::path() const { return state_->file.path(); }
uint64_t GgufFile::file_bytes() const { return state_->file.size(); }
const std::vector<GgufTensor>& GgufFile::tensors() const { return state_->tensors; }

const GgufValue* GgufFile::Find(std::string_view key) const {
  const auto found = state_->metadata.find(key);
  return found == state_->metadata.end() ? nullptr : &found->second;
}

namespace {

// The value of exactly type T under `key`.
template <typename T>
Result<T> GetScalar(const GgufFile& file, std::string_view key) {
  const GgufValue* value = file.Find(key);
  if (value == nullptr) return file.Corrupt("metadata key " + std::string(key) + " is missing");
  if (const T* typed = std::get_if<T>(value)) return *typed;
  return file.Corrupt("metadata key " + std::string(key) + " has the type " + GgufTypeName(*value) +
                      ", expected " + GgufTypeNameOf<T>());
}

}  // namespace

Result<uint32_t> GgufFile::GetU32(std::string_view key) const {
  return GetScalar<uint32_t>(*this, key);
}
Result<float> GgufFile::GetF32(std::string_view key) const { return GetScalar<float>(*this, key); }
Result<bool> GgufFile::GetBool(std::string_view key) const { return GetScalar<bool>(*this, key); }
Result<std::string> GgufFile::GetString(std::string_view key) const {
  return GetScalar<std::string>(*this, key);
}

template <typename T>
Result<const std::vector<T>*> GgufFile::GetArray(std::string_view key) const {
  const GgufValue* value = Find(key);
  if (value == nullptr) return Corrupt("metadata key " + std::string(key) + " is missing");
  if (const GgufArray* array = std::get_if<GgufArray>(value)) {
    if (const auto* typed = std::get_if<std::vector<T>>(array)) return typed;
  }
  return Corrupt("metadata key " + std::string(key) + " has the type " + GgufTypeName(*value) +
                 ", expected array of " + GgufTypeNameOf<T>());
}

template Result<const std::vector<int32_t>*> GgufFile::GetArray(std::string_view) const;
template Result<const std::vector<uint32_t>*> GgufFile::GetArray(std::string_view) const;
template Result<const std::vector<bool>*> GgufFile::GetArray(std::string_view) const;
template Result<const std::vector<float>*> GgufFile::GetArray(std::string_view) const;
template Result<const std::vector<std::string>*> GgufFile::GetArray(std::string_view) const;

const GgufTensor* GgufFile::FindTensor(std::string_view name) const {
  const auto found = state_->tensor_index.find(name);
  return found == state_->tensor_index.end() ? nullptr : &state_->tensors[found->second];
}

Error GgufFile::Corrupt(std::string_view message) const {
  return {ErrorCode::kCorrupt, path() + ": " + std::string(message) +
                                   "; the file is damaged or was converted wrongly: download it "
                                   "again or use another conversion"};
}

Error GgufFile::Unsupported(std::string_view message) const {
  return {ErrorCode::kUnsupported, path() + ": " + std::string(message)};
}

Status GgufFile::ReadTensor(const GgufTensor& tensor, uint64_t begin,
                            std::span<uint8_t> out) const {
  FATHOM_ASSERT(begin <= tensor.bytes && out.size() <= tensor.bytes - begin);
  return state_->file.ReadAt(tensor.offset + begin, out);
}

}  // namespace fathom
