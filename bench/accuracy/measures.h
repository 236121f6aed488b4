// How good a list of scores is against the truth.
#pragma once

#include <cstddef>
#include <vector>

namespace fathom::accuracy {

struct Judged {
  double score = 0;  // larger = more likely true
  bool truth = false;
};

// Probability that a true row scores above a false one, ties counting half; NaN without both kinds.
double Auc(std::vector<Judged> rows);

// Share of rows on the right side of `threshold` (true: score > threshold); NaN without rows.
double Accuracy(const std::vector<Judged>& rows, double threshold);

// Share of the true (false) rows on the right side.
double Recall(const std::vector<Judged>& rows, bool truth, double threshold);

}  // namespace fathom::accuracy
