// Goal: wherever calls stand in a query, our rules do not change its answer.
// Method: random queries (query_maker.h), each run
//   lifted     as users run it, with our rules and DuckDB's optimizer,
//   naive      on stub_x, ordinary functions that no rule of ours knows, without any optimizer: the
//              plain reading of the SQL, row by row,
//   in place   with ai_x, without any optimizer: the functions' bodies.
// All three must give the same rows. The plain reading may fail where rules have left a failing
// row out; never the other way round. FATHOM_RANDOM_PLANS is the number of queries (200), and
// FATHOM_RANDOM_PLANS_SEED the first seed (1); a failure prints seed and query.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "duck/session.h"
#include "llm/model_registry.h"
#include "query_maker.h"

namespace fathom {
namespace {

using Strings = std::vector<std::string>;

int Number(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

// stub_x for ai_x.
std::string Naive(std::string sql) {
  for (size_t at = sql.find("ai_"); at != std::string::npos; at = sql.find("ai_", at + 5)) {
    sql.replace(at, 3, "stub_");
  }
  return sql;
}

bool IsError(const Strings& rows) { return !rows.empty() && rows[0].starts_with("error: "); }

class RandomPlansTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("FATHOM_STUB", FATHOM_SOURCE_DIR "/test/sql/stub.json", 1);
    models_ = std::make_unique<ModelRegistry>(ModelRegistry::Options{"/nonexistent", 1});
    auto session = Session::Open({.models = models_.get(), .default_model = "stub"});
    ASSERT_TRUE(session.ok()) << session.error().message;
    session_ = std::move(*session);
    for (const std::string& statement : TableStatements()) Rows(statement);
  }

  // Sorted, cells separated by '|'; or the error.
  Strings Rows(const std::string& sql) {
    Strings lines;
    auto result = session_->Query(sql);
    if (!result.ok()) return {"error: " + result.error().message};
    while (true) {
      auto rows = result->Next();
      if (!rows.ok()) return {"error: " + rows.error().message};
      if (rows->empty()) break;
      for (const ResultRow& row : *rows) {
        std::string& line = lines.emplace_back();
        for (const Cell& cell : row) line += cell.value_or("NULL") + "|";
      }
    }
    std::ranges::sort(lines);
    return lines;
  }

  // Of the last statement; nothing stays of what the others do.
  Strings RowsOfLast(const Strings& statements) {
    if (statements.size() == 1) return Rows(statements[0]);
    Rows("BEGIN");
    Strings rows;
    for (const std::string& statement : statements) {
      rows = Rows(statement);
      if (IsError(rows)) break;
    }
    Rows("ROLLBACK");
    return rows;
  }

  std::unique_ptr<ModelRegistry> models_;
  std::unique_ptr<Session> session_;
};

TEST_F(RandomPlansTest, RulesDoNotChangeAnswers) {
  const int queries = Number("FATHOM_RANDOM_PLANS", 200);
  const int first = Number("FATHOM_RANDOM_PLANS_SEED", 1);
  int errors = 0;
  int empty = 0;
  for (int seed = first; seed < first + queries; ++seed) {
    const Strings statements = MakeRandomQuery(static_cast<uint32_t>(seed));
    Strings naive_statements;
    for (const std::string& statement : statements) naive_statements.push_back(Naive(statement));
    Rows("PRAGMA enable_optimizer");
    const Strings lifted = RowsOfLast(statements);
    Rows("PRAGMA disable_optimizer");
    const Strings naive = RowsOfLast(naive_statements);
    const Strings in_place = RowsOfLast(statements);
    errors += IsError(naive) ? 1 : 0;
    empty += naive.empty() ? 1 : 0;
    if (IsError(naive)) continue;
    ASSERT_EQ(lifted, naive) << "seed " << seed << ": " << statements[0];
    ASSERT_EQ(in_place, naive) << "seed " << seed << ": " << statements[0];
  }
  std::printf("seeds %d to %d: %d queries, %d of them fail, %d without rows\n", first,
              first + queries - 1, queries, errors, empty);
  EXPECT_LT(errors, queries / 10);  // the queries are meant to run,
  EXPECT_LT(empty, queries / 2);    // and to show something
}

}  // namespace
}  // namespace fathom
