#include "model/quoted.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

TEST(Quoted, ShowsOnlyPrintableAscii) {
  EXPECT_EQ(Quoted("llama"), "'llama'");
  EXPECT_EQ(Quoted(""), "''");
  EXPECT_EQ(Quoted("\x1B[31m\n"), "'\\x1b[31m\\x0a'");
  EXPECT_EQ(Quoted("\xC3\xA9\x7F"), "'\\xc3\\xa9\\x7f'");
}

TEST(Quoted, CutsLongText) {
  EXPECT_EQ(Quoted(std::string(64, 'x')), "'" + std::string(64, 'x') + "'");
  EXPECT_EQ(Quoted(std::string(65, 'x')), "'" + std::string(64, 'x') + "...'");
}

}  // namespace
}  // namespace fathom
