// Strict reader of GGUF model files (version 2 and 3, little-endian).
//
// A model file is untrusted input: everything is checked at Open (docs/gguf.md lists the checks and
// the attack each one stops), nothing is mapped (a file that shrinks must not raise SIGBUS), and
// the file is read through the one descriptor that was checked.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "model/quant.h"

namespace fathom {

struct GgufTensor {
  std::string name;
  TensorType type = TensorType::kF32;
  std::vector<int64_t> dims;  // 1..4 of them; dims[0] is the fastest (input features)
  uint64_t offset = 0;        // from the start of the file
  uint64_t bytes = 0;

  int64_t columns() const { return dims[0]; }  // input features
  int64_t rows() const;                        // product of the other dims: output features
};

// Metadata. Integers keep the type the file declares; GetU32 and its kin ask for exactly one.
using GgufArray = std::variant<std::vector<uint8_t>, std::vector<int8_t>, std::vector<uint16_t>,
                               std::vector<int16_t>, std::vector<uint32_t>, std::vector<int32_t>,
                               std::vector<float>, std::vector<bool>, std::vector<std::string>,
                               std::vector<uint64_t>, std::vector<int64_t>, std::vector<double>>;
using GgufValue = std::variant<uint8_t, int8_t, uint16_t, int16_t, uint32_t, int32_t, float, bool,
                               std::string, uint64_t, int64_t, double, GgufArray>;

// Threads: const members may be called concurrently.
class GgufFile {
 public:
  // Errors  kNotFound, kIo, kCorrupt (with the byte offset and what was expected there),
  //         kUnsupported (big-endian, version 1 or > 3, a removed tensor type, split files).
  //         A safetensors file, a zip (PyTorch), an empty file are named as what they are.
  static Result<GgufFile> Open(const std::string& path);

  GgufFile(GgufFile&&) noexcept;
  GgufFile& operator=(GgufFile&&) noexcept;
  ~GgufFile();

  const std::string& path() const;
  uint64_t file_bytes() const;

  // Absent key: nullptr.
  const GgufValue* Find(std::string_view key) const;
  // Absent key or another type: kCorrupt, naming key, expected and found type.
  Result<uint32_t> GetU32(std::string_view key) const;
  Result<float> GetF32(std::string_view key) const;
  Result<std::string> GetString(std::string_view key) const;
  Result<bool> GetBool(std::string_view key) const;
  // The array of exactly that element type (one of GgufArray's); lives as long as the GgufFile,
  // moves included.
  template <typename T>
  Result<const std::vector<T>*> GetArray(std::string_view key) const;

  const std::vector<GgufTensor>& tensors() const;
  // Absent: nullptr.
  const GgufTensor* FindTensor(std::string_view name) const;

  // A kCorrupt error that says "PATH: MESSAGE; ...": for those who find the contents wrong.
  Error Corrupt(std::string_view message) const;
  // The same for well-formed contents that this build cannot run.
  Error Unsupported(std::string_view message) const;

  // Reads `out.size()` bytes of the tensor from `begin` (pread: no shared position).
  // REQUIRES begin + out.size() <= tensor.bytes
  // Errors  kIo, also when the file has become shorter since Open.
  Status ReadTensor(const GgufTensor& tensor, uint64_t begin, std::span<uint8_t> out) const;

 private:
  struct State;
  explicit GgufFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace fathom
