#include <gtest/gtest.h>

#include "semantic/pii/redact_test_util.h"

namespace fathom {
namespace {

TEST(Urls, WithSchemeOrWww) {
  EXPECT_EQ(Redacted("see https://a.de/x?y=1#z."), "see [URL].");
  EXPECT_EQ(Redacted("(http://a.de/x_(y))"), "([URL])");
  EXPECT_EQ(Redacted("(http://a.de/x)"), "([URL])");
  EXPECT_EQ(Redacted("HTTP://a.de/, www.b.fi/c!"), "[URL], [URL]!");
  EXPECT_EQ(Redacted("见https://a.cn/x。好"), "见[URL]。好");
}

TEST(Urls, BareNames) {
  EXPECT_EQ(Redacted("at example.com and mail.example.co.uk/x"), "at [URL] and [URL]");
  for (const char* text : {"end.In the", "main.py", "README.md", "foo.com()", "a/b.com",
                           "e.g. this", "$a.com", "xhttps://", "http://", "file.txt", "Node.js"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

TEST(Urls, HoldOtherDataWithinThem) {
  EXPECT_EQ(Redacted("http://10.0.0.1/?m=a@b.de"), "[URL]");
  EXPECT_EQ(Redacted("http://10.0.0.1/?m=a@b.de", {PiiCategory::kEmail}),
            "http://10.0.0.1/?m=[EMAIL]");
}

}  // namespace
}  // namespace fathom
