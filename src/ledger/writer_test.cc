// Goal: Append never waits, groups form while a commit runs, and a failure stays.
// Method: commits that the test holds up, counts, or lets fail.
#include "ledger/writer.h"

#include <gmock/gmock.h>

#include <future>

namespace fathom {
namespace {

using ::testing::ElementsAre;

NewAnswer AnswerOf(int number) {
  return {.question = 1,
          .hash = number,
          .input = std::to_string(number),
          .payload = "payload",
          .run = 0,
          .at_ms = 0};
}

int CountPending(AnswerWriter& writer, int numbers) {
  Payloads payloads(1);
  int found = 0;
  for (int i = 0; i < numbers; ++i) {
    const std::string input = std::to_string(i);
    const InputKey key = {i, input};
    payloads[0].reset();
    writer.FindPending(1, {&key, 1}, payloads);
    found += payloads[0].has_value();
  }
  return found;
}

TEST(WriterTest, GroupsWhileACommitRuns) {
  std::vector<size_t> groups;
  std::promise<void> started;
  std::promise<void> go;
  std::shared_future<void> may_go = go.get_future().share();
  AnswerWriter writer([&](const std::deque<NewAnswer>& answers) -> Status {
    if (groups.empty()) started.set_value();
    may_go.wait();
    groups.push_back(answers.size());
    return {};
  });
  writer.Append(AnswerOf(0));
  started.get_future().wait();
  for (int i = 1; i < 1000; ++i) writer.Append(AnswerOf(i));  // returns: nobody waits
  EXPECT_EQ(CountPending(writer, 1000), 1000);
  go.set_value();
  EXPECT_TRUE(writer.Flush().ok());
  EXPECT_EQ(CountPending(writer, 1000), 0);
  EXPECT_THAT(groups, ElementsAre(1, 999));
}

TEST(WriterTest, TheFirstErrorStays) {
  int commits = 0;
  AnswerWriter writer([&](const std::deque<NewAnswer>&) {
    ++commits;
    return commits == 2 ? Status(ErrorCode::kIo, "disk full") : Status();
  });
  EXPECT_TRUE(writer.Flush().ok());
  writer.Append(AnswerOf(0));
  EXPECT_TRUE(writer.Flush().ok());
  for (int i = 0; i < 3; ++i) {
    writer.Append(AnswerOf(i));
    EXPECT_EQ(writer.Flush().error().message, "disk full");
  }
  EXPECT_EQ(commits, 2);
  EXPECT_EQ(CountPending(writer, 3), 0);
}

TEST(WriterTest, EndsWithWhatIsLeft) {
  size_t written = 0;
  {
    AnswerWriter writer([&](const std::deque<NewAnswer>& answers) -> Status {
      written += answers.size();
      return {};
    });
    for (int i = 0; i < 100; ++i) writer.Append(AnswerOf(i));
  }
  EXPECT_EQ(written, 100u);
  AnswerWriter idle([](const std::deque<NewAnswer>&) -> Status { return {}; });
}

TEST(WriterTest, PendingAsksForTheWholeKey) {
  std::promise<void> go;
  std::shared_future<void> may_go = go.get_future().share();
  AnswerWriter writer([&](const std::deque<NewAnswer>&) -> Status {
    may_go.wait();
    return {};
  });
  writer.Append(AnswerOf(7));
  const InputKey keys[] = {{7, "7"}, {7, "of the same hash"}, {8, "7"}};
  Payloads payloads(3);
  writer.FindPending(1, keys, payloads);
  EXPECT_THAT(payloads, ElementsAre("payload", std::nullopt, std::nullopt));
  payloads.assign(3, std::nullopt);
  writer.FindPending(2, keys, payloads);
  EXPECT_THAT(payloads, ElementsAre(std::nullopt, std::nullopt, std::nullopt));
  go.set_value();
}

}  // namespace
}  // namespace fathom
