// What is left of an expression after a byte.
#include <algorithm>

#include "base/assert.h"
#include "runtime/expressions.h"

namespace fathom {
namespace {

// Parts each class into the bytes inside and outside of `set`.
void Part(const ByteSet& set, ByteClasses* classes) {
  std::array<int, 512> renamed;  // by class and membership
  renamed.fill(-1);
  std::vector<uint8_t> representatives;
  for (int byte = 0; byte < 256; ++byte) {
    int& name = renamed[2 * classes->class_of[byte] + set.Has(static_cast<uint8_t>(byte))];
    if (name < 0) {
      name = static_cast<int>(representatives.size());
      representatives.push_back(static_cast<uint8_t>(byte));
    }
    classes->class_of[byte] = static_cast<uint8_t>(name);
  }
  classes->representatives = std::move(representatives);
}

}  // namespace

Expr Expressions::Derive(Expr expr, std::string_view bytes) {
  for (const char byte : bytes) expr = Derive(expr, static_cast<uint8_t>(byte));
  return expr;
}

// Copies of nodes: the store grows meanwhile.
Expr Expressions::Derive(Expr expr, uint8_t byte) {
  const Node node = nodes_[expr];
  switch (node.kind) {
    case Kind::kNothing:
    case Kind::kEmpty: return kNothing;
    case Kind::kBytes: return sets_[node.a].Has(byte) ? kEmpty : kNothing;
    case Kind::kConcat: {
      std::vector<Expr> choices;
      Node part = node;
      while (true) {
        choices.push_back(Concat(Derive(part.a, byte), part.b));
        if (!nullable(part.a)) break;
        const Expr tail = part.b;
        part = nodes_[tail];
        if (part.kind != Kind::kConcat) {
          choices.push_back(Derive(tail, byte));
          break;
        }
      }
      return choices.size() == 1 ? choices[0] : Either(std::move(choices));
    }
    case Kind::kEither: {
      std::vector<Expr> left;
      for (uint32_t i = 0; i < node.b; ++i) {
        const Expr derived = Derive(choices_[node.a + i], byte);
        if (derived != kNothing) left.push_back(derived);
      }
      return left.size() == 1 ? left[0] : Either(std::move(left));
    }
    case Kind::kRepeat: {
      const Expr round = Derive(node.a, byte);
      if (round == kNothing) return kNothing;
      const uint32_t most = node.c == kNoLimit ? kNoLimit : node.c - 1;
      return Concat(round, Repeat(node.a, node.b == 0 ? 0 : node.b - 1, most));
    }
    case Kind::kBoth: return Both(Derive(node.a, byte), Derive(node.b, byte));
    case Kind::kMultiple: {
      if (byte < '0' || byte > '9') return kNothing;
      const uint32_t remainder = (node.b * uint64_t{10} + (byte - '0')) % node.a;
      return Intern({.kind = Kind::kMultiple,
                     .nullable = remainder == 0,
                     .a = node.a,
                     .b = remainder,
                     .shortest = remainder == 0 ? 0u : 1u});
    }
  }
  return kNothing;
}

ByteSet Expressions::First(Expr expr) {
  if (nodes_[expr].first == 0) {
    const uint32_t index = SetIndex(FirstOf(expr));
    nodes_[expr].first = index + 1;
  }
  return sets_[nodes_[expr].first - 1];
}

ByteSet Expressions::FirstOf(Expr expr) {
  const Node node = nodes_[expr];
  switch (node.kind) {
    case Kind::kNothing:
    case Kind::kEmpty: return {};
    case Kind::kBytes: return sets_[node.a];
    case Kind::kConcat: return nullable(node.a) ? First(node.a) | First(node.b) : First(node.a);
    case Kind::kEither: {
      ByteSet first;
      for (uint32_t i = 0; i < node.b; ++i) first = first | First(choices_[node.a + i]);
      return first;
    }
    case Kind::kRepeat: return First(node.a);
    case Kind::kBoth: {
      ByteSet first;
      const std::shared_ptr<const ByteClasses> classes = Classes(expr);
      ByteSet alive;  // representatives after which the languages still meet
      for (const uint8_t byte : classes->representatives) {
        if (Derive(expr, byte) != kNothing) alive.Add(byte);
      }
      for (int byte = 0; byte < 256; ++byte) {
        if (alive.Has(classes->representatives[classes->class_of[byte]])) {
          first.Add(static_cast<uint8_t>(byte));
        }
      }
      return first;
    }
    case Kind::kMultiple: return ByteSet::Range('0', '9');
  }
  return {};
}

// The sets that decide what Derive(expr, byte) is. `digits`: so does every digit.
void Expressions::CollectSets(Expr expr, std::vector<uint32_t>* sets, bool* digits) const {
  const Node* node = &nodes_[expr];
  for (; node->kind == Kind::kConcat; node = &nodes_[node->b]) {
    CollectSets(node->a, sets, digits);
    if (!nullable(node->a)) return;
  }
  switch (node->kind) {
    case Kind::kBytes: sets->push_back(node->a); break;
    case Kind::kEither:
      for (const Expr choice : choices(*node)) CollectSets(choice, sets, digits);
      break;
    case Kind::kRepeat: CollectSets(node->a, sets, digits); break;
    case Kind::kBoth:
      CollectSets(node->a, sets, digits);
      CollectSets(node->b, sets, digits);
      break;
    case Kind::kMultiple: *digits = true; break;
    default: break;
  }
}

std::shared_ptr<const ByteClasses> Expressions::Classes(Expr expr) {
  std::vector<uint32_t> indexes;
  bool digits = false;
  CollectSets(expr, &indexes, &digits);
  for (int digit = '0'; digits && digit <= '9'; ++digit) {
    const auto byte = static_cast<uint8_t>(digit);
    indexes.push_back(SetIndex(ByteSet::Range(byte, byte)));
  }
  std::ranges::sort(indexes);
  indexes.erase(std::unique(indexes.begin(), indexes.end()), indexes.end());
  if (const auto found = classes_.find(indexes); found != classes_.end()) return found->second;

  auto classes = std::make_shared<ByteClasses>();
  classes->representatives = {0};
  for (const uint32_t index : indexes) Part(sets_[index], classes.get());
  constexpr size_t kMostKept = 4096;
  if (classes_.size() >= kMostKept) classes_.clear();
  return classes_[indexes] = std::move(classes);
}

Expr Expressions::Horizon(Expr expr, uint32_t bytes) {
  if (bytes == 0 || expr == kNothing) return expr == kNothing ? kNothing : kEmpty;
  const Node node = nodes_[expr];
  if (node.kind != Kind::kConcat && node.kind != Kind::kEither && node.kind != Kind::kRepeat) {
    return expr;
  }
  const uint64_t key = uint64_t{expr} << 32 | bytes;
  if (const auto found = horizons_.find(key); found != horizons_.end()) return found->second;
  const Expr near = HorizonOf(node, bytes);
  constexpr size_t kMostKept = size_t{1} << 20;
  if (horizons_.size() >= kMostKept) horizons_.clear();
  horizons_[key] = near;
  return near;
}

Expr Expressions::HorizonOf(const Node& node, uint32_t bytes) {
  if (node.kind == Kind::kConcat) {
    const Expr head = Horizon(node.a, bytes);
    const uint32_t passed = shortest(node.a);
    return passed >= bytes ? head : Concat(head, Horizon(node.b, bytes - passed));
  }
  if (node.kind == Kind::kEither) {
    std::vector<Expr> near;
    for (uint32_t i = 0; i < node.b; ++i) near.push_back(Horizon(choices_[node.a + i], bytes));
    return Either(std::move(near));
  }
  FATHOM_ASSERT(node.kind == Kind::kRepeat);
  // So many rounds, none of them empty, are longer than `bytes`.
  const uint32_t rounds = bytes / std::max(1u, shortest(node.a)) + 1;
  return Repeat(Horizon(node.a, bytes), std::min(node.b, rounds),
                node.c >= rounds ? kNoLimit : node.c);
}

}  // namespace fathom
