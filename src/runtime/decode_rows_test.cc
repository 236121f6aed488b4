#include "runtime/decode_rows.h"

#include "base/language.h"
#include "runtime/test_engine.h"

namespace fathom {
namespace {

class DecodeRowsTest : public EngineTest {
 protected:
  std::vector<Result<DecodedRow>> Decode(const std::vector<std::vector<TokenId>>& rows,
                                         DecodeRequest request) {
    request.tokenizer = tokenizer_.get();
    std::vector<Result<DecodedRow>> decoded(rows.size(), Error{ErrorCode::kNotFound, "no call"});
    const Status status = DecodeRows(
        *engine_, request, SourceOf(rows), {},
        [&](size_t row, Result<DecodedRow> result) { decoded[row] = std::move(result); });
    EXPECT_TRUE(status.ok());
    return decoded;
  }

  // The greedy answer by definition: one sequence, one token after the other.
  std::string GreedyAlone(const std::vector<TokenId>& prompt, int64_t max_tokens) {
    Sequence sequence =
        engine_->NewSequence(nullptr, static_cast<int64_t>(prompt.size()) + max_tokens);
    std::vector<TokenId> next = prompt;
    std::string text;
    for (int64_t i = 0; i < max_tokens; ++i) {
      const TokenId token = *GreedyToken(Logits(sequence, next, {}));
      if (tokenizer_->TokenBytes(token).empty()) break;
      text += tokenizer_->TokenBytes(token);
      next = {token};
    }
    return text;
  }
};

TEST_F(DecodeRowsTest, BatchGivesWhatEachRowGivesAlone) {
  std::vector<std::vector<TokenId>> rows;
  for (const char* text : {"The capital of France is", "1, 2, 3, 4,", "Dear customer,",
                           "def f(x):", "Once upon a time", "Water boils at"}) {
    rows.push_back(tokenizer_->Encode(text));
  }
  const auto decoded = Decode(rows, {.max_tokens = 12, .limits = {.rows = 4}});
  for (size_t row = 0; row < rows.size(); ++row) {
    ASSERT_TRUE(decoded[row].ok());
    EXPECT_EQ(decoded[row]->text, GreedyAlone(rows[row], 12));
    EXPECT_TRUE(decoded[row]->stopped || decoded[row]->tokens == 12);
  }
}

TEST_F(DecodeRowsTest, SeedDecidesWhatIsDrawn) {
  const std::vector<std::vector<TokenId>> rows(2, tokenizer_->Encode("Once upon a time"));
  const DecodeRequest request{.max_tokens = 12, .temperature = 1.2};
  const auto first = Decode(rows, request);
  const auto again = Decode(rows, request);
  EXPECT_EQ(first[0]->text, again[0]->text);
  EXPECT_EQ(first[1]->text, again[1]->text);
  EXPECT_NE(first[0]->text, first[1]->text);  // SourceOf gives each row its own key
}

TEST_F(DecodeRowsTest, LoopsEndARow) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "no, ";
  const auto decoded = Decode({tokenizer_->Encode(text)}, {.max_tokens = 200});
  ASSERT_FALSE(decoded[0].ok());
  EXPECT_EQ(decoded[0].error().code, ErrorCode::kDegenerateOutput);
}

TEST_F(DecodeRowsTest, AnotherLanguageEndsARow) {
  const auto decoded = Decode({tokenizer_->Encode("Once upon a time")},
                              {.max_tokens = 60, .scripts = FindLanguage("zh")->scripts});
  ASSERT_FALSE(decoded[0].ok());
  EXPECT_EQ(decoded[0].error().code, ErrorCode::kWrongLanguage);
}

}  // namespace
}  // namespace fathom
