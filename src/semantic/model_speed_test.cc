// Goal: time is predicted from what was measured.
// Method: the stub model takes a known time a row; arithmetic on given speeds.
#include "semantic/model_speed.h"

#include <gtest/gtest.h>

#include "llm/stub_model.h"
#include "llm/stub_script.h"

namespace fathom {
namespace {

TEST(ModelSpeed, FindsTheTimeOfARow) {
  auto script = StubScript::Parse(R"({"default": "good", "delay_ms_per_row": 3})", "test");
  ASSERT_TRUE(script.ok());
  const auto model = MakeStubModel("stub", *script);
  const Result<ModelSpeed> speed = MeasureSpeed(*model, {});
  ASSERT_TRUE(speed.ok());
  const double seconds = speed->Seconds({.prompt_tokens = 2000, .rows = 100});
  EXPECT_GT(seconds, 0.3);  // a sleep is never shorter
}

TEST(ModelSpeed, ARunMovesItHalfway) {
  const ModelSpeed speed{1e-3, 1e-2, 1e-1};
  const Work work{.prompt_tokens = 1000, .rows = 100, .generated_tokens = 10};
  EXPECT_DOUBLE_EQ(speed.Seconds(work), 3);
  EXPECT_NEAR(Corrected(speed, work, 12).Seconds(work), 6, 1e-9);
  EXPECT_NEAR(Corrected(speed, work, 1e9).Seconds(work), 12, 1e-9);  // an outlier has its limit
  EXPECT_DOUBLE_EQ(Corrected(speed, {}, 5).Seconds(work), 3);        // nothing was learnt
}

TEST(ModelSpeed, SurvivesTheLedger) {
  const ModelSpeed speed{1.5e-3, 2e-2, 1e-1};
  const auto decoded = DecodeSpeed(EncodeSpeed(speed));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_DOUBLE_EQ(decoded->row, 2e-2);
  for (const char* text : {"", "1 2", "x", "1 2 nan", "-1 2 3", "1 inf 2"}) {
    EXPECT_FALSE(DecodeSpeed(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace fathom
