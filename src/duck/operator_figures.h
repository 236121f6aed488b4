// What the ai_* calls of one operator do: forecast by EXPLAIN, measured by EXPLAIN ANALYZE.
#pragma once

#include <cstdint>

#include "duck/duckdb_api.h"

namespace fathom {

struct OperatorFigures {
  int64_t rows = 0;         // with an input
  int64_t distinct = 0;     // inputs this operator was the first to meet
  int64_t from_ledger = 0;  // of these
  int64_t asked = 0;        // of these
  int64_t sampled = 0;      // asked by EXPLAIN itself; in from_ledger
  int64_t tokens = 0;       // prompts and answers
  double seconds = 0;       // of the model
  double cost = 0;          // US dollars
};

// Adds a line for each figure, for people.
void AddFigures(const OperatorFigures& figures,
                duckdb::InsertionOrderPreservingMap<std::string>* lines);

// The same on one line.
std::string FiguresText(const OperatorFigures& figures);

}  // namespace fathom
