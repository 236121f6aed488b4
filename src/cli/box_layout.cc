// How wide each column of a box is: see LayOutBox.
#include <algorithm>
#include <optional>

#include "base/assert.h"
#include "cli/box_writer.h"

namespace fathom {
namespace {

// A text cut to less than this says too little to be worth its column.
constexpr size_t kUsefulWidth = 8;

// " cell " and the line at its right; the box adds one line at the left.
constexpr size_t kFrame = 3;

size_t CappedSum(const std::vector<size_t>& natural, const std::vector<bool>& may_cut, size_t cap) {
  size_t sum = 0;
  for (size_t i = 0; i < natural.size(); ++i) {
    sum += may_cut[i] ? std::min(natural[i], cap) : natural[i];
  }
  return sum;
}

// The widest equal limit for the columns that may be cut, at least kUsefulWidth, under which all
// fit into `budget`; what then remains goes to the first cut columns, one each.
std::optional<std::vector<size_t>> CutToFit(const std::vector<size_t>& natural,
                                            const std::vector<bool>& may_cut, size_t budget) {
  size_t low = kUsefulWidth;
  if (CappedSum(natural, may_cut, low) > budget) return std::nullopt;
  for (size_t high = std::max(budget, low) + 1; low + 1 < high;) {  // fits at low, not above high
    const size_t middle = low + (high - low) / 2;
    (CappedSum(natural, may_cut, middle) <= budget ? low : high) = middle;
  }
  size_t spare = budget - CappedSum(natural, may_cut, low);
  std::vector<size_t> widths;
  for (size_t i = 0; i < natural.size(); ++i) {
    if (!may_cut[i] || natural[i] <= low) {
      widths.push_back(natural[i]);
    } else {
      widths.push_back(low + (spare > 0 ? 1 : 0));
      spare -= spare > 0 ? 1 : 0;
    }
  }
  return widths;
}

// Of `count` columns, those left when `hidden` in the middle give way to one kElidedColumn.
std::vector<size_t> Visible(size_t count, size_t hidden) {
  const size_t left = (count - hidden + 1) / 2;
  std::vector<size_t> columns;
  for (size_t i = 0; i < left; ++i) columns.push_back(i);
  if (hidden > 0) columns.push_back(kElidedColumn);
  for (size_t i = left + hidden; i < count; ++i) columns.push_back(i);
  return columns;
}

}  // namespace

BoxLayout LayOutBox(const std::vector<size_t>& natural, const std::vector<bool>& numeric,
                    size_t width_max) {
  FATHOM_ASSERT(natural.size() == numeric.size());
  const size_t count = natural.size();
  for (size_t hidden = 0; hidden < count; ++hidden) {
    BoxLayout layout{Visible(count, hidden), {}};
    std::vector<size_t> shown;
    std::vector<bool> is_text;
    for (const size_t column : layout.columns) {
      shown.push_back(column == kElidedColumn ? 1 : natural[column]);
      is_text.push_back(column != kElidedColumn && !numeric[column]);
    }
    layout.widths = shown;
    const size_t frame = kFrame * shown.size() + 1;
    const size_t budget = width_max > frame ? width_max - frame : 1;
    if (width_max == 0 || CappedSum(shown, is_text, SIZE_MAX) <= budget) return layout;
    auto cut = CutToFit(shown, is_text, budget);
    if (!cut) cut = CutToFit(shown, std::vector<bool>(shown.size(), true), budget);
    if (cut) {
      layout.widths = *cut;
      return layout;
    }
  }
  // Not even the first column is of any use: as much of it as there is room for.
  const size_t room = width_max > kFrame + 1 ? width_max - kFrame - 1 : 1;
  return count == 0 ? BoxLayout{} : BoxLayout{{0}, {std::min(natural[0], room)}};
}

}  // namespace fathom
