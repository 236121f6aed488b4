#include "cli/result_writer.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

TEST(Formats, HaveOneNameEach) {
  for (const char* name : {"box", "csv", "json", "jsonlines", "markdown"}) {
    ASSERT_TRUE(FormatFromName(name)) << name;
    EXPECT_EQ(FormatName(*FormatFromName(name)), name);
  }
  EXPECT_FALSE(FormatFromName("xml"));
  EXPECT_EQ(FormatNames(), "box, csv, json, jsonlines, markdown");
}

}  // namespace
}  // namespace fathom
