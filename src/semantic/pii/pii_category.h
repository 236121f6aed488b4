// The kinds of personal data that can be redacted, and their names in SQL.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fathom {

enum class PiiCategory : uint8_t {
  // Found by rule (FindPii):
  kEmail,
  kPhone,
  kCreditCard,
  kIban,
  kBankAccount,
  kUsSsn,
  kUkNino,
  kUkNhs,
  kCnId,  // resident identity card of China
  kPassport,
  kDriversLicense,
  kIpAddress,
  kMacAddress,
  kUrl,
  kDateOfBirth,
  kDate,
  kPostalCode,
  kCryptoWallet,
  // Found by a model:
  kName,
  kAddress,
  kLocation,
  kOrganization,
  kAge,
  kGender,
  kNationality,
};

inline constexpr size_t kPiiCategoryCount = static_cast<size_t>(PiiCategory::kNationality) + 1;

// A set of categories. A value; never fails.
class PiiCategories {
 public:
  PiiCategories() = default;  // none
  PiiCategories(std::initializer_list<PiiCategory> categories);
  static PiiCategories ByRule();   // what FindPii knows
  static PiiCategories ByModel();  // the others

  bool Has(PiiCategory category) const { return set_[static_cast<size_t>(category)]; }
  bool IsEmpty() const { return set_.none(); }
  PiiCategories operator|(PiiCategories other) const;
  PiiCategories operator&(PiiCategories other) const;
  bool operator==(const PiiCategories& other) const { return set_ == other.set_; }

 private:
  std::bitset<kPiiCategoryCount> set_;
};

// "EMAIL", "PHONE", ...: what users write, and what stands in brackets in redacted text.
std::string_view PiiCategoryName(PiiCategory category);

// What a name stands for, whatever its case: a name of ours, or one that users of Snowflake or
// Presidio know (EMAIL_ADDRESS, PAYMENT_CARD_NUMBER; NATIONAL_ID is four categories).
// nullopt: no such name.
std::optional<PiiCategories> PiiCategoriesNamed(std::string_view name);

}  // namespace fathom
