#include "duck/operator_figures.h"

#include <string>

#include "base/numbers.h"

namespace fathom {

void AddFigures(const OperatorFigures& figures,
                duckdb::InsertionOrderPreservingMap<std::string>* lines) {
  (*lines)["Rows"] = WithSeparators(figures.rows);
  (*lines)["Distinct"] = WithSeparators(figures.distinct);
  (*lines)["From ledger"] = WithSeparators(figures.from_ledger);
  (*lines)["Asked"] = WithSeparators(figures.asked);
  if (figures.sampled > 0) {
    (*lines)["Asked by EXPLAIN"] = WithSeparators(figures.sampled) + " (in the ledger now)";
  }
  (*lines)["Tokens"] = WithSeparators(figures.tokens);
  (*lines)["Model time"] = Seconds(figures.seconds);
  if (figures.cost > 0) (*lines)["Cost"] = Dollars(figures.cost);
}

std::string FiguresText(const OperatorFigures& figures) {
  return Count(figures.rows, "row") + ", " + WithSeparators(figures.distinct) + " distinct, " +
         WithSeparators(figures.from_ledger) + " from the ledger, " +
         WithSeparators(figures.asked) + " asked, " + Count(figures.tokens, "token") + ", " +
         Seconds(figures.seconds) +
         (figures.cost > 0 ? ", " + Dollars(figures.cost) : std::string());
}

}  // namespace fathom
