// Random queries for random_plans_test.cc: ai_* calls in every place, over the tables a, b and c
// and the view ai_view that the test makes. A query depends on its seed only, has no ties under a
// LIMIT, and gives the same rows however it is planned.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fathom {

// The statements that make the tables and the view.
std::vector<std::string> TableStatements();

// One query, or a change of data with a query behind it: then the statements want a transaction
// that is rolled back. Only the last one returns rows that matter.
std::vector<std::string> MakeRandomQuery(uint32_t seed);

}  // namespace fathom
