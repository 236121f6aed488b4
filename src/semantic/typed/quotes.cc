#include "semantic/typed/quotes.h"

#include <algorithm>

#include "semantic/typed/date_finder.h"
#include "semantic/typed/field_confidence.h"
#include "semantic/typed/number_finder.h"

namespace fathom {
namespace {

using Kind = AnswerType::Kind;

constexpr size_t kTimeBehindDate = 12;  // bytes: ", at 8:13 PM"

// "2018-12-25 20:13:39": the day, and the time where it follows.
std::optional<TextSpan> FindMoment(const TextFinder& input, const std::string& moment,
                                   size_t from) {
  std::optional<TextSpan> span = FindDate(input.text(), moment, from);
  if (!span) return span;
  const auto time = FindTime(input.text(), moment.substr(11), span->end);
  if (time && time->begin - span->end <= kTimeBehindDate) span->end = time->end;
  return span;
}

std::optional<TextSpan> FindValue(const TextFinder& input, const JsonNode& leaf, Kind kind,
                                  size_t from) {
  if (leaf.is_null()) return std::nullopt;
  switch (kind) {
    case Kind::kText:
    case Kind::kChoice:
    case Kind::kUuid: return input.Find(leaf.text, from);
    case Kind::kInteger:
    case Kind::kNumber: return FindNumber(input.text(), leaf.text, from);
    case Kind::kDate: return FindDate(input.text(), leaf.text, from);
    case Kind::kTime:
    case Kind::kTimeZoned: return FindTime(input.text(), leaf.text, from);
    case Kind::kTimestamp:
    case Kind::kTimestampZoned: return FindMoment(input, leaf.text, from);
    default: return std::nullopt;  // true and false, empty lists
  }
}

const AnswerType* PartOf(const AnswerType& type, const std::string& name) {
  const auto part = std::ranges::find(type.parts, name, &AnswerType::name);
  return part == type.parts.end() ? nullptr : &*part;
}

class QuoteFinder {
 public:
  explicit QuoteFinder(const TextFinder& input) : input_(input) {}

  void Visit(const JsonNode& node, const AnswerType& type, const std::string& path) {
    if (node.is_leaf()) return AddLeaf(node, type, path);
    if (type.kind == Kind::kList) return VisitList(node, type.parts[0], path);
    for (const JsonNode& member : node.children) {
      const AnswerType* part = PartOf(type, member.key);
      if (part != nullptr)
        Visit(member, *part, path.empty() ? member.key : path + "." + member.key);
    }
  }

  std::vector<FieldQuote> Take() { return std::move(quotes_); }

 private:
  void AddLeaf(const JsonNode& leaf, const AnswerType& type, const std::string& path) {
    std::optional<TextSpan> quote = FindValue(input_, leaf, type.kind, from_);
    if (!quote && from_ > 0) quote = FindValue(input_, leaf, type.kind, 0);
    if (quote && in_list_) from_ = std::max(from_, quote->end);
    quotes_.push_back({path, ConfidenceOf(leaf), quote});
  }

  void VisitList(const JsonNode& list, const AnswerType& item, const std::string& path) {
    const bool was_in_list = std::exchange(in_list_, true);
    for (size_t i = 0; i < list.children.size(); ++i) {
      Visit(list.children[i], item, path + "[" + std::to_string(i + 1) + "]");
    }
    in_list_ = was_in_list;
    if (!in_list_) from_ = 0;
  }

  const TextFinder& input_;
  bool in_list_ = false;
  size_t from_ = 0;  // byte of the input behind the list's last quote
  std::vector<FieldQuote> quotes_;
};

// Choices and true or false are conclusions: no input has to say them in these words.
bool IsInvention(const TextFinder& input, const AnswerType& type, const JsonNode& node) {
  if (!node.is_leaf() || node.is_null() || type.kind == Kind::kChoice ||
      type.kind == Kind::kBoolean || type.kind == Kind::kList || type.kind == Kind::kStruct) {
    return false;
  }
  return !FindValue(input, node, type.kind, 0);
}

}  // namespace

std::vector<FieldQuote> QuotesOf(const TextFinder& input, const JsonNode& root,
                                 const AnswerType& type) {
  QuoteFinder finder(input);
  finder.Visit(root, type, "");
  return finder.Take();
}

void RemoveInventions(const TextFinder& input, const AnswerType& type, JsonNode* root) {
  if (type.kind == Kind::kList) {
    std::erase_if(root->children,
                  [&](const JsonNode& item) { return IsInvention(input, type.parts[0], item); });
  }
  for (JsonNode& child : root->children) {
    const AnswerType* part = type.kind == Kind::kList ? &type.parts[0] : PartOf(type, child.key);
    if (part == nullptr) continue;
    if (IsInvention(input, *part, child)) {
      child.kind = JsonNode::Kind::kNull;
      child.text = "null";
    } else {
      RemoveInventions(input, *part, &child);
    }
  }
}

}  // namespace fathom
