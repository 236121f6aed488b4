// Goal: one entry per distinct input and task, whoever asks, from any number of threads.
#include "duck/answer_memo.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace fathom {
namespace {

TEST(AnswerMemoTest, EqualInputsShareAnEntry) {
  MemoTable table;
  MemoEntry* entry = table.Intern({"a", "b"});
  EXPECT_EQ(table.Intern({"a", "b"}), entry);
  EXPECT_NE(table.Intern({"ab"}), entry);
  EXPECT_NE(table.Intern({"ab", ""}), entry);
  EXPECT_NE(table.Intern({"b", "a"}), entry);
  EXPECT_EQ(entry->input(), (std::vector<std::string>{"a", "b"}));
}

TEST(AnswerMemoTest, TasksDoNotShareEntries) {
  AnswerMemo memo;
  EXPECT_EQ(&memo.Table("task"), &memo.Table("task"));
  EXPECT_NE(memo.Table("task").Intern({"a"}), memo.Table("other task").Intern({"a"}));
}

TEST(AnswerMemoTest, ClearForgetsAnswers) {
  AnswerMemo memo;
  memo.Table("task").Intern({"a"})->SetAnswer(Answer{true, 1.0}, /*from_ledger=*/false);
  memo.Clear();
  EXPECT_FALSE(memo.Table("task").Intern({"a"})->ready());
}

TEST(AnswerMemoTest, KeepsErrorsAsAnswers) {
  MemoTable table;
  MemoEntry* entry = table.Intern({"a"});
  EXPECT_FALSE(entry->ready());
  entry->SetAnswer(Error{ErrorCode::kTooLong, "too long"}, /*from_ledger=*/false);
  ASSERT_TRUE(entry->ready());
  EXPECT_EQ(entry->answer().error().code, ErrorCode::kTooLong);
}

TEST(AnswerMemoTest, ThreadsMeetInTheSameEntries) {
  constexpr int kThreads = 4;
  constexpr int kInputs = 500;
  MemoTable table;
  std::vector<std::set<MemoEntry*>> seen(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kInputs; ++i) seen[t].insert(table.Intern({std::to_string(i)}));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& entries : seen) EXPECT_EQ(entries, seen[0]);
  EXPECT_EQ(seen[0].size(), static_cast<size_t>(kInputs));
}

}  // namespace
}  // namespace fathom
