#include "query_maker.h"

#include <random>

namespace fathom {
namespace {

using Strings = std::vector<std::string>;

// What a FROM clause offers.
struct From {
  std::string text;
  Strings texts;    // VARCHAR columns
  Strings numbers;  // INTEGER columns
  Strings flags;    // BOOLEAN columns, answers mostly

  void Add(const From& other) {
    texts.insert(texts.end(), other.texts.begin(), other.texts.end());
    numbers.insert(numbers.end(), other.numbers.begin(), other.numbers.end());
    flags.insert(flags.end(), other.flags.begin(), other.flags.end());
  }
};

class QueryMaker {
 public:
  explicit QueryMaker(uint32_t seed) : random_(seed) {}

  Strings Statements() {
    switch (Pick(16)) {
      case 0: return {"CREATE TABLE made AS " + Query(), "SELECT * FROM made"};
      case 1: return {"DELETE FROM a WHERE " + Predicate(Base("a")), "SELECT * FROM a"};
      case 2:
        return {"UPDATE a SET k = CASE WHEN " + Predicate(Base("a")) +
                    " THEN 100 ELSE k END WHERE " + Predicate(Base("a")),
                "SELECT * FROM a"};
      case 3: {
        const From from = MakeFrom();
        return {"INSERT INTO a SELECT " + One(from.numbers) + ", " + One(from.numbers) + ", " +
                    One(from.texts) + " FROM " + from.text + " WHERE " + Predicate(from),
                "SELECT * FROM a"};
      }
      default: return {Query()};
    }
  }

