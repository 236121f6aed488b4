#include "semantic/pii/pii_category.h"

#include <gtest/gtest.h>

#include <set>

namespace fathom {
namespace {

using enum PiiCategory;

TEST(PiiCategory, EveryCategoryHasANameOfItsOwnThatLeadsBackToIt) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kPiiCategoryCount; ++i) {
    const auto category = static_cast<PiiCategory>(i);
    const std::string_view name = PiiCategoryName(category);
    EXPECT_FALSE(name.empty()) << i;
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(PiiCategoriesNamed(name), PiiCategories{category}) << name;
  }
}

TEST(PiiCategory, KnowsTheNamesOfOthersInAnyCase) {
  EXPECT_EQ(PiiCategoriesNamed("email_address"), PiiCategories{kEmail});
  EXPECT_EQ(PiiCategoriesNamed("Person"), PiiCategories{kName});
  EXPECT_EQ(PiiCategoriesNamed("NATIONAL_ID"), (PiiCategories{kUsSsn, kUkNino, kUkNhs, kCnId}));
  EXPECT_EQ(PiiCategoriesNamed("SHOE_SIZE"), std::nullopt);
  EXPECT_EQ(PiiCategoriesNamed(""), std::nullopt);
}

TEST(PiiCategory, RulesAndModelShareTheCategoriesOut) {
  EXPECT_TRUE((PiiCategories::ByRule() & PiiCategories::ByModel()).IsEmpty());
  const PiiCategories all = PiiCategories::ByRule() | PiiCategories::ByModel();
  for (size_t i = 0; i < kPiiCategoryCount; ++i) EXPECT_TRUE(all.Has(static_cast<PiiCategory>(i)));
  EXPECT_TRUE(PiiCategories::ByRule().Has(kCryptoWallet));
  EXPECT_TRUE(PiiCategories::ByModel().Has(kName));
  EXPECT_TRUE(PiiCategories().IsEmpty());
}

}  // namespace
}  // namespace fathom
