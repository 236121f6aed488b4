#include "llm/weights_hash.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

namespace fathom {
namespace {

class WeightsHash : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() /
            ("fathom_weights_hash_" + std::to_string(getpid()));
  }
  void TearDown() override { std::filesystem::remove(path_); }

  std::string Hash(const std::string& bytes, int threads) {
    std::ofstream(path_, std::ios::binary) << bytes;
    ThreadPool pool(threads);
    return HashWeights(path_, pool).value();
  }

  std::filesystem::path path_;
};

TEST_F(WeightsHash, EveryByteAndTheSizeCount) {
  std::string bytes((size_t{9} << 20) + 5, 'x');  // three pieces, the last one short
  std::set<std::string> hashes;
  hashes.insert(Hash(bytes, 2));
  for (const size_t at : {size_t{0}, size_t{4} << 20, bytes.size() - 1}) {
    bytes[at] ^= 1;
    hashes.insert(Hash(bytes, 2));
    bytes[at] ^= 1;
  }
  hashes.insert(Hash(bytes + "x", 2));
  hashes.insert(Hash("", 2));
  EXPECT_EQ(hashes.size(), 6u);
}

TEST_F(WeightsHash, DoesNotDependOnThreads) {
  const std::string bytes(size_t{13} << 20, 'y');
  EXPECT_EQ(Hash(bytes, 1), Hash(bytes, 3));
  EXPECT_EQ(Hash(bytes, 1).size(), 32u);
}

TEST_F(WeightsHash, MissingFile) {
  ThreadPool pool(1);
  EXPECT_EQ(HashWeights(path_, pool).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace fathom
