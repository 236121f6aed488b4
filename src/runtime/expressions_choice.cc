// Choices in a normal form: what begins alike is written once.
#include <algorithm>

#include "base/assert.h"
#include "runtime/expressions.h"

namespace fathom {

Expressions::Choice Expressions::Split(Expr expr) const {
  const Node& node = nodes_[expr];
  return node.kind == Kind::kConcat ? Choice{node.a, node.b} : Choice{expr, kEmpty};
}

// Adds what `expr` is a choice of; true if the empty text is one of that.
bool Expressions::AddChoices(Expr expr, std::vector<Choice>* parts) const {
  if (expr == kEmpty) return true;
  const Node& node = nodes_[expr];
  if (node.kind != Kind::kEither) {
    if (expr != kNothing) parts->push_back(Split(expr));
    return false;
  }
  bool empty_too = false;
  for (const Expr choice : choices(node)) empty_too |= AddChoices(choice, parts);
  return empty_too;
}

Expr Expressions::Either(std::vector<Expr> choices) {
  std::vector<Choice> parts;
  bool empty_too = false;
  for (const Expr choice : choices) empty_too |= AddChoices(choice, &parts);
  MergeBytes(&parts);
  MergeRepeats(&parts);
  std::ranges::sort(parts);
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());

  std::vector<Expr> factored;
  std::span<const Choice> rest = parts;
  while (!rest.empty()) {
    const Expr head = rest.front().head;
    const size_t count =
        std::ranges::find_if(rest, [&](const Choice& c) { return c.head != head; }) - rest.begin();
    factored.push_back(Factor(rest.first(count)));
    rest = rest.subspan(count);
  }
  return InternChoices(std::move(factored), empty_too);
}

// [a] x | [b] x = [ab] x
void Expressions::MergeBytes(std::vector<Choice>* parts) {
  const auto bytes = std::ranges::partition(
      *parts, [&](const Choice& c) { return nodes_[c.head].kind != Kind::kBytes; });
  if (bytes.size() < 2) return;
  std::ranges::sort(bytes, {}, &Choice::tail);
  auto merged = bytes.begin();
  for (auto part = bytes.begin(); part != bytes.end(); ++merged) {
    const Expr tail = part->tail;
    ByteSet set;
    for (; part != bytes.end() && part->tail == tail; ++part) {
      set = set | sets_[nodes_[part->head].a];
    }
    *merged = {Bytes(set), tail};
  }
  parts->erase(merged, parts->end());
}

// r{a,b} x | r{c,d} x = r{a,d} x where the second begins inside the first or right behind it.
void Expressions::MergeRepeats(std::vector<Choice>* parts) {
  const auto repeats = std::ranges::partition(
      *parts, [&](const Choice& c) { return nodes_[c.head].kind != Kind::kRepeat; });
  if (repeats.size() < 2) return;
  const auto key = [&](const Choice& c) {
    const Node& node = nodes_[c.head];
    return std::tuple(node.a, c.tail, node.b, node.c);
  };
  std::ranges::sort(repeats, {}, key);
  auto last = repeats.begin();
  for (auto part = last + 1; part != repeats.end(); ++part) {
    const Node one = nodes_[last->head];
    const Node two = nodes_[part->head];
    const bool touch = one.c == kNoLimit || two.b <= one.c + 1;
    if (one.a == two.a && last->tail == part->tail && touch) {
      last->head = Repeat(one.a, one.b, std::max(one.c, two.c));
    } else {
      *++last = *part;
    }
  }
  parts->erase(last + 1, parts->end());
}

// x a | x b = x (a | b), for the longest x that all have. REQUIRES all heads are equal
Expr Expressions::Factor(std::span<const Choice> group) {
  std::vector<Choice> rest(group.begin(), group.end());
  if (rest.size() == 1) return Concat(rest[0].head, rest[0].tail);
  std::vector<Expr> common;
  const auto same_head = [&](const Choice& c) { return c.head == rest[0].head; };
  while (rest[0].head != kEmpty && std::ranges::all_of(rest, same_head)) {
    common.push_back(rest[0].head);
    for (Choice& choice : rest) choice = Split(choice.tail);
  }
  std::vector<Expr> tails;
  for (const Choice& choice : rest) tails.push_back(Concat(choice.head, choice.tail));
  common.push_back(Either(std::move(tails)));
  return Concat(common);
}

Expr Expressions::InternChoices(std::vector<Expr> choices, bool empty_too) {
  const auto is_nullable = [&](Expr choice) { return nullable(choice); };
  if (empty_too && std::ranges::none_of(choices, is_nullable)) choices.push_back(kEmpty);
  std::ranges::sort(choices);
  choices.erase(std::unique(choices.begin(), choices.end()), choices.end());
  if (choices.empty()) return kNothing;
  if (choices.size() == 1) return choices[0];
  Node node{.kind = Kind::kEither,
            .nullable = std::ranges::any_of(choices, is_nullable),
            .a = static_cast<uint32_t>(choices_.size()),
            .b = static_cast<uint32_t>(choices.size()),
            .shortest = kLongest};
  for (const Expr choice : choices) node.shortest = std::min(node.shortest, shortest(choice));
  choices_.insert(choices_.end(), choices.begin(), choices.end());
  const size_t before = nodes_.size();
  const Expr expr = Intern(node);
  if (nodes_.size() == before) choices_.resize(node.a);  // there was one
  return expr;
}

}  // namespace fathom
