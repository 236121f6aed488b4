#include "semantic/opposite.h"

#include <gtest/gtest.h>

#include "semantic/fake_model.h"

namespace fathom {
namespace {

std::string OppositeOf(const std::string& written, const std::string& statement) {
  FakeModel model;
  model.on_generate = [&](const std::string&) { return Generation{written}; };
  return WriteOpposite(model, statement, DetectLanguage(statement), RunContext{}).value();
}

TEST(Opposite, KeepsTheSentenceWithoutItsDress) {
  EXPECT_EQ(OppositeOf("\"The review is negative.\"", "The review is positive"),
            "The review is negative");
  EXPECT_EQ(OppositeOf("\n**It is dry.**\nBecause", "It is wet"), "It is dry");
  EXPECT_EQ(OppositeOf("“顾客满意。”", "顾客不满意"), "顾客满意");
}

TEST(Opposite, IsEmptyWhenTheModelWroteNone) {
  EXPECT_EQ(OppositeOf("", "It is wet"), "");
  EXPECT_EQ(OppositeOf("It is wet.", "It is wet"), "");
  EXPECT_EQ(OppositeOf(std::string(500, 'x'), "It is wet"), "");
  EXPECT_EQ(OppositeOf("。", "很湿"), "");
}

TEST(Opposite, IsDecodedGreedilyAndOnlyAJobErrorIsAnError) {
  FakeModel model;
  model.on_generate = [](const std::string&) -> Result<Generation> {
    return Error{ErrorCode::kTooLong, "9000 tokens"};
  };
  RunContext context;
  EXPECT_EQ(WriteOpposite(model, "It is wet", Language::kEnglish, context).value(), "");
  EXPECT_EQ(model.generate_calls.at(0).options.temperature, 0);
  context.is_cancelled = [] { return true; };
  EXPECT_EQ(WriteOpposite(model, "It is wet", Language::kEnglish, context).error().code,
            ErrorCode::kCancelled);
}

TEST(PartWhereTheyDiffer, EnglishPairs) {
  const auto part = [](const std::string& statement, const std::string& opposite) {
    return PartWhereTheyDiffer(statement, opposite, Language::kEnglish);
  };
  EXPECT_TRUE(part("The review is clearly positive", "The review is clearly negative"));
  EXPECT_TRUE(part("This text message is spam", "This text message is not spam"));
  EXPECT_TRUE(part("The customer is not satisfied", "The customer is satisfied"));
  EXPECT_TRUE(part("The parcel arrived late", "The parcel arrived on time"));
  EXPECT_TRUE(part("[text 1] and [text 2] agree", "[text 1] and [text 2] contradict each other"));
  EXPECT_FALSE(part("The article is about business", "The article is not about business"));
  EXPECT_FALSE(part("The text mentions a price", "The text does not mention a price"));
  EXPECT_FALSE(part("She is a nurse", "She isn't a nurse"));
  EXPECT_FALSE(part("praises the food", "criticises the food"));  // nothing in common before
  EXPECT_FALSE(part("It is wet", ""));
  EXPECT_FALSE(part("It is wet", "It is"));
}

TEST(PartWhereTheyDiffer, ChinesePairs) {
  const auto part = [](const std::string& statement, const std::string& opposite) {
    return PartWhereTheyDiffer(statement, opposite, Language::kChinese);
  };
  EXPECT_TRUE(part("顾客对外卖不满意", "顾客对外卖满意"));
  EXPECT_TRUE(part("文章与商业有关", "文章与商业无关"));
  EXPECT_TRUE(part("快递到得太晚", "快递到得很早"));
  EXPECT_FALSE(part("这条短信是垃圾短信", "这条短信不是垃圾短信"));
  EXPECT_FALSE(part("这条评论提到了价格", "这条评论没有提到价格"));
  EXPECT_FALSE(part("这是投诉", "这不是投诉"));
}

}  // namespace
}  // namespace fathom
