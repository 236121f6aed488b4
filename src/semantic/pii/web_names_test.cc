#include "semantic/pii/web_names.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

TEST(WebNames, RunsTakeLettersOfTwoBytesAndStopAtChinese) {
  const std::string_view text = "a-müller.de，x";
  EXPECT_EQ(WebRunEnd(text, 0, ".-"), text.find("，"));
  EXPECT_EQ(WebRunBegin(text, text.find("，"), ".-", 100), 0u);
  EXPECT_EQ(WebRunBegin(text, text.find("，"), "", 100), text.find("de"));
  EXPECT_EQ(WebRunEnd(text, 1, ""), 1u);
}

TEST(WebNames, TheLimitHalvesNoCharacter) {
  const std::string_view text = "üüü";
  EXPECT_EQ(WebRunBegin(text, 6, "", 3), 4u);
  EXPECT_EQ(WebRunBegin(text, 6, "", 4), 2u);
  EXPECT_EQ(WebRunEnd("\xC3", 0, ""), 0u);
}

TEST(WebNames, HostNames) {
  for (const char* name : {"a.de", "a-b.co.uk", "x.yz"}) EXPECT_TRUE(IsHostName(name)) << name;
  for (const char* name : {"", "a", ".de", "a.", "a.d", "a..de", "a.1e", "-a.de", "1.2.3.4"}) {
    EXPECT_FALSE(IsHostName(name)) << name;
  }
}

}  // namespace
}  // namespace fathom
