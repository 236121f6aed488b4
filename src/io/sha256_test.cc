// Goal: the digests of the standard's examples, however the bytes arrive.
#include "io/sha256.h"

#include <gtest/gtest.h>

#include <string_view>

namespace fathom {
namespace {

std::span<const uint8_t> AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string HashOf(std::string_view text) {
  Sha256 hash;
  hash.Update(AsBytes(text));
  return hash.Hex();
}

TEST(Sha256, ExamplesOfTheStandard) {
  EXPECT_EQ(HashOf("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HashOf(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HashOf("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(HashOf(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnThePieces) {
  const std::string text(300, 'x');
  for (size_t piece = 1; piece < 130; ++piece) {
    Sha256 hash;
    for (size_t at = 0; at < text.size(); at += piece) {
      hash.Update(AsBytes(std::string_view(text).substr(at, piece)));
    }
    EXPECT_EQ(hash.Hex(), HashOf(text)) << piece;
  }
}

TEST(Sha256, KnowsItsTextForm) {
  EXPECT_TRUE(IsSha256Hex(HashOf("abc")));
  EXPECT_FALSE(IsSha256Hex("ba7816"));
  EXPECT_FALSE(IsSha256Hex(std::string(64, 'g')));
}

}  // namespace
}  // namespace fathom
