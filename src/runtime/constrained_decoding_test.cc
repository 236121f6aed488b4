// Goal: constrained rows are valid whatever the model says, and are what the model says under the
// constraint.
// Method: SmolLM2 at temperatures 0 and 1.2; a plain loop, one row and one token at a time.
#include <gtest/gtest.h>

#include <cmath>

#include "base/utf8_scan.h"
#include "runtime/decode_rows.h"
#include "runtime/json_schema_test_util.h"
#include "runtime/test_engine.h"

namespace fathom {
namespace {

constexpr const char* kOrder = R"({"type": "object", "properties": {
    "customer": {"type": "string", "minLength": 1, "maxLength": 12},
    "ordered_on": {"type": "string", "format": "date"},
    "amount": {"type": "number", "minimum": 0, "maximum": 999.99, "multipleOf": 0.01},
    "topic": {"enum": ["late delivery", "late payment", "praise"]},
    "urgent": {"type": ["boolean", "null"]}}})";

class ConstrainedDecodingTest : public EngineTest {
 protected:
  using Rows = std::vector<Result<DecodedRow>>;

  Constraint Make(const Pattern& pattern) {
    static const auto tries = std::make_shared<const TokenTries>(*tokenizer_);
    return Constraint(pattern, tries, *tokenizer_);
  }

  static std::vector<std::vector<TokenId>> Prompts(size_t count) {
    const char* const texts[] = {
        "Message: my parcel came two days late, says Anna Miller on 3 May 2024. JSON: ",
        "Describe the order of Ms. Jones as JSON:\n",
        "\xE5\xBF\xAB\xE9\x80\x92\xE5\xBE\x88\xE6\x85\xA2", "def f(x):", "1, 2, 3, 4,"};
    std::vector<std::vector<TokenId>> prompts;
    for (size_t i = 0; i < count; ++i) {
      prompts.push_back(tokenizer_->Encode(texts[i % std::size(texts)] + std::to_string(i)));
    }
    return prompts;
  }

  Rows Decode(const std::vector<std::vector<TokenId>>& prompts, Constraint& constraint,
              DecodeRequest request, const RunContext& context = {}) {
    request.tokenizer = tokenizer_.get();
    request.constraint = &constraint;
    Rows rows(prompts.size(), Error{ErrorCode::kNotFound, "no call"});
    const Status status =
        DecodeRows(*engine_, request, SourceOf(prompts), context,
                   [&](size_t row, Result<DecodedRow> result) { rows[row] = std::move(result); });
    EXPECT_TRUE(status.ok());
    return rows;
  }

  // The greedy answer by definition: the largest logit among the tokens that are allowed. Forced
  // text is read in one piece, or one token after the other.
  DecodedRow GreedyAlone(const std::vector<TokenId>& prompt, Constraint& constraint,
                         bool one_by_one) {
    Sequence sequence = engine_->NewSequence(nullptr, static_cast<int64_t>(prompt.size()) + 200);
    DecodedRow row;
    std::vector<TokenId> next = prompt;
    for (Expr state = constraint.start();;) {
      const ForcedText forced = constraint.Force(state);
      row.text += forced.text;
      state = forced.next;
      if (constraint.MustEnd(state)) return row;
      for (const TokenId token : forced.tokens) {
        if (one_by_one) Logits(sequence, next, {});
        if (one_by_one) next.clear();
        next.push_back(token);
      }
      const std::vector<float> logits = Logits(sequence, next, {});
      TokenMask mask;
      EXPECT_TRUE(constraint.Allow(state, &mask));
      std::optional<TokenId> best;
      double sum = 0;
      for (TokenId token = 0; token < tokenizer_->vocabulary_size(); ++token) {
        if (!mask.Has(token)) continue;
        sum += std::exp(static_cast<double>(logits[token]));
        if (!best || logits[token] > logits[*best]) best = token;
      }
      const std::vector<TokenId>& ends = tokenizer_->end_of_generation();
      const bool end = std::ranges::find(ends, *best) != ends.end();
      if (!end) row.text += tokenizer_->TokenBytes(*best);
      row.decided.push_back({row.text.size(), logits[*best] - std::log(sum)});
      if (end) return row;
      state = constraint.Advance(state, tokenizer_->TokenBytes(*best));
      next = {*best};
    }
  }
};

TEST_F(ConstrainedDecodingTest, BatchGivesWhatEachRowGivesAlone) {
  Constraint constraint = Make(Pattern::FromJsonSchema(kOrder).value());
  const auto prompts = Prompts(8);
  const Rows rows = Decode(prompts, constraint, {.max_tokens = 200, .limits = {.rows = 4}});
  for (size_t i = 0; i < rows.size(); ++i) {
    ASSERT_TRUE(rows[i].ok()) << rows[i].error().message;
    const DecodedRow alone = GreedyAlone(prompts[i], constraint, /*one_by_one=*/false);
    EXPECT_EQ(rows[i]->text, alone.text);
    ASSERT_EQ(rows[i]->decided.size(), alone.decided.size());
    for (size_t token = 0; token < alone.decided.size(); ++token) {
      EXPECT_EQ(rows[i]->decided[token].end_byte, alone.decided[token].end_byte);
      EXPECT_NEAR(rows[i]->decided[token].log_prob, alone.decided[token].log_prob, 1e-3);
    }
    EXPECT_EQ(rows[i]->tokens, static_cast<int64_t>(rows[i]->decided.size()));
    EXPECT_GT(rows[i]->forced_tokens, 20);
    EXPECT_TRUE(rows[i]->stopped);
  }
}

