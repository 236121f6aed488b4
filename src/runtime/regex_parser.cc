#include "runtime/regex_parser.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/utf8_scan.h"
#include "runtime/regex_classes.h"

namespace fathom {
namespace {

constexpr uint32_t kMostRounds = 10000;
constexpr int kDeepest = 200;  // groups in groups

// By recursive descent: choice = sequence ('|' sequence)*, sequence = (atom quantifier?)*.
class RegexParser {
 public:
  RegexParser(Expressions& expressions, std::string_view regex, RegexMatch match, TextForm form)
      : e_(expressions), in_(regex), match_(match), form_(form) {}

  Result<Expr> Parse() {
    FATHOM_ASSIGN_OR_RETURN(const Expr expr, ParseChoice(0));
    if (!in_.AtEnd()) return in_.Wrong("there is no '(' for this ')'");
    return expr;
  }

 private:
  struct Rounds {
    uint32_t least, most;
  };

  Result<Expr> ParseChoice(int depth);
  Result<Expr> ParseSequence(int depth);
  Result<Expr> ParseAtom(int depth);
  Result<Expr> ParseGroup(int depth);
  Result<std::optional<Rounds>> ParseQuantifier();
  Result<Rounds> ParseCounts();
  Result<uint32_t> ParseCount();
  Expr AnyText() { return e_.Repeat(OneOf(e_, CodePoints::AnyText(), form_), 0, kNoLimit); }

  Expressions& e_;
  RegexInput in_;
  const RegexMatch match_;
  const TextForm form_;
};

Result<Expr> RegexParser::ParseChoice(int depth) {
  std::vector<Expr> choices;
  do {
    FATHOM_ASSIGN_OR_RETURN(const Expr sequence, ParseSequence(depth));
    choices.push_back(sequence);
  } while (in_.Take('|'));
  return e_.Either(std::move(choices));
}

Result<Expr> RegexParser::ParseSequence(int depth) {
  std::vector<Expr> parts;
  const bool outermost = depth == 0;
  const bool from_begin = outermost && in_.Take('^');
  bool to_end = false;
  while (!in_.AtEnd() && in_.Peek() != '|' && in_.Peek() != ')') {
    if (in_.Peek() == '^' || in_.Peek() == '$') {
      const bool end = in_.Peek() == '$';
      in_.Skip();
      to_end = end && outermost && (in_.AtEnd() || in_.Peek() == '|');
      if (!to_end) {
        return in_.Unsupported("^ and $ may only stand at the very beginning and end");
      }
      continue;
    }
    FATHOM_ASSIGN_OR_RETURN(const Expr atom, ParseAtom(depth));
    FATHOM_ASSIGN_OR_RETURN(const std::optional<Rounds> rounds, ParseQuantifier());
    parts.push_back(rounds ? e_.Repeat(atom, rounds->least, rounds->most) : atom);
  }
  if (outermost && match_ == RegexMatch::kAnywhere) {
    if (!from_begin) parts.insert(parts.begin(), AnyText());
    if (!to_end) parts.push_back(AnyText());
  }
  return e_.Concat(parts);
}

Result<Expr> RegexParser::ParseAtom(int depth) {
  const char c = in_.Peek();
  if (c == '(') {
    in_.Skip();
    return ParseGroup(depth + 1);
  }
  if (c == '*' || c == '+' || c == '?') {
    in_.Skip();
    return in_.Wrong("there is nothing to repeat");
  }
  FATHOM_ASSIGN_OR_RETURN(const CodePoints set, ParseCharacters(&in_));
  return OneOf(e_, set, form_);
}

Result<Expr> RegexParser::ParseGroup(int depth) {
  if (depth > kDeepest) return in_.Unsupported("groups are nested too deeply");
  if (in_.Take('?')) {
    if (in_.Take("<=") || in_.Take("<!")) return in_.Unsupported("look-behind");
    if (in_.Take('=') || in_.Take('!')) return in_.Unsupported("look-ahead");
    if (in_.Take('<')) {
      while (!in_.AtEnd() && in_.Peek() != '>') in_.Skip();
      if (!in_.Take('>')) return in_.Wrong("a group's name has no end");
    } else if (!in_.Take(':')) {
      in_.Skip();
      return in_.Unsupported("flags and other special groups");
    }
  }
  FATHOM_ASSIGN_OR_RETURN(const Expr expr, ParseChoice(depth));
  if (!in_.Take(')')) return in_.Wrong("a group has no ')'");
  return expr;
}

Result<std::optional<RegexParser::Rounds>> RegexParser::ParseQuantifier() {
  std::optional<Rounds> rounds;
  if (in_.Take('*')) {
    rounds = Rounds{0, kNoLimit};
  } else if (in_.Take('+')) {
    rounds = Rounds{1, kNoLimit};
  } else if (in_.Take('?')) {
    rounds = Rounds{0, 1};
  } else if (in_.Take('{')) {
    FATHOM_ASSIGN_OR_RETURN(rounds, ParseCounts());
  } else {
    return rounds;
  }
  in_.Take('?');  // lazy: the same texts
  if (!in_.AtEnd() && (in_.Peek() == '*' || in_.Peek() == '+' || in_.Peek() == '{')) {
    in_.Skip();
    return in_.Wrong("there is nothing to repeat");
  }
  return rounds;
}

Result<RegexParser::Rounds> RegexParser::ParseCounts() {
  Rounds rounds = {};
  FATHOM_ASSIGN_OR_RETURN(rounds.least, ParseCount());
  rounds.most = rounds.least;
  if (in_.Take(',')) {
    rounds.most = kNoLimit;
    if (!in_.AtEnd() && in_.Peek() != '}') {
      FATHOM_ASSIGN_OR_RETURN(rounds.most, ParseCount());
    }
  }
  if (!in_.Take('}')) return in_.Wrong("a count is written {2}, {2,} or {2,5}");
  if (rounds.least > rounds.most) return in_.Wrong("a count goes from many to few");
  return rounds;
}

Result<uint32_t> RegexParser::ParseCount() {
  uint32_t count = 0;
  bool digits = false;
  for (; !in_.AtEnd() && in_.Peek() >= '0' && in_.Peek() <= '9'; in_.Skip()) {
    digits = true;
    count = 10 * count + static_cast<uint32_t>(in_.Peek() - '0');
    if (count > kMostRounds) return in_.Unsupported("a count above 10,000");
  }
  if (!digits) return in_.Wrong("a count is written {2}, {2,} or {2,5}");
  return count;
}

}  // namespace

Result<Expr> ParseRegex(Expressions& expressions, std::string_view regex, RegexMatch match,
                        TextForm form) {
  const Utf8Scan scan = ScanUtf8(regex);
  if (scan.valid_bytes != regex.size()) {
    return {ErrorCode::kInvalidArgument,
            "regular expression: not UTF-8 at byte " + std::to_string(scan.valid_bytes + 1)};
  }
  return RegexParser(expressions, regex, match, form).Parse();
}

}  // namespace fathom
