// Regular languages over bytes as expressions, and what is left of one after a byte: the automaton
// behind every constraint on a model's answer.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/byte_set.h"

namespace fathom {

// An expression by number; it means something only with its Expressions.
using Expr = uint32_t;
inline constexpr Expr kNothing = 0;  // the language without any text
inline constexpr Expr kEmpty = 1;    // the empty text

inline constexpr uint32_t kNoLimit = UINT32_MAX;

// The bytes that an expression tells apart: bytes of one class lead to the same derivative.
struct ByteClasses {
  std::array<uint8_t, 256> class_of = {};
  std::vector<uint8_t> representatives;  // a byte of each class
};

// A growing store in which equal expressions have equal numbers. An expression is at the same time
// a state of an automaton, and Derive its transition (Brzozowski, "Derivatives of Regular
// Expressions", 1964). So automata are built where an answer goes and nowhere else, a counted
// repetition costs what is read of it, not what it allows, and intersection is as easy as choice.
// What is equal up to order, grouping, repetition and common beginnings of choices is one number,
// which keeps the states of an expression finite. Every expression but kNothing has texts: what can
// be derived can be completed.
// Memory  some 50 bytes an expression; none is ever removed (full()).
// Threads one at a time; copies are independent, numbers stay valid in them.
class Expressions {
 public:
  // Beyond this many expressions, or where Both has looked at so many without finding a text of
  // both languages, nothing should be derived any more: only patterns made to explode need them.
  static constexpr size_t kMostExpressions = size_t{1} << 21;
  static constexpr size_t kMostSearched = size_t{1} << 17;

  Expressions();

  Expr Bytes(const ByteSet& set);  // one byte out of `set`
  Expr Literal(std::string_view bytes);
  Expr Concat(Expr first, Expr second);
  Expr Concat(std::span<const Expr> parts);
  Expr Either(std::vector<Expr> choices);
  Expr Optional(Expr expr) { return Either({kEmpty, expr}); }
  // `least` to `most` times, kNoLimit = any number. REQUIRES least <= most
  Expr Repeat(Expr expr, uint32_t least, uint32_t most);
  // Texts of both languages.
  Expr Both(Expr a, Expr b);
  // Digits, none too, whose number is a multiple of `divisor`; a '-' may stand before them.
  // REQUIRES 1 <= divisor <= 10^8
  Expr MultipleOf(uint32_t divisor);

  // The language holds the empty text: an answer may end here.
  bool nullable(Expr expr) const { return nodes_[expr].nullable; }
  // Bytes of the shortest text, at most kLongest.
  uint32_t shortest(Expr expr) const { return nodes_[expr].shortest; }
  static constexpr uint32_t kLongest = 1u << 30;

  // What may follow `byte`; kNothing: no text of the language begins with it.
  Expr Derive(Expr expr, uint8_t byte);
  Expr Derive(Expr expr, std::string_view bytes);
  // The bytes that texts of the language begin with.
  ByteSet First(Expr expr);
  std::shared_ptr<const ByteClasses> Classes(Expr expr);

  // A simpler expression that allows and forbids the same texts of up to `bytes` bytes as
  // beginnings; whether an answer may end may differ. States that differ only in counters far from
  // their bounds, or beyond the horizon, become one.
  Expr Horizon(Expr expr, uint32_t bytes);

  size_t size() const { return nodes_.size(); }
  bool full() const { return gave_up_ || nodes_.size() > kMostExpressions; }

 private:
  enum class Kind : uint8_t {
    kNothing,
    kEmpty,
    kBytes,
    kConcat,
    kEither,
    kRepeat,
    kBoth,
    kMultiple
  };
  enum class Life : uint8_t { kUnknown, kAlive, kDead };
  struct Node {
    Kind kind;
    bool nullable;
    // Concat, Both: two expressions. Bytes: index of a set. Either: begin and size in choices_.
    // Repeat: expression, least, most. Multiple: divisor, remainder.
    uint32_t a = 0, b = 0, c = 0;
    uint32_t shortest = 0;
    uint32_t first = 0;        // index in sets_ + 1; 0 = not yet asked for
    Life life = Life::kAlive;  // of Both: whether the languages meet

    bool SameAs(const Node& other) const {
      return kind == other.kind && a == other.a && b == other.b && c == other.c;
    }
  };

  std::span<const Expr> choices(const Node& node) const {
    return std::span(choices_).subspan(node.a, node.b);
  }
  uint32_t SetIndex(const ByteSet& set);
  uint64_t Hash(const Node& node) const;
  bool Equal(const Node& node, const Node& other) const;
  Expr Intern(const Node& node);
  void GrowSlots();

  // One choice, cut behind its first part.
  struct Choice {
    Expr head, tail;
    auto operator<=>(const Choice&) const = default;
  };
  bool AddChoices(Expr expr, std::vector<Choice>* parts) const;
  Choice Split(Expr expr) const;
  void MergeBytes(std::vector<Choice>* parts);
  void MergeRepeats(std::vector<Choice>* parts);
  Expr Factor(std::span<const Choice> group);
  Expr InternChoices(std::vector<Expr> choices, bool empty_too);

  Expr UncheckedBoth(Expr a, Expr b);
  bool Meet(Expr both);

  ByteSet FirstOf(Expr expr);
  void CollectSets(Expr expr, std::vector<uint32_t>* sets, bool* digits) const;
  Expr HorizonOf(const Node& node, uint32_t bytes);

  bool gave_up_ = false;  // a search for a text in common
  std::vector<Node> nodes_;
  std::vector<Expr> choices_;
  std::vector<ByteSet> sets_;
  std::map<ByteSet, uint32_t> set_index_;
  std::vector<Expr> slots_;                      // open addressing, a power of two; kNothing = free
  std::unordered_map<uint64_t, Expr> horizons_;  // by expression and bytes
  // By the sets that make them.
  std::map<std::vector<uint32_t>, std::shared_ptr<const ByteClasses>> classes_;
};

}  // namespace fathom
