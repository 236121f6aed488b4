#include <gtest/gtest.h>

#include "semantic/pii/redact_test_util.h"

namespace fathom {
namespace {

TEST(Emails, AreFound) {
  for (const char* email : {"a@b.de", "First.Last+tag@mail.example.co.uk", "jürgen@müller.de",
                            "x_y%z@a-b.org", "123@qq.com"}) {
    EXPECT_EQ(Redacted(std::string("to ") + email + "."), "to [EMAIL].") << email;
  }
  EXPECT_EQ(Redacted("邮箱zhang@qq.com，谢谢"), "邮箱[EMAIL]，谢谢");
  EXPECT_EQ(Redacted("<a@b.de>, \"c@d.fr\""), "<[EMAIL]>, \"[EMAIL]\"");
  EXPECT_EQ(Redacted("...a@b.de"), "...[EMAIL]");
}

TEST(Emails, OtherUsesOfTheSignAreNone) {
  for (const char* text : {"@home", "a@b", "a @ b", "pkg@1.2.3", "@media.print", "a.@b.de",
                           "3 @ 4.50", "a@.de", "@@@@"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

}  // namespace
}  // namespace fathom
