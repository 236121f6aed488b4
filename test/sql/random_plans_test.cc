// Goal: wherever calls stand in a query, lifting them into the plan does not change its answer.
// Method: random queries over two small tables, each run with the rule and DuckDB's optimizer and
// without both (the calls are then evaluated in place, the plain reading of the SQL). A failure
// prints the query; the queries depend on the seed only.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "duck/session.h"
#include "llm/model_registry.h"

namespace fathom {
namespace {

using Strings = std::vector<std::string>;

class QueryMaker {
 public:
  explicit QueryMaker(uint32_t seed) : random_(seed) {}

  std::string Query() {
    depth_ = 0;
    const From from = MakeFrom();
    std::string sql = "SELECT ";
    const bool grouped = Chance(4);
    const std::string key = grouped ? Value(from) : "";
    if (grouped) {
      sql += key + " AS c0, count(*) AS c1, " + Aggregate(from) + " AS c2";
    } else {
      sql += Value(from) + " AS c0, " + Value(from) + " AS c1, " + Scalar(from) + " AS c2";
    }
    sql += " FROM " + from.text;
    if (Chance(2, 3)) sql += " WHERE " + Predicate(from);
    if (grouped) sql += " GROUP BY " + key;
    if (grouped && Chance(3))
      sql += " HAVING count(*) > 1 OR ai_filter(min(" + from.texts[0] + "))";
    if (Chance(3)) sql = "SELECT c0, c2 FROM (" + sql + ") q WHERE c2 IS NOT NULL";
    if (Chance(3)) sql += " ORDER BY ALL LIMIT " + std::to_string(Pick(8));
    return sql;
  }

 private:
  struct From {
    std::string text;
    Strings texts;    // VARCHAR columns
    Strings numbers;  // INTEGER columns
  };

