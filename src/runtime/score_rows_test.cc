#include "runtime/score_rows.h"

#include "runtime/prefix_store.h"
#include "runtime/test_engine.h"

namespace fathom {
namespace {

class ScoreRowsTest : public EngineTest {
 protected:
  std::vector<std::vector<double>> Score(const std::vector<std::vector<TokenId>>& rows,
                                         const Sequence* prefix, const LabelTrie& trie,
                                         const BatchLimits& limits = {}) {
    std::vector<std::vector<double>> scores(rows.size());
    const Status status = ScoreRows(*engine_, {prefix, &trie, limits}, SourceOf(rows), {},
                                    [&](size_t row, Result<std::span<const double>> log_probs) {
                                      scores[row] = {log_probs->begin(), log_probs->end()};
                                    });
    EXPECT_TRUE(status.ok());
    return scores;
  }
};

// In int8 two ways to the same sums may be as far apart as int8 is from the truth.
class ScoreRowsFp32Test : public ScoreRowsTest {
 protected:
  static void SetUpTestSuite() { Load(Arithmetic::kFp32); }
};

// Goal: batches, forced paths and the walk with its cut sequences give what one fresh sequence per
// decision gives. The tokens are cut into forward calls differently, so sums may round differently.
TEST_F(ScoreRowsFp32Test, AgreesWithAFreshSequencePerDecision) {
  const std::vector<TokenId> prefix_tokens = tokenizer_->Encode("Which intent has this message?");
  std::vector<std::vector<TokenId>> rows;
  for (const char* text : {"I lost my card", "Where is my money?", "Hi"}) {
    rows.push_back(tokenizer_->Encode(std::string(text) + " The intent is"));
  }
  std::vector<LabelPath> paths;
  for (const char* label : {" card lost", " card stolen", " card lost abroad", " transfer late",
                            " transfer failed twice", " transfer failed once", " other"}) {
    paths.push_back({paths.size(), tokenizer_->Encode(label)});
  }
  const LabelTrie trie = LabelTrie::Build(paths, 2).value();
  ASSERT_GT(trie.decisions().size(), 3u);
  PrefixStore store(engine_.get(), 1 << 30);
  const auto prefix = store.Get(prefix_tokens, {}).value();
  const auto scores = Score(rows, prefix.get(), trie);

  for (size_t row = 0; row < rows.size(); ++row) {
    LabelScores expected(trie);
    std::vector<TokenId> walked;
    for (size_t d = 0; d < trie.decisions().size(); ++d) {
      const TrieDecision& decision = trie.decisions()[d];
      walked.resize(decision.path_begin);
      walked.insert(walked.end(), decision.path.begin(), decision.path.end());
      std::vector<TokenId> all = prefix_tokens;
      all.insert(all.end(), rows[row].begin(), rows[row].end());
      all.insert(all.end(), walked.begin(), walked.end());
      Sequence sequence = engine_->NewSequence(nullptr, static_cast<int64_t>(all.size()));
      ASSERT_TRUE(expected.Add(d, Logits(sequence, all, decision.tokens)));
    }
    for (size_t label = 0; label < trie.labels(); ++label) {
      EXPECT_NEAR(scores[row][label], expected.log_probs()[label], 1e-3) << row << ' ' << label;
    }
  }
}

TEST_F(ScoreRowsTest, LimitsDoNotChangeABit) {
  std::vector<std::vector<TokenId>> rows;
  for (const int words : {1, 3, 700, 20, 1, 90, 5}) {
    std::string text = "row " + std::to_string(words);
    for (int i = 0; i < words; ++i) text += " word";
    rows.push_back(tokenizer_->Encode(text));
  }
  const LabelTrie trie =
      LabelTrie::Build({{0, {10, 11}}, {1, {10, 12}}, {2, {13}}, {3, {10, 11, 14}}}, 2).value();
  const auto expected = Score(rows, nullptr, trie);
  for (const BatchLimits& limits :
       {BatchLimits{.batch_tokens = 1, .rows = 1}, BatchLimits{.batch_tokens = 600, .rows = 64},
        BatchLimits{.batch_tokens = 64, .rows = 3}}) {
    EXPECT_EQ(Score(rows, nullptr, trie, limits), expected);
  }
}

}  // namespace
}  // namespace fathom
