#include "semantic/pii/pii_category.h"

#include <algorithm>
#include <array>

#include "semantic/pii/ascii.h"

namespace fathom {
namespace {

using enum PiiCategory;

constexpr std::array<std::string_view, kPiiCategoryCount> kNames{"EMAIL",
                                                                 "PHONE",
                                                                 "CREDIT_CARD",
                                                                 "IBAN",
                                                                 "BANK_ACCOUNT",
                                                                 "US_SSN",
                                                                 "UK_NINO",
                                                                 "UK_NHS",
                                                                 "CN_ID",
                                                                 "PASSPORT",
                                                                 "DRIVERS_LICENSE",
                                                                 "IP_ADDRESS",
                                                                 "MAC_ADDRESS",
                                                                 "URL",
                                                                 "DATE_OF_BIRTH",
                                                                 "DATE",
                                                                 "POSTAL_CODE",
                                                                 "CRYPTO_WALLET",
                                                                 "NAME",
                                                                 "ADDRESS",
                                                                 "LOCATION",
                                                                 "ORGANIZATION",
                                                                 "AGE",
                                                                 "GENDER",
                                                                 "NATIONALITY"};

struct Alias {
  std::string_view name;
  PiiCategories categories;
};

const std::array<Alias, 24>& Aliases() {
  static const std::array<Alias, 24> aliases{{
      {"EMAIL_ADDRESS", {kEmail}},
      {"PHONE_NUMBER", {kPhone}},
      {"PAYMENT_CARD_DATA", {kCreditCard}},
      {"PAYMENT_CARD_NUMBER", {kCreditCard}},
      {"IBAN_CODE", {kIban}},
      {"US_BANK_NUMBER", {kBankAccount}},
      {"NATIONAL_ID", {kUsSsn, kUkNino, kUkNhs, kCnId}},
      {"US_PASSPORT", {kPassport}},
      {"UK_PASSPORT", {kPassport}},
      {"DRIVER_LICENSE", {kDriversLicense}},
      {"US_DRIVER_LICENSE", {kDriversLicense}},
      {"CRYPTO", {kCryptoWallet}},
      {"DATE_TIME", {kDate}},
      {"ZIP_CODE", {kPostalCode}},
      {"DOMAIN_NAME", {kUrl}},
      {"PERSON", {kName}},
      {"FIRST_NAME", {kName}},
      {"LAST_NAME", {kName}},
      {"STREET_ADDRESS", {kAddress}},
      {"CITY", {kLocation}},
      {"GPE", {kLocation}},
      {"NRP", {kNationality}},
      {"ETHNICITY", {kNationality}},
      {"ORG", {kOrganization}},
  }};
  return aliases;
}

}  // namespace

PiiCategories::PiiCategories(std::initializer_list<PiiCategory> categories) {
  for (PiiCategory category : categories) set_.set(static_cast<size_t>(category));
}

PiiCategories PiiCategories::ByRule() {
  PiiCategories by_rule;
  for (size_t i = 0; i < static_cast<size_t>(kName); ++i) by_rule.set_.set(i);
  return by_rule;
}

PiiCategories PiiCategories::ByModel() {
  PiiCategories by_model;
  by_model.set_ = ~ByRule().set_;
  return by_model;
}

PiiCategories PiiCategories::operator|(PiiCategories other) const {
  other.set_ |= set_;
  return other;
}

PiiCategories PiiCategories::operator&(PiiCategories other) const {
  other.set_ &= set_;
  return other;
}

std::string_view PiiCategoryName(PiiCategory category) {
  return kNames[static_cast<size_t>(category)];
}

std::optional<PiiCategories> PiiCategoriesNamed(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (EqualsIgnoringCase(name, kNames[i])) return PiiCategories{static_cast<PiiCategory>(i)};
  }
  for (const Alias& alias : Aliases()) {
    if (EqualsIgnoringCase(name, alias.name)) return alias.categories;
  }
  return std::nullopt;
}

}  // namespace fathom
