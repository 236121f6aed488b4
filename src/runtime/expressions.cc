#include "runtime/expressions.h"

#include <algorithm>

#include "base/assert.h"

namespace fathom {

Expressions::Expressions() : slots_(1024, kNothing) {
  nodes_.push_back({.kind = Kind::kNothing, .nullable = false, .shortest = kLongest});
  nodes_.push_back({.kind = Kind::kEmpty, .nullable = true});
}

uint32_t Expressions::SetIndex(const ByteSet& set) {
  const auto [found, added] = set_index_.emplace(set, static_cast<uint32_t>(sets_.size()));
  if (added) sets_.push_back(set);
  return found->second;
}

uint64_t Expressions::Hash(const Node& node) const {
  uint64_t hash = static_cast<uint64_t>(node.kind);
  const auto add = [&](uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 32;
  };
  if (node.kind == Kind::kEither) {
    for (const Expr choice : choices(node)) add(choice);
    return hash;
  }
  for (const uint32_t field : {node.a, node.b, node.c}) add(field);
  return hash;
}

bool Expressions::Equal(const Node& node, const Node& other) const {
  if (node.kind == Kind::kEither && other.kind == Kind::kEither) {
    return std::ranges::equal(choices(node), choices(other));
  }
  return node.SameAs(other);
}

// The number of the expression that equals `node`, which is added if there is none.
Expr Expressions::Intern(const Node& node) {
  size_t slot = Hash(node) & (slots_.size() - 1);
  for (; slots_[slot] != kNothing; slot = (slot + 1) & (slots_.size() - 1)) {
    if (Equal(nodes_[slots_[slot]], node)) return slots_[slot];
  }
  const Expr expr = static_cast<Expr>(nodes_.size());
  slots_[slot] = expr;
  nodes_.push_back(node);
  if (2 * nodes_.size() > slots_.size()) GrowSlots();
  return expr;
}

void Expressions::GrowSlots() {
  std::vector<Expr> slots(2 * slots_.size(), kNothing);
  for (const Expr expr : slots_) {
    if (expr == kNothing) continue;
    size_t slot = Hash(nodes_[expr]) & (slots.size() - 1);
    while (slots[slot] != kNothing) slot = (slot + 1) & (slots.size() - 1);
    slots[slot] = expr;
  }
  slots_ = std::move(slots);
}

Expr Expressions::Bytes(const ByteSet& set) {
  if (set.empty()) return kNothing;
  return Intern({.kind = Kind::kBytes, .nullable = false, .a = SetIndex(set), .shortest = 1});
}

Expr Expressions::Literal(std::string_view bytes) {
  Expr expr = kEmpty;
  for (size_t i = bytes.size(); i-- > 0;) {
    const auto byte = static_cast<uint8_t>(bytes[i]);
    expr = Concat(Bytes(ByteSet::Range(byte, byte)), expr);
  }
  return expr;
}

// Grouped to the right, so that what begins alike looks alike.
Expr Expressions::Concat(Expr first, Expr second) {
  if (first == kNothing || second == kNothing) return kNothing;
  std::vector<Expr> heads;
  for (; nodes_[first].kind == Kind::kConcat; first = nodes_[first].b) {
    heads.push_back(nodes_[first].a);
  }
  heads.push_back(first);
  Expr expr = second;
  for (size_t i = heads.size(); i-- > 0;) {
    const Expr head = heads[i];
    if (head == kEmpty) continue;
    if (expr == kEmpty) {
      expr = head;
      continue;
    }
    const uint32_t shortest = std::min(kLongest, nodes_[head].shortest + nodes_[expr].shortest);
    expr = Intern({.kind = Kind::kConcat,
                   .nullable = nullable(head) && nullable(expr),
                   .a = head,
                   .b = expr,
                   .shortest = shortest});
  }
  return expr;
}

Expr Expressions::Concat(std::span<const Expr> parts) {
  Expr expr = kEmpty;
  for (size_t i = parts.size(); i-- > 0;) expr = Concat(parts[i], expr);
  return expr;
}

Expr Expressions::Repeat(Expr expr, uint32_t least, uint32_t most) {
  FATHOM_ASSERT(least <= most);
  if (most == 0 || expr == kEmpty) return kEmpty;
  if (expr == kNothing) return least == 0 ? kEmpty : kNothing;
  if (nullable(expr)) least = 0;  // rounds may be empty
  if (least == 1 && most == 1) return expr;
  if (least == 0 && most == 1 && nullable(expr)) return expr;
  const uint64_t shortest = uint64_t{least} * nodes_[expr].shortest;
  return Intern({.kind = Kind::kRepeat,
                 .nullable = least == 0,
                 .a = expr,
                 .b = least,
                 .c = most,
                 .shortest = static_cast<uint32_t>(std::min<uint64_t>(kLongest, shortest))});
}

Expr Expressions::MultipleOf(uint32_t divisor) {
  FATHOM_ASSERT(divisor >= 1 && divisor <= 100000000);
  const Expr digits = Intern({.kind = Kind::kMultiple, .nullable = true, .a = divisor});
  return Concat(Optional(Literal("-")), digits);
}

Expr Expressions::UncheckedBoth(Expr a, Expr b) {
  if (a > b) std::swap(a, b);
  if (a == kNothing || a == b) return a;
  if (a == kEmpty) return nullable(b) ? kEmpty : kNothing;
  return Intern({.kind = Kind::kBoth,
                 .nullable = nullable(a) && nullable(b),
                 .a = a,
                 .b = b,
                 .shortest = std::max(nodes_[a].shortest, nodes_[b].shortest),
                 .life = Life::kUnknown});
}

Expr Expressions::Both(Expr a, Expr b) {
  const Expr both = UncheckedBoth(a, b);
  return Meet(both) ? both : kNothing;
}

// Whether the languages of `both` have a text in common: a search through its derivatives, whose
// result is kept for everything on the way.
bool Expressions::Meet(Expr both) {
  struct Visit {
    Expr expr;
    std::shared_ptr<const ByteClasses> classes;
    size_t next = 0;
  };
  std::vector<Visit> path;
  std::vector<Expr> seen;
  bool found = false;
  // Whether the search is over; else what has to be looked into is on the path.
  const auto enter = [&](Expr expr) {
    Node& node = nodes_[expr];
    if (node.kind != Kind::kBoth) return expr != kNothing;
    if (node.life != Life::kUnknown) return node.life == Life::kAlive;
    gave_up_ |= seen.size() > kMostSearched;
    if (node.nullable || full()) {
      node.life = Life::kAlive;
      return true;
    }
    node.life = Life::kDead;  // as long as nothing is found
    seen.push_back(expr);
    path.push_back({expr, Classes(expr)});
    return false;
  };
  found = enter(both);
  while (!found && !path.empty()) {
    Visit& visit = path.back();
    if (visit.next == visit.classes->representatives.size()) {
      path.pop_back();
      continue;
    }
    const uint8_t byte = visit.classes->representatives[visit.next++];
    const Node node = nodes_[visit.expr];
    found = enter(UncheckedBoth(Derive(node.a, byte), Derive(node.b, byte)));
  }
  // What was left without success may still lead to what was found: asked again when needed.
  if (found) {
    for (const Expr expr : seen) nodes_[expr].life = Life::kUnknown;
    for (const Visit& visit : path) nodes_[visit.expr].life = Life::kAlive;
  }
  return found;
}

}  // namespace fathom
