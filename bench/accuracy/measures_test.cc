#include "accuracy/measures.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fathom::accuracy {
namespace {

TEST(Measures, AucCountsOrderedPairs) {
  EXPECT_DOUBLE_EQ(Auc({{1, true}, {0, false}}), 1);
  EXPECT_DOUBLE_EQ(Auc({{0, true}, {1, false}}), 0);
  EXPECT_DOUBLE_EQ(Auc({{1, true}, {1, false}, {1, false}}), 0.5);
  // pairs: 3>1 yes, 3>2 yes, 2>1 yes, 2=2 half
  EXPECT_DOUBLE_EQ(Auc({{3, true}, {2, true}, {1, false}, {2, false}}), 3.5 / 4);
  EXPECT_TRUE(std::isnan(Auc({{1, true}})));
}

TEST(Measures, AccuracyAndRecallAtAThreshold) {
  const std::vector<Judged> rows{{0.4, true}, {-0.1, true}, {0.0, false}, {-2, false}};
  EXPECT_DOUBLE_EQ(Accuracy(rows, 0), 0.75);
  EXPECT_DOUBLE_EQ(Recall(rows, true, 0), 0.5);
  EXPECT_DOUBLE_EQ(Recall(rows, false, 0), 1);
  EXPECT_DOUBLE_EQ(Accuracy(rows, -1), 0.75);
  EXPECT_TRUE(std::isnan(Accuracy({}, 0)));
}

}  // namespace
}  // namespace fathom::accuracy
