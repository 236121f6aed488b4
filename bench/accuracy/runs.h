// One form over one data set, kept row by row so that long runs can be ended and taken up again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "accuracy/data_sets.h"
#include "accuracy/measures.h"
#include "llm/language_model.h"
#include "semantic/classify_form.h"
#include "semantic/filter_form.h"

namespace fathom::accuracy {

// What the model said of one row: filters hold one score (log-odds of true), classifications the
// log-probability of every label.
struct Outcome {
  std::vector<double> scores;
  size_t truth = 0;
};

struct Key {
  std::string model;  // fingerprint
  std::string set;
  std::string form;
  std::string row;  // the text
  auto operator<=>(const Key&) const = default;
};

struct Cost {
  double seconds = 0;
  int64_t rows = 0;
  int64_t prefix_tokens = 0;
  int64_t row_tokens = 0;
};

// Results in a JSON-lines file that grows: one object per row, one per finished stretch with its
// cost. Opening reads what is there.
class ResultFile {
 public:
  // Errors: kCorrupt with the line, kIo.
  static Result<ResultFile> Open(const std::string& path);

  const Outcome* Find(const Key& key) const;
  Cost CostOf(const std::string& model, const std::string& set, const std::string& form) const;

  Status AppendRow(const Key& key, Outcome outcome);
  Status AppendCost(const Key& key, const Cost& cost);  // key.row is ignored

 private:
  Status Append(const std::string& line);

  std::string path_;
  std::map<Key, Outcome> rows_;
  std::map<Key, Cost> costs_;
};

// Asks about the rows of `set` that `results` lacks, in stretches, with a line of progress on
// stderr after each.
Status RunFilter(LanguageModel& model, const DataSet& set, const FilterForm& form,
                 ResultFile* results);
Status RunClassify(LanguageModel& model, const DataSet& set, const ClassifyForm& form,
                   ResultFile* results);

// The outcomes of the rows of `set` that have one.
std::vector<Outcome> OutcomesOf(const ResultFile& results, const std::string& model,
                                const DataSet& set, const std::string& form);

}  // namespace fathom::accuracy
