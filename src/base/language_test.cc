#include "base/language.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

TEST(LanguageTest, FoundByCodeAndName) {
  for (const char* name : {"zh", "zh-CN", "ZH_tw", "Chinese"}) {
    const NaturalLanguage* language = FindLanguage(name);
    ASSERT_NE(language, nullptr) << name;
    EXPECT_EQ(language->name, "Chinese");
    EXPECT_TRUE(language->scripts.Has(Script::kHan));
    EXPECT_FALSE(language->scripts.Has(Script::kLatin));
    EXPECT_FALSE(language->scripts.Has(Script::kKana));
  }
  EXPECT_TRUE(FindLanguage("japanese")->scripts.Has(Script::kKana));
  EXPECT_TRUE(FindLanguage("de")->scripts.Has(Script::kLatin));
  EXPECT_EQ(FindLanguage("Klingon"), nullptr);
  EXPECT_EQ(FindLanguage(""), nullptr);
}

TEST(LanguageTest, NamesAreDifferent) {
  for (const NaturalLanguage& language : Languages()) {
    EXPECT_EQ(FindLanguage(language.code), &language);
    EXPECT_EQ(FindLanguage(language.name), &language);
  }
}

}  // namespace
}  // namespace fathom
