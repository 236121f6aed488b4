// Inputs that fuzzing starts from, made by this program instead of kept as binaries.
#pragma once

#include <string>
#include <vector>

namespace fathom {

struct Seed {
  std::string name;  // a file name
  std::string bytes;
};

// Model files. "valid-..." open and compute; every other name begins with its class of docs/gguf.md
// and docs/FUZZING.md, and is refused.
std::vector<Seed> GgufSeeds();
// Vocabulary, template and row, as chat_fuzz.cc takes them apart.
std::vector<Seed> ChatSeeds();
// A format and its blocks, as quant_fuzz.cc takes them apart.
std::vector<Seed> QuantSeeds();
// Texts of rows.
std::vector<Seed> TokenizerSeeds();

}  // namespace fathom
