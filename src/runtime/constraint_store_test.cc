#include "runtime/constraint_store.h"

#include "runtime/test_engine.h"

namespace fathom {
namespace {

using ConstraintStoreTest = EngineTest;

Pattern Number(size_t i) { return Pattern::FromRegex(std::to_string(i)).value(); }

TEST_F(ConstraintStoreTest, KeepsWhatWasUsedLast) {
  ConstraintStore store(*tokenizer_);
  const std::shared_ptr<Constraint> first = store.Get(Number(0));
  EXPECT_EQ(store.Get(Number(0)), first);
  EXPECT_NE(store.Get(Number(1)), first);
  for (size_t i = 2; i < 2 * ConstraintStore::kKept; ++i) {
    store.Get(Number(i));
    EXPECT_EQ(store.Get(Number(0)), first);
  }
  for (size_t i = 1; i <= ConstraintStore::kKept; ++i) store.Get(Number(i));
  EXPECT_NE(store.Get(Number(0)), first);
  EXPECT_EQ(first->Force(first->start()).text, "0");  // still alive
}

}  // namespace
}  // namespace fathom
