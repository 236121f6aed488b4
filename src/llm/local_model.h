// A model of a GGUF file, run by this process on its CPU.
#pragma once

#include <memory>
#include <string>

#include "llm/language_model.h"
#include "model/arithmetic.h"
#include "runtime/row_batch.h"

namespace fathom {

struct LocalModelOptions {
  std::string name;                           // Info().name
  int threads = 0;                            // 0 = all this process may use
  Arithmetic arithmetic = Arithmetic::kInt8;  // kFp32 is the reference, slow
  BatchLimits limits;                         // performance only
  int64_t kv_bytes = int64_t{192} << 20;      // performance: keys and values of rows in flight
  int64_t prefix_bytes = int64_t{64} << 20;   // performance: computed prompts kept in memory
};

// Reads and packs the file; it is not needed afterwards.
// Errors  kNotFound, kIo, kCorrupt, kUnsupported, each naming the file: see GgufFile,
//         ReadModelConfig, Tokenizer, LoadChatTemplate.
// Memory  the packed weights, prefix_bytes, kv_bytes; one row of each running job may exceed that.
// Bits    the fingerprint names the weights, the kernels and the arithmetic: under one fingerprint
// a
//         row always gets the same answer.
Result<std::unique_ptr<LanguageModel>> LoadLocalModel(const std::string& path,
                                                      const LocalModelOptions& options);

// Stands for the fingerprint of the model at `path` without reading its weights: names the file by
// path, number, size and time. Equal marks, equal fingerprints, unless someone changes a file and
// sets its time back. Empty = the file cannot be looked at.
std::string LocalModelMark(const std::string& path, const LocalModelOptions& options);

// What computes, for `fathom --version`: "avx512-vnni".
std::string RuntimeDescription();

}  // namespace fathom
