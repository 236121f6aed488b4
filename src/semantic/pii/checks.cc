#include "semantic/pii/checks.h"

#include <array>
#include <string>

#include "base/assert.h"
#include "semantic/pii/ascii.h"

namespace fathom {
namespace {

struct Issuer {
  int first, last;  // of the leading digits, all with as many digits as `last`
  size_t shortest, longest;
};

// Visa's numbers of 13 digits are gone since long, and too much else has 13 digits.
constexpr Issuer kIssuers[] = {
    {4, 4, 16, 16},       {4, 4, 19, 19},                              // Visa
    {51, 55, 16, 16},     {2221, 2720, 16, 16},                        // Mastercard
    {34, 34, 15, 15},     {37, 37, 15, 15},                            // American Express
    {300, 305, 14, 14},   {36, 36, 14, 14},     {38, 39, 14, 14},      // Diners Club
    {6011, 6011, 16, 19}, {644, 649, 16, 19},   {65, 65, 16, 19},      // Discover
    {3528, 3589, 16, 19}, {1800, 1800, 15, 15}, {2131, 2131, 15, 15},  // JCB
    {62, 62, 16, 19},     {2200, 2204, 16, 19},                        // UnionPay, Mir
};

struct IbanCountry {
  std::string_view country;
  size_t length;
};

// From the register of ISO 13616.
constexpr IbanCountry kIbanCountries[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22},
    {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FO", 18}, {"FR", 27},
    {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HR", 21}, {"HU", 28},
    {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20},
    {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27},
    {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NL", 18}, {"NO", 15},
    {"PK", 24}, {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"SA", 24},
    {"SC", 31}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"ST", 25}, {"SV", 28}, {"TL", 23},
    {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
};

int Number(std::string_view digits) {
  int number = 0;
  for (char c : digits) number = number * 10 + (c - '0');
  return number;
}

// The first two digits of GB/T 2260 codes: provinces, and the regions with a card of their own.
bool IsCnRegion(int code) {
  return (code >= 11 && code <= 15) || (code >= 21 && code <= 23) || (code >= 31 && code <= 37) ||
         (code >= 41 && code <= 46) || (code >= 50 && code <= 54) || (code >= 61 && code <= 65) ||
         (code >= 81 && code <= 83) || code == 71;
}

}  // namespace

bool PassesLuhn(std::string_view digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    const int weighted = i % 2 == 0 ? digit : 2 * digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 == 0;
}

bool IsCardOfIssuer(std::string_view digits) {
  for (const Issuer& issuer : kIssuers) {
    if (digits.size() < issuer.shortest || digits.size() > issuer.longest) continue;
    const int leading = Number(digits.substr(0, std::to_string(issuer.last).size()));
    if (leading >= issuer.first && leading <= issuer.last) return PassesLuhn(digits);
  }
  return false;
}

size_t IbanLength(std::string_view country) {
  for (const IbanCountry& known : kIbanCountries) {
    if (EqualsIgnoringCase(known.country, country)) return known.length;
  }
  return 0;
}

bool IsIban(std::string_view iban) {
  if (iban.size() < 4 || iban.size() != IbanLength(iban.substr(0, 2))) return false;
  // The first four characters go to the end, letters count 10 (A) to 35 (Z).
  int remainder = 0;
  for (size_t i = 0; i < iban.size(); ++i) {
    const char c = ToLower(iban[(i + 4) % iban.size()]);
    if (!IsAlnum(c)) return false;
    const int value = IsDigit(c) ? c - '0' : c - 'a' + 10;
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder == 1;
}

bool IsCnId(std::string_view id) {
  FATHOM_ASSERT(id.size() == 18);
  static constexpr std::array<int, 17> kWeights{7, 9, 10, 5,  8, 4, 2, 1, 6,
                                                3, 7, 9,  10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) {
    if (!IsDigit(id[i])) return false;
    sum += kWeights[i] * (id[i] - '0');
  }
  if (ToUpper(id[17]) != "10X98765432"[sum % 11]) return false;
  return IsCnRegion(Number(id.substr(0, 2))) &&
         IsDay(Number(id.substr(6, 4)), Number(id.substr(10, 2)), Number(id.substr(12, 2)));
}

bool IsNhsNumber(std::string_view digits) {
  FATHOM_ASSERT(digits.size() == 10);
  int sum = 0;
  for (int i = 0; i < 9; ++i) sum += (10 - i) * (digits[i] - '0');
  const int check = (11 - sum % 11) % 11;
  return check != 10 && check == digits[9] - '0';
}

bool IsSsn(std::string_view digits) {
  FATHOM_ASSERT(digits.size() == 9);
  const int area = Number(digits.substr(0, 3));
  return area != 0 && area != 666 && area < 900 && Number(digits.substr(3, 2)) != 0 &&
         Number(digits.substr(5)) != 0;
}

bool IsNinoPrefix(std::string_view letters) {
  if (letters.size() != 2) return false;
  const std::string prefix{ToUpper(letters[0]), ToUpper(letters[1])};
  if (!IsUpper(prefix[0]) || !IsUpper(prefix[1])) return false;
  static constexpr std::string_view kNeverGiven[] = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"};
  for (std::string_view never : kNeverGiven) {
    if (prefix == never) return false;
  }
  return std::string_view("DFIQUV").find(prefix[0]) == std::string_view::npos &&
         std::string_view("DFIQUVO").find(prefix[1]) == std::string_view::npos;
}

bool IsDay(int year, int month, int day) {
  static constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1800 || year > 2199 || month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

}  // namespace fathom