 private:
  int Pick(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  bool Chance(int of) { return Pick(of) == 0; }
  bool Chance(int part, int of) { return Pick(of) < part; }
  const std::string& One(const Strings& of) {
    return of[static_cast<size_t>(Pick(static_cast<int>(of.size())))];
  }

  std::string Query() {
    std::string with;
    if (Chance(4)) {
      with = "WITH ct AS " + One({"", "", "MATERIALIZED ", "NOT MATERIALIZED "}) + "(" +
             Derived(One({"a", "b", "c"})) + ") ";
      has_cte_ = true;
    }
    std::string sql = Chance(6) ? SetOperation() : Select();
    if (Chance(3)) sql = "SELECT c0, c2 FROM (" + sql + ") q WHERE c2 IS NOT NULL";
    if (Chance(3)) sql += " ORDER BY ALL LIMIT " + std::to_string(Pick(8));
    return with + sql;
  }

  std::string Select() {
    depth_ = 0;
    const From from = MakeFrom();
    std::string sql = "SELECT ";
    const bool grouped = Chance(4);
    const std::string key = grouped ? Value(from) : "";
    if (grouped) {
      sql += key + " AS c0, count(*) AS c1, " + Aggregate(from) + " AS c2";
    } else {
      sql += One({"", "", "", "DISTINCT "}) + Value(from) + " AS c0, " + Value(from) + " AS c1, " +
             Scalar(from) + " AS c2";
    }
    sql += " FROM " + from.text;
    if (Chance(2, 3)) sql += " WHERE " + Predicate(from);
    if (grouped && Chance(4)) return sql + " GROUP BY GROUPING SETS ((" + key + "), ())";
    if (grouped) sql += " GROUP BY " + key;
    if (grouped && Chance(3)) {
      sql += " HAVING count(*) > 1 OR ai_filter(min(" + from.texts[0] + "))";
    }
    return sql;
  }

  std::string SetOperation() {
    std::string sql;
    for (int side = 0; side < 2; ++side) {
      const From from = MakeFrom();
      sql += "SELECT " + One(from.numbers) + " AS c0, " + One(from.texts) + " AS c1, " +
             Boolean(from) + " AS c2 FROM " + from.text;
      if (Chance(2)) sql += " WHERE " + Predicate(from);
      if (side == 0) {
        sql += " " + One({"UNION", "UNION ALL", "EXCEPT", "INTERSECT", "EXCEPT ALL"}) + " ";
      }
    }
    return sql;
  }

  std::string Alias() { return "t" + std::to_string(++aliases_); }

  From Base(const std::string& name, const std::string& alias = "") {
    const std::string prefix = alias.empty() ? "" : alias + ".";
    return {name + " " + alias, {prefix + "s"}, {prefix + "i", prefix + "k"}, {}};
  }

  // A query over one table that shows i, k, s and a flag f.
  std::string Derived(const std::string& name) {
    const From from = Base(name);
    const std::string all = "SELECT i, k, s, ";
    const std::string rows = " AS f FROM " + name;
    switch (Pick(10)) {
      case 0: return all + Boolean(from) + rows;
      case 1: return all + "k > 1" + rows + " WHERE " + Boolean(from);
      case 2: return all + Boolean(from) + rows + " WHERE " + Predicate(from);
      case 3: return all + Boolean(from) + rows + " WHERE " + Boolean(from) + " LIMIT 3";
      case 4:
        return all + Boolean(from) + rows + " ORDER BY i DESC LIMIT " + std::to_string(Pick(9)) +
               " OFFSET " + std::to_string(Pick(3));
      case 5:
        return all + Boolean(from) + rows +
               One({" UNION ALL ", " UNION ", " EXCEPT ", " INTERSECT ", " EXCEPT ALL "}) + all +
               One({Boolean(from), "k > 1"}) + " FROM b";
      case 6:
        return "SELECT min(i) AS i, k, min(s) AS s, bool_or(" + Boolean(from) + ")" + rows +
               " GROUP BY k" +
               One({"", " HAVING ai_filter(min(s))", " HAVING count(*) FILTER (WHERE i > 4) > 2",
                    " HAVING max(i) > 9 AND count(DISTINCT s) > 1 AND bool_or(ai_filter(s))"});
      case 8:
        return "SELECT DISTINCT ON (k) i, k, s, " + Boolean(from) + rows + " ORDER BY k, " +
               One({"i DESC", "ai_score(s, 'quality'), i"});
      case 7:
        return "SELECT row_number() OVER (" +
               One({"PARTITION BY k ORDER BY i", "ORDER BY ai_score(s, 'quality'), i",
                    "PARTITION BY k ORDER BY ai_score(s, 'quality'), i"}) +
               ")::INTEGER AS i, k, s, " + Boolean(from) + rows +
               One({"", " QUALIFY row_number() OVER (ORDER BY i) > 4"});
      default: return "SELECT DISTINCT k AS i, k, s, " + Boolean(from) + rows;
    }
  }

  From Table() {
    const std::string alias = Alias();
    const std::string name = One({"a", "b", "c"});
    From from = Base(name, alias);
    if (Chance(1, 2)) return from;
    if (has_cte_ && Chance(1, 2)) {
      from.text = "ct " + alias;
    } else if (Chance(8)) {
      from.text = "ai_view " + alias;
    } else {
      from.text = "(" + Derived(name) + ") " + alias;
    }
    from.flags.push_back(alias + ".f");
    return from;
  }

  From MakeFrom() {
    From from = Table();
    for (int tables = 1; tables < 4 && Chance(1, 2); ++tables) {
      if (Chance(8)) {
        AddLateral(from);
        continue;
      }
      const From right = Table();
      From both = from;
      both.Add(right);
      const std::string kind = One(
          {"JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "SEMI JOIN", "ANTI JOIN", ","});
      if (kind == ",") {
        // Mostly with a condition: few enough rows for everything above.
        both.text =
            from.text + (Chance(4) ? ", " + right.text
                                   : " JOIN " + right.text + " ON " + One(right.numbers) + " < 4");
        from = both;
        continue;
      }
      const std::string joined =
          from.text + " " + kind + " " + right.text + " ON " + JoinCondition(from, right, both);
      if (kind != "SEMI JOIN" && kind != "ANTI JOIN") from = both;
      from.text = joined;
    }
    return from;
  }

  std::string JoinCondition(const From& left, const From& right, const From& both) {
    const std::string equal = One(left.numbers) +
                              One({" = ", " = ", " = ", " IS NOT DISTINCT FROM ", " < "}) +
                              One(right.numbers) + One({"", "", "", " + 1"});
    switch (Pick(8)) {
      case 0: return equal + " AND " + JoinPredicate(both);
      case 1: return equal + " AND " + JoinPredicate(left);
      case 2: return equal + " AND " + JoinPredicate(right);
      case 3: return equal + " AND " + Label(left) + " = " + Label(right);
      case 4: return Label(left) + " = " + Label(right);
      default: return equal;
    }
  }

  void AddLateral(From& from) {
    const std::string alias = Alias();
    const std::string inner = Alias();
    From both = from;
    both.Add(Base("b", inner));
    from.text += ", LATERAL (SELECT " + inner + ".i, " + inner + ".k, " + inner + ".s, " +
                 Boolean(both) + " AS f FROM b " + inner + " WHERE " + inner +
                 ".k = " + One(from.numbers) + One({"", " AND " + Boolean(both)}) + ") " + alias;
    from.texts.push_back(alias + ".s");
    from.numbers.push_back(alias + ".i");
    from.flags.push_back(alias + ".f");
  }

  std::string Text(const From& from) {
    switch (Pick(8)) {
      case 0: return "coalesce(" + One(from.texts) + ", 'great')";
      case 1: return One(from.texts) + " || '!'";
      default: return One(from.texts);
    }
  }

  std::string Label(const From& from) {
    return "ai_classify(" + Text(from) + ", ['great', 'cold'])";
  }

  std::string Boolean(const From& from) {
    if (!from.flags.empty() && Chance(4)) return One(from.flags);
    switch (Pick(9)) {
      case 0: return "ai_filter(" + Text(from) + ")";
      case 1:
        return "ai_filter(prompt('both: {0} {1}', " + Text(from) + ", " + One(from.texts) + "))";
      case 2: return Label(from) + " = 'great'";
      case 3: return "ai_score(" + Text(from) + ", 'quality') > " + One(from.numbers);
      case 4: return "ai_filter('say ' || " + Text(from) + ")";
      case 5: return "(ai_filter(" + Text(from) + ", {'details': true})).value";
      case 6: return "ai_filter(" + Text(from) + ", {'details': true}) IS NULL";
      case 7: {
        // The cast fails where the condition does not hold.
        const std::string text = One(from.texts);
        return "CASE WHEN " + text + " LIKE 'great %' THEN ai_filter('great ' || CAST(split_part(" +
               text + ", ' ', 2) AS INTEGER)) ELSE NULL END";
      }
      default: return "ai_filter(ai_complete(prompt('say {0}', " + Text(from) + ")))";
    }
  }

  std::string Plain(const From& from) {
    switch (Pick(6)) {
      case 0: return One(from.numbers) + " < " + std::to_string(Pick(12));
      case 1: return One(from.numbers) + " = " + One(from.numbers);
      case 2: return One(from.texts) + " LIKE '%1%'";
      case 3: return "random() >= 0";
      case 4: return One(from.numbers) + " IS NOT NULL";
      default: return One(from.texts) + " IS NOT NULL";
    }
  }

  // Without subqueries, which DuckDB has not in the conditions of outer joins.
  std::string JoinPredicate(const From& from) {
    switch (Pick(4)) {
      case 0: return "(" + Plain(from) + " OR " + Boolean(from) + ")";
      case 1: return "CASE WHEN " + Boolean(from) + " THEN " + Plain(from) + " ELSE NULL END";
      default: return Boolean(from);
    }
  }

  std::string Predicate(const From& from) {
    if (++depth_ > 6) return Plain(from);
    switch (Pick(10)) {
      case 0: return "(" + Predicate(from) + " OR " + Predicate(from) + ")";
      case 1: return "NOT (" + Predicate(from) + ")";
      case 2: return "(" + Predicate(from) + ") IS NOT FALSE";
      case 3:
        return "(CASE WHEN " + Predicate(from) + " THEN " + Predicate(from) + " ELSE " +
               Boolean(from) + " END)";
      case 4: return Subquery(from);
      case 5: return Plain(from);
      case 6: return Boolean(from) + " AND " + Predicate(from);
      case 7: return Boolean(from) + " AND " + Boolean(from) + " AND " + Plain(from);
      default: return Boolean(from);
    }
  }

  std::string Subquery(const From& from) {
    const std::string alias = Alias();
    const From inner = Base(One({"a", "b", "c"}), alias);
    From both = from;
    both.Add(inner);
    const std::string outer = One(from.numbers);
    const std::string number = One(inner.numbers);
    const std::string rows = " FROM " + inner.text + " WHERE ";
    const std::string where = rows + number + " = " + outer + " AND ";
    switch (Pick(8)) {
      case 0: return outer + " IN (SELECT " + number + rows + Boolean(inner) + ")";
      case 1: return outer + " NOT IN (SELECT " + number + rows + Boolean(inner) + ")";
      case 2: return "EXISTS (SELECT 1" + where + Boolean(inner) + ")";
      case 3: return "NOT EXISTS (SELECT 1" + where + Boolean(both) + ")";
      case 4: return "EXISTS (SELECT 1" + where + Boolean(both) + " AND " + Boolean(inner) + ")";
      case 5: return outer + " >= (SELECT max(" + number + ")" + rows + Boolean(inner) + ")";
      case 6: return outer + " <= ALL (SELECT " + number + rows + Boolean(inner) + ")";
      default: return "EXISTS (SELECT 1" + rows + Boolean(inner) + ")";
    }
  }

  std::string Scalar(const From& from) {
    switch (Pick(7)) {
      case 0: return Predicate(from);
      case 1: return "coalesce(nullif(" + Plain(from) + ", true), " + Boolean(from) + ")";
      case 2: return "round(ai_score(" + Text(from) + ", 'quality'), 6)";
      case 3: {
        const std::string alias = Alias();
        return "(SELECT count(*) FROM a " + alias + " WHERE " + alias +
               ".k = " + One(from.numbers) + " AND ai_filter(" + alias + ".s))";
      }
      case 4: return "ai_complete(prompt('say {0}', " + Text(from) + "))";
      case 5: return "count(*) OVER (PARTITION BY " + Boolean(from) + ")";
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
  bool has_cte_ = false;
};

}  // namespace

// i is unique in each; k and s have duplicates and NULLs, s blanks.
std::vector<std::string> TableStatements() {
  return {
      "CREATE TABLE a AS SELECT i::INTEGER AS i, CASE WHEN i % 9 <> 4 THEN i % 4 END::INTEGER AS k,"
      " CASE WHEN i % 7 = 3 THEN NULL WHEN i % 7 = 5 THEN '' WHEN i % 2 = 0 THEN 'great ' || i "
      "ELSE 'cold ' || (i % 6) END AS s FROM range(20) r(i)",
      "CREATE TABLE b AS SELECT (i * 2)::INTEGER AS i, (i % 3)::INTEGER AS k, "
      "CASE WHEN i % 3 = 0 THEN 'great ' || (i % 5) ELSE 'b' || i END AS s FROM range(12) r(i)",
      "CREATE TABLE c AS SELECT i::INTEGER AS i, CASE WHEN i > 1 THEN 1 END::INTEGER AS k, "
      "CASE WHEN i % 2 = 0 THEN 'great 7' END AS s FROM range(5) r(i)",
      "CREATE VIEW ai_view AS SELECT i, k, s, ai_filter(s) AS f FROM a WHERE ai_filter(s || '?')",
      "CREATE VIEW stub_view AS SELECT i, k, s, stub_filter(s) AS f FROM a WHERE "
      "stub_filter(s || '?')",
  };
}

std::vector<std::string> MakeRandomQuery(uint32_t seed) { return QueryMaker(seed).Statements(); }

}  // namespace fathom
