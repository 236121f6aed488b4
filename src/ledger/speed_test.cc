// Goal: the ledger costs nothing beside a model. The figures are printed; the limits are far from
// them, so that only a change of kind fails (a probe that scans, an Append that waits).
// Method: 50,000 answers of some 250 bytes in a file of their own.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "ledger/ledger_test_util.h"

namespace fathom {
namespace {

double MillisecondsOf(const std::function<void()>& work) {
  const auto since = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - since)
      .count();
}

double MedianMs(int rounds, const std::function<void()>& work) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) times.push_back(MillisecondsOf(work));
  std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
  return times[static_cast<size_t>(rounds / 2)];
}

TEST(SpeedTest, FiftyThousandAnswers) {
  const TempFolder folder;
  const std::vector<std::string> inputs = Inputs(50'000, std::string(200, 'i'));
  const std::vector<std::string> unknown = Inputs(50'000, std::string(200, 'u'));
  std::unique_ptr<Ledger> ledger;
  std::printf("open, new file        %8.2f ms\n",
              MillisecondsOf([&] { ledger = OpenOrDie(folder.File()); }));
  const QuestionId question = Ask(*ledger);

  std::printf("claim, all ours       %8.2f ms\n",
              MillisecondsOf([&] { ASSERT_TRUE(ledger->Claim(question, inputs, 0).ok()); }));
  const double append_ms = MillisecondsOf([&] {
    for (const std::string& input : inputs) {
      ledger->Append(question, input, "a payload of thirty or so bytes", 0);
    }
  });
  const double flush_ms = MillisecondsOf([&] { ASSERT_TRUE(ledger->Flush().ok()); });
  std::printf("append                %8.2f ms, until durable %.2f ms: %.0f answers/s\n", append_ms,
              append_ms + flush_ms, 50'000 / (append_ms + flush_ms) * 1000);

  const auto lookup = [&](const std::vector<std::string>& asked) {
    return [&] { ASSERT_TRUE(ledger->Lookup(question, Views(asked)).ok()); };
  };
  const double lookup_ms = MedianMs(5, lookup(inputs));
  std::printf("lookup, all known     %8.2f ms\n", lookup_ms);
  std::printf("lookup, none known    %8.2f ms\n", MedianMs(5, lookup(unknown)));
  std::printf("claim, all answered   %8.2f ms\n",
              MillisecondsOf([&] { ASSERT_TRUE(ledger->Claim(question, inputs, 0).ok()); }));

  int next = 0;
  std::printf("append + flush of one %8.2f ms\n", MedianMs(51, [&] {
                ledger->Append(question, "one " + std::to_string(next++), "x", 0);
                ASSERT_TRUE(ledger->Flush().ok());
              }));
  std::printf("claim of one          %8.2f ms\n", MedianMs(51, [&] {
                const std::vector<std::string> one = {"claim " + std::to_string(next++)};
                ASSERT_TRUE(ledger->Claim(question, one, 0).ok());
              }));
  std::printf("close                 %8.2f ms\n", MillisecondsOf([&] { ledger.reset(); }));
  const double open_ms = MedianMs(5, [&] { ledger = OpenOrDie(folder.File()); });
  std::printf("open, existing        %8.2f ms (and close of the one before)\n", open_ms);
  std::printf("file                  %8.2f MB\n",
              static_cast<double>(std::filesystem::file_size(folder.File())) / 1e6);

  EXPECT_LT(append_ms, 2000);
  EXPECT_LT(lookup_ms, 2000);
  EXPECT_LT(open_ms, 2000);
}

}  // namespace
}  // namespace fathom
