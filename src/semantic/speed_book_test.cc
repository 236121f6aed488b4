// Goal: a speed is measured once for a ledger, and what a run took moves it.
// Method: the stub model with a known time a row, on a real ledger in a temporary folder.
#include "semantic/speed_book.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "llm/stub_model.h"
#include "llm/stub_script.h"

namespace fathom {
namespace {

std::unique_ptr<LanguageModel> Stub() {
  auto script = StubScript::Parse(R"({"default": "good", "delay_ms_per_row": 1})", "test");
  FATHOM_ASSERT(script.ok());
  return MakeStubModel("stub", *script);
}

TEST(SpeedBook, MeasuresOnceAndLearns) {
  char folder[] = "/tmp/fathom_speed_XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  {
    auto ledger = Ledger::Open({.path = std::string(folder) + "/ledger.db"});
    ASSERT_TRUE(ledger.ok());
    const auto model = Stub();
    const Work work{.prompt_tokens = 1000, .rows = 1000};
    SpeedBook book;
    const Result<ModelSpeed> measured = book.Get(*model, ledger->get(), {});
    ASSERT_TRUE(measured.ok());
    const int64_t calls = StubCalls();
    EXPECT_NEAR(SpeedBook().Get(*model, ledger->get(), {})->Seconds(work), measured->Seconds(work),
                1e-6);
    EXPECT_EQ(StubCalls(), calls);  // another book takes it from the ledger

    book.Note(*model, work, .5);
    ASSERT_TRUE(book.Learn(ledger->get()).ok());  // too short to learn from
    EXPECT_DOUBLE_EQ(book.Get(*model, nullptr, {})->Seconds(work), measured->Seconds(work));
    book.Note(*model, work, 4 * measured->Seconds(work));
    ASSERT_TRUE(book.Learn(ledger->get()).ok());
    EXPECT_NEAR(SpeedBook().Get(*model, ledger->get(), {})->Seconds(work),
                2 * measured->Seconds(work), 1e-6);
  }
  std::filesystem::remove_all(folder);
}

TEST(SpeedBook, WorksWithoutALedger) {
  const auto model = Stub();
  SpeedBook book;
  EXPECT_TRUE(book.Get(*model, nullptr, {}).ok());
  EXPECT_TRUE(book.Learn(nullptr).ok());
}

}  // namespace
}  // namespace fathom
