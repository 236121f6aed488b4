// How many inputs the model is asked about, query by query, beside the least that any plan needs
// (queries.txt derives it) and beside DuckDB's own plan of the same functions as ordinary scalar
// functions (stub_x: no rule of ours, nothing remembered). The model is a stub; answers of both
// plans are compared.
//   fathom_plans [NAME...]   only these queries
//   --explain                also their plans
//   --check                  exit status 1 unless all answers agree, no query takes more than twice
//                            the minimum and at least 90 % take no more than the minimum
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "duck/session.h"
#include "llm/model_registry.h"
#include "plans/query_file.h"

namespace fathom {
namespace {

using Lines = std::vector<std::string>;

std::string ReplaceAll(std::string text, const std::string& what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

struct Outcome {
  Lines rows;  // of all statements
  int64_t asked = 0;
};

class Database {
 public:
  explicit Database(const QueryFile& file) {
    folder_ = std::filesystem::temp_directory_path() / ("fathom_plans_" + std::to_string(getpid()));
    std::filesystem::create_directory(folder_);
    models_ = std::make_unique<ModelRegistry>(ModelRegistry::Options{"/nonexistent", 1});
    auto session = Session::Open({.models = models_.get(), .default_model = "stub"});
    if (!session.ok()) Fail("open", session.error().message);
    session_ = std::move(*session);
    for (const std::string& statement : file.setup) {
      Run(statement);
      // The views and macros once more, on the ordinary functions.
      const std::string plain = Plain(statement);
      if (plain != statement) Run(plain);
    }
  }
  ~Database() { std::filesystem::remove_all(folder_); }

  // stub_x for ai_x, and likewise for views and macros of setup that hold an ai_x.
  static std::string Plain(std::string sql) {
    for (const char* name : {"liked", "topics", "is_urgent"}) {
      for (const char* before : {" ", "("}) {
        for (const char* after : {" ", "(", ".", ";", "\n", ")"}) {
          const std::string word = before + std::string(name) + after;
          sql = ReplaceAll(sql, word, before + ("stub_" + std::string(name)) + after);
        }
      }
    }
    return ReplaceAll(sql, "ai_", "stub_");
  }

  // Nothing stays of what the statements do.
  Outcome RunAll(const std::vector<std::string>& statements, bool plain) {
    Outcome outcome;
    Run("BEGIN");
    for (const std::string& statement : statements) {
      std::string sql = ReplaceAll(statement + "\n", "{tmp}", folder_);
      if (plain) sql = Plain(sql);
      Outcome one = Run(sql);
      outcome.asked += one.asked;
      outcome.rows.insert(outcome.rows.end(), one.rows.begin(), one.rows.end());
    }
    Run("ROLLBACK");
    return outcome;
  }

  // Rows sorted; cells of a row end with '|'.
  Outcome Run(const std::string& sql) {
    Outcome outcome;
    auto result = session_->Query(sql);
    if (!result.ok()) Fail(sql, result.error().message);
    while (true) {
      auto rows = result->Next();
      if (!rows.ok()) Fail(sql, rows.error().message);
      if (rows->empty()) break;
      for (const ResultRow& row : *rows) {
        std::string& line = outcome.rows.emplace_back();
        for (const Cell& cell : row) line += cell.value_or("NULL") + "|";
      }
    }
    std::ranges::sort(outcome.rows);
    outcome.asked = session_->LastRun().asked;
    return outcome;
  }

  std::vector<int64_t> Numbers(const std::string& sql) {
    std::vector<int64_t> numbers;
    const Outcome outcome = Run(sql);
    if (outcome.rows.size() != 1) Fail(sql, "a minimum is one row");
    std::string rest = outcome.rows[0];
    for (size_t end = rest.find('|'); end != std::string::npos; end = rest.find('|')) {
      numbers.push_back(std::atoll(rest.c_str()));
      rest.erase(0, end + 1);
    }
    return numbers;
  }

 private:
  [[noreturn]] static void Fail(const std::string& sql, const std::string& message) {
    std::fprintf(stderr, "%s\n%s\n", sql.c_str(), message.c_str());
    std::exit(2);
  }

  std::filesystem::path folder_;
  std::unique_ptr<ModelRegistry> models_;
  std::unique_ptr<Session> session_;
};

// The batches that are begun until `needed` inputs are answered: 16, 16 + 32, ...
int64_t WholeBatches(int64_t needed) {
  int64_t asked = 0;
  for (int64_t batch = 16; asked < needed; batch = std::min<int64_t>(2 * batch, 2048)) {
    asked += batch;
  }
  return asked;
}

struct Measured {
  int64_t calls = 0;
  int64_t minimum = 0;
  int64_t allowed = 0;  // the minimum, or the batches it begins
  int64_t plain = 0;    // rows that DuckDB's plan evaluates
  bool same_rows = false;

  bool equal() const { return calls <= allowed; }
  // Within a batch counts as once the minimum.
  double ratio() const {
    if (equal()) return 1;
    return static_cast<double>(calls) / static_cast<double>(std::max<int64_t>(allowed, 1));
  }
};

Measured Measure(Database& database, const PlanQuery& query) {
  Measured measured;
  for (const int64_t needed : database.Numbers(query.minimum)) {
    measured.minimum += needed;
    measured.allowed += query.batches ? WholeBatches(needed) : needed;
  }
  const Outcome ours = database.RunAll(query.statements, /*plain=*/false);
  const int64_t before = database.Numbers("SELECT stub_rows()").at(0);
  const Outcome plain = database.RunAll(query.statements, /*plain=*/true);
  measured.calls = ours.asked;
  measured.plain = database.Numbers("SELECT stub_rows()").at(0) - before;
  measured.same_rows = ours.rows == plain.rows;
  return measured;
}

struct Totals {
  int queries = 0;
  int equal = 0;
  int wrong = 0;
  double worst = 1;
  int64_t calls = 0;
  int64_t minimum = 0;
  int64_t plain = 0;
};

void Report(const PlanQuery& query, const Measured& measured, Totals* totals) {
  std::printf("%-34s %6ld %6ld %6.2f %7ld %7.1f %s%s\n", query.name.c_str(), measured.calls,
              measured.minimum, measured.ratio(), measured.plain,
              static_cast<double>(measured.plain) /
                  static_cast<double>(std::max<int64_t>(measured.calls, 1)),
              measured.equal() ? "" : "MORE", measured.same_rows ? "" : " OTHER ANSWER");
  ++totals->queries;
  totals->equal += measured.equal() ? 1 : 0;
  totals->wrong += measured.same_rows ? 0 : 1;
  totals->worst = std::max(totals->worst, measured.ratio());
  totals->calls += measured.calls;
  totals->minimum += measured.minimum;
  totals->plain += measured.plain;
}

void Explain(Database& database, const PlanQuery& query) {
  for (const std::string& statement : query.statements) {
    if (!statement.starts_with("SELECT") && !statement.starts_with("WITH")) continue;
    for (const std::string& line : database.Run("EXPLAIN " + statement).rows) {
      std::printf("%s\n", line.c_str());
    }
  }
}

int Main(const Lines& arguments) {
  const bool check = std::ranges::count(arguments, "--check") > 0;
  const bool explain = std::ranges::count(arguments, "--explain") > 0;
  const bool all = std::ranges::all_of(arguments, [](const auto& a) { return a.starts_with('-'); });
  setenv("FATHOM_STUB", FATHOM_SOURCE_DIR "/bench/plans/stub.json", 1);
  const QueryFile file = ReadQueryFile(FATHOM_SOURCE_DIR "/bench/plans/queries.txt");
  Database database(file);
  Totals totals;
  std::printf("%-34s %6s %6s %6s %7s %7s\n", "query", "calls", "least", "ratio", "plain", "/calls");
  for (const PlanQuery& query : file.queries) {
    if (!all && std::ranges::count(arguments, query.name) == 0) continue;
    if (explain) Explain(database, query);
    Report(query, Measure(database, query), &totals);
  }
  std::printf(
      "\n%d queries: %d with the least calls (%.1f %%), worst %.2f times the least; %ld calls, "
      "least "
      "%ld, as ordinary functions %ld; %d with other answers\n",
      totals.queries, totals.equal, 100.0 * totals.equal / std::max(totals.queries, 1),
      totals.worst, totals.calls, totals.minimum, totals.plain, totals.wrong);
  const bool good =
      totals.wrong == 0 && totals.worst <= 2 && 10 * totals.equal >= 9 * totals.queries;
  return check && !good ? 1 : 0;
}

}  // namespace
}  // namespace fathom

int main(int argc, char** argv) {
  return fathom::Main(std::vector<std::string>(argv + 1, argv + argc));
}
