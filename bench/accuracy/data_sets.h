// The development sets, read where they lie; nothing of them is kept in the repository.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "semantic/task.h"

namespace fathom::accuracy {

struct LabelledRow {
  std::string text;
  size_t label = 0;  // filters: 1 = the statement is true
};

// One query a user would write, with rows whose answer is known.
struct DataSet {
  std::string name;
  InputTemplate input;
  std::vector<Label> labels;  // empty: ai_filter
  std::vector<LabelledRow> rows;
};

std::vector<std::string> DataSetNames();

// At most `rows` rows of the set, the same ones for the same `seed`; 0 = all, in file order.
// Errors: kNotFound naming the file, kCorrupt, kInvalidArgument for an unknown name.
Result<DataSet> LoadDataSet(const std::string& name, const std::string& folder, size_t rows,
                            uint64_t seed);

}  // namespace fathom::accuracy
