// Goal: one entry per distinct input and task, whoever asks, from any number of threads.
#include "duck/answer_memo.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <thread>
#include <vector>

namespace fathom {
namespace {

MemoEntry* Intern(MemoTable& table, std::vector<std::string_view> input) {
  return table.Intern(MemoIndex::Hash(input), input);
}

TEST(AnswerMemoTest, EqualInputsShareAnEntry) {
  MemoTable table;
  MemoEntry* entry = Intern(table, {"a", "b"});
  EXPECT_EQ(Intern(table, {"a", "b"}), entry);
  EXPECT_NE(Intern(table, {"ab"}), entry);
  EXPECT_NE(Intern(table, {"ab", ""}), entry);
  EXPECT_NE(Intern(table, {"b", "a"}), entry);
  EXPECT_EQ(entry->input(), (std::vector<std::string>{"a", "b"}));
}

TEST(AnswerMemoTest, TasksDoNotShareEntries) {
  AnswerMemo memo;
  EXPECT_EQ(&memo.Table("task"), &memo.Table("task"));
  EXPECT_NE(Intern(memo.Table("task"), {"a"}), Intern(memo.Table("other task"), {"a"}));
}

TEST(AnswerMemoTest, ClearForgetsAnswers) {
  AnswerMemo memo;
  Intern(memo.Table("task"), {"a"})->SetAnswer(Answer{true, 1.0}, /*from_ledger=*/false);
  memo.Clear();
  EXPECT_FALSE(Intern(memo.Table("task"), {"a"})->ready());
}

TEST(AnswerMemoTest, KeepsErrorsAsAnswers) {
  MemoTable table;
  MemoEntry* entry = Intern(table, {"a"});
  EXPECT_FALSE(entry->ready());
  entry->SetAnswer(Error{ErrorCode::kTooLong, "too long"}, /*from_ledger=*/false);
  ASSERT_TRUE(entry->ready());
  EXPECT_EQ(entry->answer().error().code, ErrorCode::kTooLong);
}

TEST(AnswerMemoTest, ReaderMeetsEachInputOnce) {
  MemoTable table;
  MemoEntry* b = Intern(table, {"b"});
  MemoReader reader(table);
  const std::vector<std::string_view> parts = {"a", "b", "a"};
  const std::vector<size_t> sizes = {1, 0, 1, 1};  // the second is NULL
  std::vector<MemoEntry*> entries;
  reader.Intern(parts, sizes, &entries);
  MemoEntry* a = Intern(table, {"a"});
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
      for (int i = 0; i < kInputs; ++i) seen[t].insert(Intern(table, {std::to_string(i)}));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& entries : seen) EXPECT_EQ(entries, seen[0]);
  EXPECT_EQ(seen[0].size(), static_cast<size_t>(kInputs));
}

}  // namespace
}  // namespace fathom