TEST_F(ConstrainedDecodingTest, SameBitsWhateverTheBatch) {
  Constraint constraint = Make(Pattern::FromJsonSchema(kOrder).value());
  const auto prompts = Prompts(7);
  for (const double temperature : {0.0, 1.2}) {
    const DecodeRequest request{.max_tokens = 200, .temperature = temperature};
    const Rows together = Decode(prompts, constraint, request);
    for (const BatchLimits limits : {BatchLimits{256, 1}, BatchLimits{20, 5}}) {
      DecodeRequest other = request;
      other.limits = limits;
      other.pool = pool_.get();
      Constraint fresh = Make(Pattern::FromJsonSchema(kOrder).value());
      const Rows apart = Decode(prompts, fresh, other);
      for (size_t i = 0; i < prompts.size(); ++i) {
        ASSERT_TRUE(together[i].ok() && apart[i].ok());
        EXPECT_EQ(together[i]->text, apart[i]->text);
        EXPECT_EQ(together[i]->decided, apart[i]->decided);
      }
    }
  }
}

TEST_F(ConstrainedDecodingTest, ReadingWhatIsForcedAtOnceGivesTheSameText) {
  Constraint constraint = Make(Pattern::FromJsonSchema(kOrder).value());
  const auto prompts = Prompts(5);
  const Rows rows = Decode(prompts, constraint, {.max_tokens = 200});
  for (size_t i = 0; i < rows.size(); ++i) {
    ASSERT_TRUE(rows[i].ok());
    EXPECT_EQ(rows[i]->text, GreedyAlone(prompts[i], constraint, /*one_by_one=*/true).text);
  }
}

TEST_F(ConstrainedDecodingTest, RandomSchemasAreAlwaysMet) {
  std::mt19937 random(8);
  int failed = 0, all = 0;
  for (int round = 0; round < 16; ++round) {
    const TestJson schema = RandomSchema(random);
    Constraint constraint = Make(Pattern::FromJsonSchema(schema.dump()).value());
    for (const double temperature : {0.0, 1.2}) {
      const DecodeRequest request{.max_tokens = 200, .temperature = temperature};
      for (const Result<DecodedRow>& row : Decode(Prompts(4), constraint, request)) {
        ++all;
        if (!row.ok()) {  // cut, or a loop: said so, never written
          EXPECT_TRUE(row.error().code == ErrorCode::kTruncated ||
                      row.error().code == ErrorCode::kDegenerateOutput);
          ++failed;
          continue;
        }
        const TestJson value = TestJson::parse(row->text, nullptr, false);
        EXPECT_FALSE(value.is_discarded()) << row->text;
        EXPECT_TRUE(IsValid(schema, value, schema)) << schema << "\n" << row->text;
      }
    }
  }
  EXPECT_LT(failed * 10, all) << failed << " of " << all;
}

TEST_F(ConstrainedDecodingTest, ChineseIsNeverHalved) {
  Constraint constraint = Make(Pattern::FromRegex("[\\u4e00-\\u9fff]{3,9}\\u3002").value());
  for (const double temperature : {0.0, 1.2}) {
    for (const auto& row :
         Decode(Prompts(12), constraint, {.max_tokens = 60, .temperature = temperature})) {
      ASSERT_TRUE(row.ok()) << row.error().message;
      EXPECT_EQ(ScanUtf8(row->text).valid_bytes, row->text.size());
      EXPECT_GE(CountCodePoints(row->text), 4u);
      EXPECT_LE(CountCodePoints(row->text), 10u);
    }
  }
}

TEST_F(ConstrainedDecodingTest, WhatIsAllForcedAsksNobody) {
  Constraint constraint = Make(Pattern::FromJsonSchema(R"({"const": "fixed"})").value());
  const int64_t batches = engine_->batches();
  const Rows rows = Decode(Prompts(3), constraint, {.max_tokens = 1});
  EXPECT_EQ(engine_->batches(), batches);
  EXPECT_EQ(rows[2]->text, "\"fixed\"");
  EXPECT_EQ(rows[2]->tokens, 0);
}

TEST_F(ConstrainedDecodingTest, ACutAnswerIsAnError) {
  Constraint constraint = Make(Pattern::FromJsonSchema(kOrder).value());
  for (const int64_t max_tokens : {1, 5, 30}) {
    const Rows rows = Decode(Prompts(2), constraint, {.max_tokens = max_tokens});
    ASSERT_FALSE(rows[0].ok());
    EXPECT_EQ(rows[0].error().code, ErrorCode::kTruncated);
    EXPECT_NE(rows[0].error().message.find("raise max_tokens"), std::string::npos);
  }
}

TEST_F(ConstrainedDecodingTest, UsageCountsWhatWasReadAndWhatWasDecoded) {
  Constraint constraint = Make(Pattern::FromJsonSchema(kOrder).value());
  Usage usage;
  RunContext context;
  context.usage = &usage;
  const auto prompts = Prompts(3);
  int64_t read = 0, decoded = 0;
  for (const auto& row : Decode(prompts, constraint, {.max_tokens = 200}, context)) {
    read += row->forced_tokens;
    decoded += row->tokens;
  }
  for (const auto& prompt : prompts) read += static_cast<int64_t>(prompt.size());
  EXPECT_EQ(usage.generated_tokens, decoded);
  EXPECT_LE(usage.row_tokens, read);
  EXPECT_GE(usage.row_tokens, read - 3);  // a closing brace is left unread
}

}  // namespace
}  // namespace fathom
