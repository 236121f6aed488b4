// Goal: the seam to the programs above: results in pieces, kinds, JSON, errors, interrupts, counts.
// The SQL itself is tested as text in test/sql.
#include "duck/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "llm/model_registry.h"

namespace fathom {
namespace {

class SessionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("FATHOM_STUB", FATHOM_SOURCE_DIR "/test/sql/stub.json", 1);
    models_ = std::make_unique<ModelRegistry>(ModelRegistry::Options{"/nonexistent", 1});
    auto session = Session::Open({.models = models_.get(), .default_model = "stub"});
    ASSERT_TRUE(session.ok()) << session.error().message;
    session_ = std::move(*session);
  }

  QueryResult Run(const std::string& sql, QueryHooks hooks = {}) {
    auto result = session_->Query(sql, std::move(hooks));
    EXPECT_TRUE(result.ok()) << sql << ": " << result.error().message;
    return std::move(*result);
  }

  std::vector<ResultRow> Rows(QueryResult result) {
    std::vector<ResultRow> all;
    while (true) {
      auto rows = result.Next();
      EXPECT_TRUE(rows.ok()) << rows.error().message;
      if (!rows.ok() || rows->empty()) return all;
      for (ResultRow& row : *rows) all.push_back(std::move(row));
    }
  }

  std::unique_ptr<ModelRegistry> models_;
  std::unique_ptr<Session> session_;
};

TEST_F(SessionTest, DescribesColumns) {
  QueryResult result = Run("SELECT 1 AS n, 'x' AS t, NULL AS nothing, [1.5] AS list");
  EXPECT_EQ(result.kind(), ResultKind::kRows);
  ASSERT_EQ(result.columns().size(), 4u);
  EXPECT_EQ(result.columns()[0].name, "n");
  EXPECT_EQ(result.columns()[0].type, "INTEGER");
  EXPECT_TRUE(result.columns()[0].is_numeric);
  EXPECT_FALSE(result.columns()[1].is_numeric);
  const auto rows = Rows(std::move(result));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0][0], "1");
  EXPECT_EQ(rows[0][2], std::nullopt);
  EXPECT_EQ(rows[0][3], "[1.5]");
}

TEST_F(SessionTest, KnowsWhatKindOfStatementItWas) {
  EXPECT_EQ(Run("CREATE TABLE t(i INTEGER)").kind(), ResultKind::kNothing);
  QueryResult changed = Run("INSERT INTO t VALUES (1), (2)");
  EXPECT_EQ(changed.kind(), ResultKind::kChanged);
  EXPECT_EQ(Rows(std::move(changed))[0][0], "2");
  EXPECT_EQ(Run("SELECT * FROM t WHERE false").kind(), ResultKind::kRows);
  EXPECT_EQ(Run("SET threads = 1").kind(), ResultKind::kNothing);
  EXPECT_EQ(Run("").kind(), ResultKind::kNothing);
}

TEST_F(SessionTest, RendersJson) {
  QueryHooks json;
  json.render = Render::kJson;
  const auto rows = Rows(Run(
      "SELECT 1, 1.50::DECIMAL(9,2), 'NaN'::DOUBLE, true, e'a\"\\n\\t\\x01好', DATE '2024-01-31', "
      "{'k': [1, NULL], 'm': MAP {'x': false}}, NULL, '{\"a\": 1}'::JSON, [1,2]::INTEGER[2], "
      "[-0.5::DECIMAL(1,1)]",
      json));
  const ResultRow expected{"1",
                           "1.50",
                           "\"nan\"",
                           "true",
                           "\"a\\\"\\n\\t\\u0001好\"",
                           "\"2024-01-31\"",
                           "{\"k\":[1,null],\"m\":{\"x\":false}}",
                           std::nullopt,
                           "{\"a\": 1}",
                           "[1,2]",
                           "[-0.5]"};
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0], expected);
}

TEST_F(SessionTest, DeliversLongResultsInPieces) {
  QueryResult result = Run("SELECT i FROM range(100000) t(i)");
  auto first = result.Next();
  ASSERT_TRUE(first.ok());
  EXPECT_GT(first->size(), 0u);
  EXPECT_LT(first->size(), 10000u);
  size_t count = first->size();
  count += Rows(std::move(result)).size();
  EXPECT_EQ(count, 100000u);
}

TEST_F(SessionTest, ErrorsAreMessagesForUsers) {
  auto result = session_->Query("SELECT nothing FROM nowhere");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(result.error().message.find("nowhere"), std::string::npos);
  auto misspelt = session_->Query("SELEKT 1");
  ASSERT_FALSE(misspelt.ok());
  EXPECT_NE(misspelt.error().message.find("syntax error"), std::string::npos);
  EXPECT_EQ(Rows(Run("SELECT 1")).size(), 1u);  // the session is still good
}

