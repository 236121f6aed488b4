// Goal: one entry per distinct input and task, whoever asks, from any number of threads.
#include "duck/answer_memo.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <thread>
#include <vector>

namespace fathom {
namespace {

MemoEntry* Intern(MemoTable& table, std::string_view key) {
  return table.Intern(MemoIndex::Hash(key), key);
}

TEST(AnswerMemoTest, EqualInputsShareAnEntry) {
  MemoTable table;
  MemoEntry* entry = Intern(table, "ab");
  EXPECT_EQ(Intern(table, "ab"), entry);
  EXPECT_NE(Intern(table, "a"), entry);
  EXPECT_NE(Intern(table, ""), entry);
  EXPECT_EQ(entry->key(), "ab");
}

TEST(AnswerMemoTest, TasksDoNotShareEntries) {
  AnswerMemo memo;
  EXPECT_EQ(&memo.Table("task"), &memo.Table("task"));
  EXPECT_NE(Intern(memo.Table("task"), "a"), Intern(memo.Table("other task"), "a"));
}

TEST(AnswerMemoTest, ClearForgetsAnswers) {
  AnswerMemo memo;
  Intern(memo.Table("task"), "a")->SetAnswer(Answer{true, 1.0}, /*from_ledger=*/false);
  memo.Clear();
  EXPECT_FALSE(Intern(memo.Table("task"), "a")->ready());
}

TEST(AnswerMemoTest, KeepsErrorsAsAnswers) {
  MemoTable table;
  MemoEntry* entry = Intern(table, "a");
  EXPECT_FALSE(entry->ready());
  entry->SetAnswer(Error{ErrorCode::kTooLong, "too long"}, /*from_ledger=*/false);
  ASSERT_TRUE(entry->ready());
  EXPECT_EQ(entry->answer().error().code, ErrorCode::kTooLong);
}

TEST(AnswerMemoTest, ReaderMeetsEachInputOnce) {
  MemoTable table;
  MemoEntry* b = Intern(table, "b");
  MemoReader reader(table);
  const std::vector<std::optional<std::string_view>> keys = {"a", std::nullopt, "b", "a"};
  std::vector<MemoEntry*> entries;
  reader.Intern(keys, &entries);
  MemoEntry* a = Intern(table, "a");
  EXPECT_EQ(entries, (std::vector<MemoEntry*>{a, nullptr, b, a}));
  EXPECT_EQ(reader.met(), (std::vector<MemoEntry*>{a, b}));
}

TEST(AnswerMemoTest, ThreadsMeetInTheSameEntries) {
  constexpr int kThreads = 4;
  constexpr int kInputs = 3000;  // the table grows twice
  MemoTable table;
  std::vector<std::set<MemoEntry*>> seen(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kInputs; ++i) seen[t].insert(Intern(table, std::to_string(i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& entries : seen) EXPECT_EQ(entries, seen[0]);
  EXPECT_EQ(seen[0].size(), static_cast<size_t>(kInputs));
}

}  // namespace
}  // namespace fathom
