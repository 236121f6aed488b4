#include "cli/encoding_hint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace fathom {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// The parts of DuckDB's message that matter.
std::string ErrorAbout(const std::string& path) {
  return "Invalid Input Error: CSV Error on Line: 3\nInvalid unicode (byte sequence mismatch) "
         "detected. This file is not utf-8 encoded.\n\n  file = " +
         path + "\n  delimiter = , (Auto-Detected)\n";
}

class EncodingHintTest : public testing::Test {
 protected:
  ~EncodingHintTest() override { std::remove(path_.c_str()); }
  void Write(const std::string& content) { std::ofstream(path_, std::ios::binary) << content; }
  const std::string path_ = testing::TempDir() + "/fathom_encoding_hint.csv";
};

TEST_F(EncodingHintTest, NamesByteAndLine) {
  Write("id,text\n1,满意\n2,\xB2\xBB\xC2\xFA\n");  // GB18030 from the third line on
  EXPECT_THAT(EncodingHint(ErrorAbout(path_)),
              AllOf(HasSubstr(path_ + ": the first byte that is not UTF-8 is 0xB2 at byte offset "
                                      "19, in line 3."),
                    HasSubstr("iconv -f GB18030 -t UTF-8")));
}

TEST_F(EncodingHintTest, SaysNothingItDoesNotKnow) {
  Write("id,text\n1,fine\n");
  EXPECT_EQ(EncodingHint(ErrorAbout(path_)), "");
  EXPECT_EQ(EncodingHint(ErrorAbout("/no/such/file.csv")), "");
  EXPECT_EQ(EncodingHint("Parser Error: syntax error"), "");
  Write("\x1F\x8B compressed \xFF\n");
  EXPECT_EQ(EncodingHint(ErrorAbout(path_)), "");
}

}  // namespace
}  // namespace fathom