  int Pick(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  bool Chance(int of) { return Pick(of) == 0; }
  bool Chance(int part, int of) { return Pick(of) < part; }
  const std::string& One(const Strings& of) {
    return of[static_cast<size_t>(Pick(static_cast<int>(of.size())))];
  }

  From Table() {
    const std::string alias = "t" + std::to_string(++aliases_);
    const std::string name = Chance(2) ? "a" : "b";
    From from{name + " " + alias, {alias + ".s"}, {alias + ".i", alias + ".k"}};
    if (Chance(4)) {
      const std::string source = name == "a" ? "a" : "b";
      from.text = "(SELECT i, k, s, ai_filter(s) AS f FROM " + source + ") " + alias;
    } else if (Chance(4)) {
      from.text = "(SELECT * FROM " + name +
                  " WHERE ai_classify(s, ['great', 'cold']) = 'great' OR k = 1) " + alias;
    }
    return from;
  }

  From MakeFrom() {
    From from = Table();
    while (Chance(2) && aliases_ < 3) {
      From right = Table();
      From both = from;
      both.texts.insert(both.texts.end(), right.texts.begin(), right.texts.end());
      both.numbers.insert(both.numbers.end(), right.numbers.begin(), right.numbers.end());
      const std::string equal = One(from.numbers) + " = " + One(right.numbers);
      const std::string extra = Chance(3) ? " AND " + JoinPredicate(both) : "";
      const Strings kinds{"JOIN",      "LEFT JOIN", "RIGHT JOIN", "FULL JOIN",
                          "SEMI JOIN", "ANTI JOIN", ","};
      const std::string& kind = One(kinds);
      if (kind == ",") {
        from = both;
        from.text += ", " + right.text;
        continue;
      }
      const bool left_only = kind == "SEMI JOIN" || kind == "ANTI JOIN";
      const std::string joined = from.text + " " + kind + " " + right.text + " ON " + equal + extra;
      if (!left_only) from = both;
      from.text = joined;
    }
    return from;
  }

  std::string Text(const From& from) {
    if (Chance(5)) return "coalesce(" + One(from.texts) + ", 'great')";
    return One(from.texts);
  }

  std::string Boolean(const From& from) {
    switch (Pick(6)) {
      case 0: return "ai_filter(" + Text(from) + ")";
      case 1:
        return "ai_filter(prompt('both: {0} {1}', " + Text(from) + ", " + One(from.texts) + "))";
      case 2: return "ai_classify(" + Text(from) + ", ['great', 'cold']) = 'great'";
      case 3: return "ai_score(" + Text(from) + ", 'quality') > " + One(from.numbers);
      case 4: return "ai_filter('say ' || " + Text(from) + ")";
      default: return "ai_filter(ai_complete(prompt('say {0}', " + Text(from) + ")))";
    }
  }

  std::string Plain(const From& from) {
    switch (Pick(4)) {
      case 0: return One(from.numbers) + " < " + std::to_string(Pick(12));
      case 1: return One(from.numbers) + " = " + One(from.numbers);
      case 2: return One(from.texts) + " LIKE '%1%'";
      default: return One(from.texts) + " IS NOT NULL";
    }
  }

  // Without subqueries, which DuckDB has not in the conditions of outer joins.
  std::string JoinPredicate(const From& from) {
    switch (Pick(3)) {
      case 0: return Boolean(from);
      case 1: return "(" + Plain(from) + " OR " + Boolean(from) + ")";
      default: return "CASE WHEN " + Boolean(from) + " THEN " + Plain(from) + " ELSE NULL END";
    }
  }

  std::string Predicate(const From& from) {
    if (++depth_ > 6) return Plain(from);
    switch (Pick(9)) {
      case 0: return "(" + Predicate(from) + " OR " + Predicate(from) + ")";
      case 1: return "NOT (" + Predicate(from) + ")";
      case 2: return "(" + Predicate(from) + ") IS NOT FALSE";
      case 3:
        return "(CASE WHEN " + Predicate(from) + " THEN " + Predicate(from) + " ELSE " +
               Boolean(from) + " END)";
      case 4: return One(from.numbers) + " IN (SELECT i FROM b WHERE ai_filter(b.s))";
      case 5:
        return "EXISTS (SELECT 1 FROM a WHERE a.i = " + One(from.numbers) + " AND ai_filter(a.s))";
      case 6: return Plain(from);
      case 7: return Boolean(from) + " AND " + Predicate(from);
      default: return Boolean(from);
    }
  }

  std::string Scalar(const From& from) {
    switch (Pick(6)) {
      case 0: return Predicate(from);
      case 1: return "coalesce(nullif(" + Plain(from) + ", true), " + Boolean(from) + ")";
      case 2: return "round(ai_score(" + Text(from) + ", 'quality'), 6)";
      case 3:
        return "(SELECT count(*) FROM a WHERE a.k = " + One(from.numbers) + " AND ai_filter(a.s))";
      case 4: return "ai_complete(prompt('say {0}', " + Text(from) + "))";
      default: return One(from.numbers) + " + 1";
    }
  }

  std::string Value(const From& from) {
    switch (Pick(4)) {
      case 0: return One(from.texts);
      case 1: return Boolean(from);
      default: return One(from.numbers);
    }
  }

  std::string Aggregate(const From& from) {
    switch (Pick(3)) {
      case 0: return "count(*) FILTER (WHERE " + Predicate(from) + ")";
      case 1: return "bool_or(" + Predicate(from) + ")";
      default: return "round(max(ai_score(" + Text(from) + ", 'quality')), 6)";
    }
  }

  std::mt19937 random_;
  int aliases_ = 0;
  int depth_ = 0;
};

class RandomPlansTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("FATHOM_STUB", FATHOM_SOURCE_DIR "/test/sql/stub.json", 1);
    models_ = std::make_unique<ModelRegistry>(ModelRegistry::Options{"/nonexistent", 1});
    auto session = Session::Open({.models = models_.get(), .default_model = "stub"});
    ASSERT_TRUE(session.ok()) << session.error().message;
    session_ = std::move(*session);
    Rows(
        "CREATE TABLE a AS SELECT i::INTEGER AS i, (i % 4)::INTEGER AS k, CASE WHEN i % 7 = 3 THEN "
        "NULL "
        "WHEN i % 7 = 5 THEN '' WHEN i % 2 = 0 THEN 'great ' || i ELSE 'cold ' || i END AS s FROM "
        "range(20) r(i)");
    Rows(
        "CREATE TABLE b AS SELECT (i * 2)::INTEGER AS i, (i % 3)::INTEGER AS k, "
        "CASE WHEN i % 3 = 0 THEN 'great b' || i ELSE 'b' || i END AS s FROM range(12) r(i)");
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

  std::unique_ptr<ModelRegistry> models_;
  std::unique_ptr<Session> session_;
};

TEST_F(RandomPlansTest, LiftingDoesNotChangeAnswers) {
  const char* count = std::getenv("FATHOM_RANDOM_PLANS");
  const int queries = count == nullptr ? 150 : std::atoi(count);
  int errors = 0;
  for (int seed = 0; seed < queries; ++seed) {
    const std::string sql = QueryMaker(static_cast<uint32_t>(seed)).Query();
    Rows("PRAGMA enable_optimizer");
    const Strings lifted = Rows(sql);
    Rows("PRAGMA disable_optimizer");
    const Strings in_place = Rows(sql);
    ASSERT_EQ(lifted, in_place) << "seed " << seed << ": " << sql;
    if (!lifted.empty() && lifted[0].starts_with("error")) ++errors;
  }
  EXPECT_LT(errors, queries / 10);  // the queries are meant to run
}

}  // namespace
}  // namespace fathom
