#include "runtime/prefix_store.h"

#include "runtime/test_engine.h"

namespace fathom {
namespace {

class PrefixStoreTest : public EngineTest {};

TEST_F(PrefixStoreTest, KeepsTheMostRecentlyUsed) {
  const std::vector<TokenId> a(10, 100), b(10, 101), c(10, 102);
  PrefixStore store(engine_.get(), 2 * engine_->KvBytes(10));  // room for two
  Usage usage;
  RunContext context;
  context.usage = &usage;
  const auto computed = [&](const std::vector<TokenId>& tokens) {
    const int64_t before = usage.prefix_tokens;
    EXPECT_EQ(store.Get(tokens, context).value()->own_tokens(), 10);
    return usage.prefix_tokens - before;
  };
  EXPECT_EQ(computed(a), 10);
  EXPECT_EQ(computed(b), 10);
  EXPECT_EQ(computed(a), 0);
  EXPECT_EQ(computed(c), 10);  // drops b
  EXPECT_EQ(computed(a), 0);
  EXPECT_EQ(computed(b), 10);
}

TEST_F(PrefixStoreTest, ADroppedPrefixLivesAsLongAsItsJob) {
  PrefixStore store(engine_.get(), 0);
  const auto held = store.Get(std::vector<TokenId>(5, 100), {}).value();
  (void)store.Get(std::vector<TokenId>(5, 101), {}).value();
  EXPECT_EQ(held->own_tokens(), 5);
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(PrefixStoreTest, StoredAndComputedPrefixesGiveTheSameBits) {
  std::vector<TokenId> tokens;  // three pieces
  for (int i = 0; i < 2 * PrefixStore::kChunkTokens + 7; ++i) tokens.push_back(100 + i % 50);
  const std::vector<TokenId> row = tokenizer_->Encode("and then");
  const auto logits = [&](PrefixStore& store) {
    const auto prefix = store.Get(tokens, {}).value();
    Sequence sequence = engine_->NewSequence(prefix.get(), 10);
    return Logits(sequence, row, {});
  };
  PrefixStore store(engine_.get(), int64_t{1} << 30), other(engine_.get(), int64_t{1} << 30);
  const std::vector<float> first = logits(store);
  EXPECT_EQ(logits(store), first);
  EXPECT_EQ(logits(other), first);
}

TEST_F(PrefixStoreTest, CancellationStoresNothing) {
  PrefixStore store(engine_.get(), 1 << 20);
  RunContext context;
  context.is_cancelled = [] { return true; };
  EXPECT_EQ(store.Get(std::vector<TokenId>(5, 100), context).error().code, ErrorCode::kCancelled);
  Usage usage;
  RunContext counted;
  counted.usage = &usage;
  (void)store.Get(std::vector<TokenId>(5, 100), counted).value();
  EXPECT_EQ(usage.prefix_tokens, 5);
}

}  // namespace
}  // namespace fathom