TEST_F(SessionTest, CountsWhatTheModelDid) {
  Run("CREATE TABLE t AS SELECT * FROM (VALUES ('great'), ('great'), ('awful'), (NULL), (' ')) "
      "v(s)");
  Rows(Run("SELECT ai_filter(prompt('It is good: {0}', s)) FROM t"));
  const RunSummary run = session_->LastRun();
  EXPECT_EQ(run.calls, 1);
  EXPECT_EQ(run.rows, 4);
  EXPECT_EQ(run.distinct_inputs, 3);
  EXPECT_EQ(run.asked, 2);
  EXPECT_EQ(run.failed.at("empty_input").rows, 1);
  EXPECT_EQ(run.models, std::vector<std::string>{"stub"});
  EXPECT_GT(run.row_tokens, 0);
  EXPECT_GT(run.seconds, 0);
  Rows(Run("SELECT 1"));
  EXPECT_EQ(session_->LastRun().calls, 0);
}

TEST_F(SessionTest, AStatementThatIsNoSqlHasAnEmptyRun) {
  Rows(Run("SELECT ai_filter('great')"));
  EXPECT_EQ(session_->LastRun().calls, 1);
  EXPECT_FALSE(session_->Query("SELEKT 1").ok());
  EXPECT_EQ(session_->LastRun().calls, 0);
}

TEST_F(SessionTest, ReportsProgress) {
  std::atomic<int> reports{0};
  QueryHooks hooks;
  hooks.on_progress = [&](const Progress& progress) {
    ++reports;
    EXPECT_EQ(progress.function, "ai_complete");
    EXPECT_LE(progress.rows_done, progress.rows_total);
    EXPECT_EQ(progress.rows_total, 100);
  };
  Rows(Run("SELECT ai_complete(prompt('say {0}', i)) FROM range(100) t(i)", hooks));
  EXPECT_GT(reports, 0);
}

TEST_F(SessionTest, InterruptEndsARunningQuery) {
  std::thread user([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    session_->Interrupt();
  });
  auto result = session_->Query("SELECT count(*) FROM range(100000000000) t(i)");
  const Status status = result.ok() ? Status(result->Next().error()) : Status(result.error());
  user.join();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(Rows(Run("SELECT 1")).size(), 1u);
}

TEST_F(SessionTest, InterruptWithoutAStatementDoesNothing) {
  session_->Interrupt();
  EXPECT_EQ(Rows(Run("SELECT 1")).size(), 1u);
}

TEST_F(SessionTest, AnUnfinishedResultMayBeDropped) {
  { QueryResult result = Run("SELECT * FROM range(10000000)"); }
  EXPECT_EQ(Rows(Run("SELECT 1")).size(), 1u);
}

TEST_F(SessionTest, OffersWordsForCompletion) {
  Rows(Run("CREATE TABLE customer_messages(body_text VARCHAR)"));
  const auto words = session_->CompletionWords();
  for (const char* word : {"ai_filter", "ai_model", "prompt", "select", "customer_messages",
                           "body_text", "read_csv"}) {
    EXPECT_TRUE(std::ranges::binary_search(words, word)) << word;
  }
}

TEST_F(SessionTest, OpensAndKeepsADatabaseFile) {
  const auto path = std::filesystem::temp_directory_path() / "fathom_session_test.db";
  std::filesystem::remove(path);
  const auto open = [&](bool read_only) {
    return Session::Open({.database = path.string(),
                          .read_only = read_only,
                          .models = models_.get(),
                          .default_model = "stub"});
  };
  {
    auto session = open(false);
    ASSERT_TRUE(session.ok()) << session.error().message;
    ASSERT_TRUE((*session)->Query("CREATE TABLE t AS SELECT 42 AS i").ok());
  }
  auto session = open(true);
  ASSERT_TRUE(session.ok()) << session.error().message;
  auto result = (*session)->Query("SELECT i FROM t");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ((*result->Next())[0][0], "42");
  EXPECT_FALSE((*session)->Query("CREATE TABLE u(i INTEGER)").ok());
  std::filesystem::remove(path);
}

TEST_F(SessionTest, OpeningWhatIsNoDatabaseFails) {
  for (const char* path : {FATHOM_SOURCE_DIR "/test/sql/README.md", "/nonexistent/folder/x.db"}) {
    auto session =
        Session::Open({.database = path, .models = models_.get(), .default_model = "stub"});
    ASSERT_FALSE(session.ok()) << path;
    EXPECT_FALSE(session.error().message.empty());
  }
}

}  // namespace
}  // namespace fathom
