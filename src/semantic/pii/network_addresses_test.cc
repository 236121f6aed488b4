#include <gtest/gtest.h>

#include "semantic/pii/redact_test_util.h"

namespace fathom {
namespace {

TEST(NetworkAddresses, V4) {
  EXPECT_EQ(Redacted("from 192.168.0.1."), "from [IP_ADDRESS].");
  EXPECT_EQ(Redacted("地址192.168.0.1，端口80"), "地址[IP_ADDRESS]，端口80");
  EXPECT_EQ(Redacted("10.0.0.1:8080 10.0.0.0/8"), "[IP_ADDRESS]:8080 [IP_ADDRESS]/8");
  for (const char* text :
       {"version 1.2.3.4", "v1.2.3.4", "版本1.2.3.4", "nginx/1.2.3.4", "1.2.3.4.5", "256.1.1.1",
        "1.2.3", "01.2.3.4", "0.1.2.3", "section 1.2.3.4", "1.2.3.4-beta", "1.2.3.4a"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

TEST(NetworkAddresses, V6) {
  for (const char* address : {"2001:db8::1", "fe80::1ff:fe23:4567:890a", "::1", "2001:db8::",
                              "6e40:4041:c617:e898:c11:40d2:c669:2eb4", "1:2:3:4:5:6:7::"}) {
    EXPECT_EQ(Redacted(std::string("at ") + address + " ok"), "at [IP_ADDRESS] ok") << address;
  }
  EXPECT_EQ(Redacted("2001:db8::1: down"), "[IP_ADDRESS]: down");
  for (const char* text : {"12:34:56", "std::add", "::", "abc::def", "face::bad", "1:2:3:4:5:6:7",
                           "1::2::3", "12345::1", ":1:2", "Foo::1", "1:2:3:4:5:6:7:8:9"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

TEST(NetworkAddresses, Mac) {
  EXPECT_EQ(Redacted("eth0 00:1A:2b:3c:4d:5e up"), "eth0 [MAC_ADDRESS] up");
  EXPECT_EQ(Redacted("00-1A-2b-3c-4d-5e"), "[MAC_ADDRESS]");
  for (const char* text :
       {"00:1A:2b:3c:4d", "00:1A:2b:3c:4d:5e:6f", "00:1A-2b:3c:4d:5e", "00:1G:2b:3c:4d:5e"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

}  // namespace
}  // namespace fathom
