// The queries of bench/plans, read from text; the format stands at the head of queries.txt.
#pragma once

#include <string>
#include <vector>

namespace fathom {

struct PlanQuery {
  std::string name;
  bool batches = false;  // equal = within the batch that was begun
  std::vector<std::string> statements;
  std::string minimum;  // SQL
};

struct QueryFile {
  std::vector<std::string> setup;
  std::vector<PlanQuery> queries;
};

// Errors end the program: the file is part of the source tree.
QueryFile ReadQueryFile(const std::string& path);

}  // namespace fathom
