#include "runtime/kv_budget.h"

#include <gtest/gtest.h>

#include <optional>

namespace fathom {
namespace {

TEST(KvBudget, AdmitsUntilItIsSpent) {
  KvBudget budget(100);
  KvShare share(budget);
  EXPECT_TRUE(share.TryTake(60));
  EXPECT_FALSE(share.TryTake(41));
  EXPECT_TRUE(share.TryTake(40));
  share.GiveBack(60);
  EXPECT_TRUE(share.TryTake(41));
}

TEST(KvBudget, OneRowOfEveryJobIsAlwaysAdmitted) {
  KvBudget budget(100);
  KvShare first(budget), second(budget);
  EXPECT_TRUE(first.TryTake(1000));
  EXPECT_FALSE(first.TryTake(1));
  EXPECT_TRUE(second.TryTake(70));
  EXPECT_FALSE(second.TryTake(1));
}

// Goal: a job that came first and holds everything makes room as its rows end.
TEST(KvBudget, IsSharedEquallyAmongJobs) {
  KvBudget budget(100);
  KvShare first(budget);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(first.TryTake(10));
  std::optional<KvShare> second(budget);
  EXPECT_TRUE(second->TryTake(10));
  for (int i = 0; i < 5; ++i) {
    first.GiveBack(10);
    EXPECT_FALSE(first.TryTake(10)) << i;
  }
  for (int i = 1; i < 5; ++i) EXPECT_TRUE(second->TryTake(10)) << i;
  EXPECT_FALSE(second->TryTake(10));
  second.reset();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(first.TryTake(10)) << i;
}

}  // namespace
}  // namespace fathom
