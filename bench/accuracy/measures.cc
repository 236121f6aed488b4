#include "accuracy/measures.h"

#include <algorithm>
#include <cmath>

namespace fathom::accuracy {

// Rank sum: a true row of rank r (1 = lowest, ties share their mean rank) beats r - 1 others, of
// which (true rows below it) do not count.
double Auc(std::vector<Judged> rows) {
  std::sort(rows.begin(), rows.end(),
            [](const Judged& a, const Judged& b) { return a.score < b.score; });
  double rank_sum = 0;
  double positives = 0;
  for (size_t begin = 0; begin < rows.size();) {
    size_t end = begin;
    while (end < rows.size() && rows[end].score == rows[begin].score) ++end;
    const double rank = (static_cast<double>(begin) + 1 + static_cast<double>(end)) / 2;
    for (size_t i = begin; i < end; ++i) {
      if (!rows[i].truth) continue;
      rank_sum += rank;
      ++positives;
    }
    begin = end;
  }
  const double negatives = static_cast<double>(rows.size()) - positives;
  if (positives == 0 || negatives == 0) return std::nan("");
  return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

double Accuracy(const std::vector<Judged>& rows, double threshold) {
  if (rows.empty()) return std::nan("");
  double right = 0;
  for (const Judged& row : rows) right += (row.score > threshold) == row.truth;
  return right / static_cast<double>(rows.size());
}

double Recall(const std::vector<Judged>& rows, bool truth, double threshold) {
  std::vector<Judged> kind;
  for (const Judged& row : rows) {
    if (row.truth == truth) kind.push_back(row);
  }
  return Accuracy(kind, threshold);
}

}  // namespace fathom::accuracy
