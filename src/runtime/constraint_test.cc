// Goal: a constraint allows the tokens that some text of the pattern goes on with, and no others.
// Method: every token of SmolLM2's vocabulary by itself, at states along random texts.
#include "runtime/constraint.h"

#include "runtime/expressions_test_util.h"
#include "runtime/test_engine.h"

namespace fathom {
namespace {

constexpr const char* kInvoice = R"({"type": "object", "properties": {
    "vendor": {"type": "string", "maxLength": 40},
    "note": {"type": ["string", "null"], "minLength": 3, "maxLength": 2000},
    "paid_on": {"type": "string", "format": "date"},
    "total": {"type": "number", "minimum": 0, "maximum": 99999.99, "multipleOf": 0.01},
    "state": {"enum": ["open", "paid", "paid late", "cancelled"]},
    "tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}, "maxItems": 3}}})";

class ConstraintTest : public EngineTest {
 protected:
  Constraint Make(const Pattern& pattern) {
    static const auto tries = std::make_shared<const TokenTries>(*tokenizer_);
    return Constraint(pattern, tries, *tokenizer_);
  }
  Constraint MakeRegex(const std::string& regex) { return Make(Pattern::FromRegex(regex).value()); }

  // By definition.
  static TokenMask Allowed(Constraint& constraint, Expr state) {
    TokenMask mask{std::vector<uint64_t>((tokenizer_->vocabulary_size() + 63) / 64), 0};
    const std::vector<TokenId>& ends = tokenizer_->end_of_generation();
    for (TokenId token = 0; token < tokenizer_->vocabulary_size(); ++token) {
      const std::string_view bytes = tokenizer_->TokenBytes(token);
      const bool end = std::ranges::find(ends, token) != ends.end();
      const bool allowed = end ? constraint.MayEnd(state)
                               : !bytes.empty() && constraint.Advance(state, bytes) != kNothing;
      if (!allowed) continue;
      mask.Add(token);
      ++mask.count;
    }
    return mask;
  }
};

TEST_F(ConstraintTest, AllowsWhatCanGoOn) {
  std::mt19937 random(1);
  const Pattern patterns[] = {Pattern::FromJsonSchema(kInvoice).value(),
                              Pattern::FromRegex("(yes|no|not sure)\\.?").value(),
                              Pattern::FromRegex("[\\u4e00-\\u9fff]{2,6}").value(),
                              Pattern::FromRegex(".{0,30}").value(),
                              Pattern::FromRegex("(\\w+ ){2,9}\\w+").value()};
  for (const Pattern& pattern : patterns) {
    Constraint constraint = Make(pattern);
    Expressions e = pattern.expressions();
    const std::string text = RandomText(e, pattern.expr(), random, 60);
    Expr state = constraint.start();
    for (size_t at = 0; at <= text.size(); ++at) {
      if (at % 4 == 0) {
        const TokenMask expected = Allowed(constraint, state);
        TokenMask mask;
        ASSERT_EQ(constraint.Allow(state, &mask), expected.count > 0);
        ASSERT_EQ(mask.words, expected.words) << text.substr(0, at);
        EXPECT_EQ(mask.count, expected.count);
        const ForcedText forced = constraint.Force(state);
        EXPECT_EQ(constraint.Advance(state, forced.text), forced.next);
        std::string tokens;
        for (const TokenId token : forced.tokens) tokens += tokenizer_->TokenBytes(token);
        EXPECT_EQ(tokens, forced.text);
        if (!constraint.MustEnd(forced.next)) {  // a choice is left
          EXPECT_TRUE(constraint.Allow(forced.next, &mask) && mask.count > 1) << forced.text;
        }
      }
      if (at < text.size()) state = constraint.Advance(state, text.substr(at, 1));
    }
    EXPECT_TRUE(constraint.MayEnd(state));
  }
}

TEST_F(ConstraintTest, ForcesWhatMustFollow) {
  Constraint constraint = Make(Pattern::FromJsonSchema(kInvoice).value());
  ForcedText forced = constraint.Force(constraint.start());
  EXPECT_EQ(forced.text, "{\"vendor\": \"");
  EXPECT_EQ(forced.tokens, tokenizer_->Encode(forced.text));
  EXPECT_EQ(constraint.Force(forced.next).text, "");
  const Expr closed = constraint.Advance(forced.next, "ACME\"");
  EXPECT_EQ(constraint.Force(closed).text, ", \"note\":");
}

TEST_F(ConstraintTest, LeavesWordsToTheModel) {
  const auto forced = [&](const std::string& regex) {
    Constraint constraint = MakeRegex(regex);
    return constraint.Force(constraint.start()).text;
  };
  EXPECT_EQ(forced("late (delivery|payment)"), "late");
  EXPECT_EQ(forced("in time: deliver(y|ies)"), "in time:");
  EXPECT_EQ(forced("a pen(cil)?"), "a");
  EXPECT_EQ(forced("\\u4e2d\\u6587?(\\u5b57|\\u7ae0)"), "");
  EXPECT_EQ(forced("\\u4e2d\\u6587!(\\u5b57|\\u7ae0)"), "\xE4\xB8\xAD\xE6\x96\x87!");
  EXPECT_EQ(forced("all of it"), "all of it");
}

TEST_F(ConstraintTest, KnowsWhereAnswersEnd) {
  Constraint constraint = MakeRegex("ab*");
  const Expr a = constraint.Advance(constraint.start(), "a");
  EXPECT_FALSE(constraint.MayEnd(constraint.start()));
  EXPECT_TRUE(constraint.MayEnd(a));
  EXPECT_FALSE(constraint.MustEnd(a));
  Constraint fixed = MakeRegex("ab");
  EXPECT_TRUE(fixed.MustEnd(fixed.Advance(fixed.start(), "ab")));
  EXPECT_EQ(fixed.Advance(fixed.start(), "b"), kNothing);
}

// (a|b)*a(a|b){n} has 2^n states.
TEST_F(ConstraintTest, GivesUpOnPatternsThatExplode) {
  Constraint constraint = MakeRegex("([a-z]*[aeiou])([a-z]{60}[aeiou]|[a-z]{61}x)[a-z]{1,90}");
  TokenMask mask;
  Expr state = constraint.start();
  for (int i = 0; i < 40 && state != kNothing; ++i) {
    if (!constraint.Allow(state, &mask)) return;
    state = constraint.Advance(state, "ea");
  }
  EXPECT_NE(state, kNothing);  // or it is no trouble at all
}

}  // namespace
}  // namespace fathom
