#include <gtest/gtest.h>

#include "semantic/pii/redact_test_util.h"

namespace fathom {
namespace {

TEST(Wallets, WithChecksum) {
  for (const char* wallet :
       {"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "0x52908400098527886E0F7030069857D2E4169EE7"}) {
    EXPECT_EQ(Redacted(std::string("to ") + wallet + "."), "to [CRYPTO_WALLET].") << wallet;
  }
}

TEST(Wallets, WithoutAreNone) {
  for (const char* text :
       {"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "1A1zP1eP5QGefi2DMPTfTL5SLmv7Div",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "0x52908400098527886E0F7030069857D2E4169EE",
        "52908400098527886E0F7030069857D2E4169EE7"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

}  // namespace
}  // namespace fathom
