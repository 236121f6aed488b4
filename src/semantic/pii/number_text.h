// A text as the rules for numbers see it: its groups of digits, what stands between them, and the
// words that say what they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "semantic/pii/topics.h"

namespace fathom {

// What joins a group of digits to the next one. Hyphens and dashes of Unicode are kDash, a no-break
// space is kSpace.
enum class Joint : uint8_t {
  kNone,  // anything else: they belong to different numbers
  kSpace,
  kDash,  // also with a space on both sides
  kDot,
  kSlash,
  kOpen,   // "(", " ("
  kClose,  // ")", ") ", ")-"
};

struct DigitGroup {
  size_t begin = 0, end = 0;  // bytes of a maximal run of ASCII digits
  Joint next = Joint::kNone;  // to the group behind it

  size_t size() const { return end - begin; }
};

// The keyword that speaks for a number, if any.
struct NumberContext {
  Topic topic = Topic::kNone;
  bool direct = false;  // no other digits between keyword and number

  bool SaysOtherThan(Topic expected) const { return direct && topic != expected; }
  bool Says(Topic expected) const { return direct && topic == expected; }
};

// Borrows the text, which must outlive it. Immutable, so any thread may read it.
class NumberText {
 public:
  explicit NumberText(std::string_view text);  // O(text)

  std::string_view text() const { return text_; }
  std::string_view lowered() const { return lowered_; }  // ASCII letters in lower case
  const std::vector<DigitGroup>& groups() const { return groups_; }
  const std::vector<TopicMark>& marks() const { return marks_; }

  // The byte at `at`, '\0' outside of the text.
  char At(size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
  char Before(size_t at) const { return at > 0 ? text_[at - 1] : '\0'; }

  // Whether a number may begin or end at a byte: it is not the rest of a word, of a price or of a
  // longer number ("A-123", "$500", "1.2").
  bool MayBegin(size_t at) const;
  bool MayEnd(size_t at) const;

  // The digits of the groups [first, last].
  std::string Digits(size_t first, size_t last) const;

  // The groups from `first` on have these sizes and are all joined by `joint`.
  bool HasShape(size_t first, std::initializer_list<size_t> sizes, Joint joint) const;

  // The nearest keyword before the bytes [begin, end), at most 40 bytes away, or one that follows
  // at once: "13800138000 (手机)". Topic::kOther speaks only for the next number of its line.
  NumberContext ContextOf(size_t begin, size_t end) const;

 private:
  std::string_view text_;
  std::string lowered_;
  std::vector<DigitGroup> groups_;
  std::vector<TopicMark> marks_;
};

}  // namespace fathom
