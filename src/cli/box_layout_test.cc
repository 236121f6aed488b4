// Goal: width goes where it is needed, numbers are cut last, columns are left out only when cutting
// does not help.
#include <gtest/gtest.h>

#include "cli/box_writer.h"

namespace fathom {
namespace {

using Widths = std::vector<size_t>;

TEST(LayOutBox, WithoutALimitEverythingIsShown) {
  const BoxLayout layout = LayOutBox({5, 5000}, {true, false}, 0);
  EXPECT_EQ(layout.columns, Widths({0, 1}));
  EXPECT_EQ(layout.widths, Widths({5, 5000}));
}

TEST(LayOutBox, CutsOnlyTheWideColumns) {
  // 40 columns of terminal, 3 * 3 + 1 of frame: 30 for the cells.
  EXPECT_EQ(LayOutBox({4, 100, 6}, {false, false, false}, 40).widths, Widths({4, 20, 6}));
}

TEST(LayOutBox, SharesEquallyAndWastesNothing) {
  EXPECT_EQ(LayOutBox({100, 100, 100}, {false, false, false}, 42).widths, Widths({11, 11, 10}));
}

TEST(LayOutBox, CutsNumbersLast) {
  EXPECT_EQ(LayOutBox({12, 100}, {true, false}, 35).widths, Widths({12, 16}));
  EXPECT_EQ(LayOutBox({30, 100}, {true, false}, 35).widths, Widths({14, 14}));
}

TEST(LayOutBox, LeavesOutColumnsOfTheMiddle) {
  const BoxLayout layout = LayOutBox(Widths(9, 10), std::vector<bool>(9, false), 50);
  EXPECT_EQ(layout.columns, Widths({0, 1, kElidedColumn, 7, 8}));
  EXPECT_EQ(layout.widths, Widths({9, 8, 1, 8, 8}));
}

TEST(LayOutBox, ShowsWhatItCanOfTheFirstColumn) {
  const BoxLayout layout = LayOutBox({100, 100}, {false, false}, 10);
  EXPECT_EQ(layout.columns, Widths({0}));
  EXPECT_EQ(layout.widths, Widths({6}));
}

TEST(LayOutBox, NoColumns) { EXPECT_TRUE(LayOutBox({}, {}, 80).columns.empty()); }

}  // namespace
}  // namespace fathom
