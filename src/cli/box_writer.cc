#include "cli/box_writer.h"

#include <algorithm>

#include "base/numbers.h"
#include "cli/text_width.h"

namespace fathom {
namespace {

constexpr std::string_view kNull = "NULL";
constexpr std::string_view kElided = "…";
constexpr std::string_view kElidedRow = "⋮";

// A cell as it is shown, before it is cut.
std::string Shown(const Cell& cell) { return cell ? Printable(*cell) : std::string(kNull); }

// Draws one table of a known layout.
class Drawing {
 public:
  Drawing(const BoxLayout& layout, const std::vector<ResultColumn>& columns)
      : layout_(layout), columns_(columns) {}

  void Rule(std::string_view left, std::string_view middle, std::string_view right) {
    text_ += left;
    for (size_t i = 0; i < layout_.widths.size(); ++i) {
      if (i > 0) text_ += middle;
      for (size_t n = 0; n < layout_.widths[i] + 2; ++n) text_ += "─";
    }
    text_.append(right).append("\n");
  }

  // `cell(column)` = what to show in that column of the result.
  template <typename CellText>
  void Line(const CellText& cell) {
    for (size_t i = 0; i < layout_.columns.size(); ++i) {
      const size_t column = layout_.columns[i];
      const bool elided = column == kElidedColumn;
      text_ += "│ ";
      Aligned(elided ? std::string(kElided) : cell(column), layout_.widths[i],
              !elided && columns_[column].is_numeric);
      text_ += ' ';
    }
    text_ += "│\n";
  }

  std::string& text() { return text_; }

 private:
  void Aligned(const std::string& cell, size_t width, bool to_the_right) {
    const std::string cut = Truncate(cell, width);
    const std::string blank(width - std::min(width, DisplayWidth(cut)), ' ');
    text_ += to_the_right ? blank + cut : cut + blank;
  }

  const BoxLayout& layout_;
  const std::vector<ResultColumn>& columns_;
  std::string text_;
};

}  // namespace

void BoxWriter::Begin(const std::vector<ResultColumn>& columns) {
  columns_ = columns;
  head_.clear();
  tail_.clear();
  rows_ = 0;
}

void BoxWriter::Rows(std::vector<ResultRow> rows) {
  const auto head_max = static_cast<size_t>((options_.rows_max + 1) / 2);
  const auto tail_max = static_cast<size_t>(options_.rows_max / 2);
  for (ResultRow& row : rows) {
    ++rows_;
    if (options_.rows_max == 0 || head_.size() < head_max) {
      head_.push_back(std::move(row));
    } else if (tail_max > 0) {
      if (tail_.size() == tail_max) tail_.pop_front();
      tail_.push_back(std::move(row));
    }
  }
}

void BoxWriter::End() {
  std::vector<size_t> natural;
  std::vector<bool> numeric;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t width = std::max<size_t>(1, DisplayWidth(Printable(columns_[i].name)));
    const auto widen = [&](const ResultRow& row) {
      width = std::max(width, DisplayWidth(Shown(row[i])));
    };
    std::for_each(head_.begin(), head_.end(), widen);
    std::for_each(tail_.begin(), tail_.end(), widen);
    natural.push_back(width);
    numeric.push_back(columns_[i].is_numeric);
  }
  const BoxLayout layout = LayOutBox(natural, numeric, options_.width_max);
  const int64_t rows_shown = static_cast<int64_t>(head_.size() + tail_.size());

  Drawing drawing(layout, columns_);
  const auto draw_row = [&](const ResultRow& row) {
    drawing.Line([&](size_t column) { return Shown(row[column]); });
  };
  drawing.Rule("┌", "┬", "┐");
  drawing.Line([&](size_t column) { return Printable(columns_[column].name); });
  drawing.Rule("├", "┼", "┤");
  std::for_each(head_.begin(), head_.end(), draw_row);
  if (rows_shown < rows_) drawing.Line([](size_t) { return std::string(kElidedRow); });
  std::for_each(tail_.begin(), tail_.end(), draw_row);
  drawing.Rule("└", "┴", "┘");

  drawing.text() += Count(rows_, "row");
  if (rows_shown < rows_) drawing.text() += " (" + WithSeparators(rows_shown) + " shown)";
  const auto hidden = std::count(layout.columns.begin(), layout.columns.end(), kElidedColumn) > 0;
  if (hidden || layout.columns.size() < columns_.size()) {
    const size_t columns_shown = layout.columns.size() - (hidden ? 1 : 0);
    drawing.text() += ", " + Count(static_cast<int64_t>(columns_.size()), "column") + " (" +
                      std::to_string(columns_shown) + " shown)";
  }
  drawing.text() += '\n';
  output_->Write(drawing.text());
}

}  // namespace fathom
