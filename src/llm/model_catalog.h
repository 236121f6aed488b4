// The models fathom knows by name.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace fathom {

// What a query gets that names no model.
inline constexpr const char* kDefaultModel = "qwen2.5-coder-1.5b";

struct KnownModel {
  const char* name;    // what users write
  const char* file;    // in the models folder
  const char* sha256;  // of the whole file
  int64_t bytes;
  const char* description;  // one line
  const char* licence;      // SPDX id
};

// In the order in which they are shown.
std::span<const KnownModel> KnownModels();

// By name, or by file with or without ".gguf"; null = unknown.
const KnownModel* FindKnownModel(std::string_view name_or_file);

}  // namespace fathom
