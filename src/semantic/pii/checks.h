// Check digits and the like: whether a number can exist at all. Digits are ASCII, without
// separators.
#pragma once

#include <string_view>

namespace fathom {

// The last digit is the check digit of ISO/IEC 7812-1 (Luhn). REQUIRES digits only
bool PassesLuhn(std::string_view digits);

// An issuer that exists has cards of this number: prefix, length and check digit. Issuer ranges are
// those of ISO/IEC 7812 as the networks publish them.
bool IsCardOfIssuer(std::string_view digits);

// ISO 13616: a known country, its length, remainder 1 modulo 97. Letters of either case, no spaces.
bool IsIban(std::string_view iban);

// The length of the IBANs of a country (two letters of either case); 0: it has none.
size_t IbanLength(std::string_view country);

// GB 11643: 17 digits and a digit or X; region, date of birth and check character. REQUIRES 18
// bytes
bool IsCnId(std::string_view id);

// NHS number: 10 digits, weights 10..2, modulo 11. REQUIRES 10 digits
bool IsNhsNumber(std::string_view digits);

// US social security numbers that the administration gives out. REQUIRES 9 digits
bool IsSsn(std::string_view digits);

// The two letters before the six digits of a UK national insurance number; either case.
bool IsNinoPrefix(std::string_view letters);

// A day of the Gregorian calendar in the years 1800..2199.
bool IsDay(int year, int month, int day);

}  // namespace fathom
