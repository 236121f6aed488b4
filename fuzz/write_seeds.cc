// Writes the seeds of all fuzz targets, each into a folder of its own.
// usage: fuzz_write_seeds FOLDER
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "fuzz/seeds.h"

namespace {

bool Write(const std::filesystem::path& folder, const std::vector<fathom::Seed>& seeds) {
  std::filesystem::remove_all(folder);  // seeds that are no longer
  std::filesystem::create_directories(folder);
  for (const fathom::Seed& seed : seeds) {
    std::ofstream file(folder / seed.name, std::ios::binary);
    file << seed.bytes;
    if (!file.flush()) {
      std::fprintf(stderr, "fuzz_write_seeds: cannot write %s\n", (folder / seed.name).c_str());
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: fuzz_write_seeds FOLDER\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const bool written = Write(folder / "gguf", fathom::GgufSeeds()) &&
                       Write(folder / "chat", fathom::ChatSeeds()) &&
                       Write(folder / "quant", fathom::QuantSeeds()) &&
                       Write(folder / "tokenizer", fathom::TokenizerSeeds());
  return written ? 0 : 1;
}
