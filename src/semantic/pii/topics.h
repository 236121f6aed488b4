// The words that say what a number is: "phone", "订单号", "date of birth".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace fathom {

enum class Topic : uint8_t {
  kNone,
  kOther,  // numbers that are nobody's data: orders, invoices, ISBN, versions, prices
  kPhone,
  kCard,
  kSsn,
  kNino,
  kNhs,
  kId,
  kPassport,
  kLicense,
  kAccount,
  kBirth,
  kPostal,
};

struct TopicMark {
  size_t begin = 0, end = 0;  // bytes of the keyword
  Topic topic = Topic::kNone;
};

// All keywords of `lowered`, a text in lower-case ASCII letters, in order and disjoint; at one
// place the longest counts ("sort code", not "code"). English keywords are whole words, Chinese
// ones stand anywhere. O(text).
std::vector<TopicMark> MarkTopics(std::string_view lowered);

}  // namespace fathom
