// Goal: what a model lists and what rules find is taken out wherever it stands, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "semantic/fake_model.h"
#include "semantic/task.h"

namespace fathom {
namespace {

using ::testing::HasSubstr;

const InputTemplate kText{{"", ""}, {0}};
const PiiCategories kNames{PiiCategory::kName, PiiCategory::kLocation, PiiCategory::kEmail};

Result<Answer> Redacted(const std::string& text, const std::string& listed, bool with_spans = false,
                        PiiCategories categories = kNames) {
  FakeModel model;
  model.on_generate = [&](const std::string&) { return Generation{.text = listed}; };
  const auto task = MakeRedactTask(kText, categories, with_spans, {}).value();
  return RunTask(*task, model, {{text}})[0];
}

std::string TextOf(const Result<Answer>& answer) { return std::get<std::string>(answer->value); }

TEST(RedactTask, EveryPlaceOfWhatIsListed) {
  EXPECT_EQ(TextOf(Redacted("Ann Lee wrote from Oslo: ann@x.org. ANN LEE is Annette no more.",
                            R"({"names": ["Ann Lee"], "places": ["Oslo", "Rome"]})")),
            "[NAME] wrote from [LOCATION]: [EMAIL]. [NAME] is Annette no more.");
  EXPECT_EQ(TextOf(Redacted("张伟住在北京，张伟的邮箱是a@b.cn。",
                            R"({"names": ["张伟"], "places": ["北京"]})")),
            "[NAME]住在[LOCATION]，[NAME]的邮箱是[EMAIL]。");
}

TEST(RedactTask, NothingElse) {
  const std::string text = "Joanna met Ann in Annapolis; Ann left.";
  EXPECT_EQ(TextOf(Redacted(text, R"({"names": ["Ann"], "places": null})")),
            "Joanna met [NAME] in Annapolis; [NAME] left.");
  EXPECT_EQ(TextOf(Redacted(text, R"({"names": [], "places": null})")), text);
}

TEST(RedactTask, SpansCountCharacters) {
  const auto answer =
      Redacted("你好，Bob！", R"({"names": ["Bob"], "places": null})", /*with_spans=*/true);
  EXPECT_EQ(std::get<JsonText>(answer->value).text,
            R"({"value": "你好，[NAME]！", "spans": [{"start": 3, "end": 6, "category": "NAME", )"
            R"("text": "Bob"}]})");
}

TEST(RedactTask, AsksForWhatIsWantedOnly) {
  FakeModel model;
  model.on_generate = [](const std::string&) { return Generation{.text = R"({"names": null})"}; };
  const auto task = MakeRedactTask(kText, {PiiCategory::kName}, false, {}).value();
  RunTask(*task, model, {{"x"}});
  const PromptParts& prompt = model.generate_calls[0].prompt;
  const std::string all = prompt.system + prompt.head + prompt.tail;
  EXPECT_THAT(all, HasSubstr("names of persons"));
  EXPECT_THAT(all, testing::Not(HasSubstr("cities")));
  const auto with_rules =
      MakeRedactTask(kText, {PiiCategory::kName, PiiCategory::kEmail}, false, {});
  EXPECT_NE(task->Fingerprint(), (*with_rules)->Fingerprint());
}

TEST(RedactTask, ARowThatFailsIsNotHalfRedacted) {
  FakeModel model;
  model.on_generate = [](const std::string&) -> Result<Generation> {
    return Error{ErrorCode::kTruncated, "cut"};
  };
  const auto task = MakeRedactTask(kText, kNames, false, {}).value();
  EXPECT_EQ(RunTask(*task, model, {{"Ann, a@b.org"}})[0].error().code, ErrorCode::kTruncated);
}

}  // namespace
}  // namespace fathom
