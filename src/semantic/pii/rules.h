// The rules of FindPii: each adds what it takes for personal data. Spans may overlap, those of
// other rules too; FindPii chooses. All run in time linear in the text, and none fails.
#pragma once

#include <vector>

#include "semantic/pii/number_text.h"
#include "semantic/pii/pii_span.h"

namespace fathom {

using PiiSpans = std::vector<PiiSpan>;

// kCreditCard. 12 to 19 digits, in one piece or in the groups printed on cards, that pass Luhn: of
// a known issuer, or with a word such as "card" before them. In one piece and behind a word such as
// "order" they are none.
void FindCards(const NumberText& text, PiiSpans* found);

// kPhone. Numbers with "+" or "00" and a country, North American and Chinese ones by their shape,
// grouped ones with a leading 0 (most other countries), each with its extension; any of 7 digits
// and more behind a word such as "phone".
void FindPhones(const NumberText& text, PiiSpans* found);

// kUsSsn, kUkNino, kUkNhs, kCnId.
void FindNationalIds(const NumberText& text, PiiSpans* found);

// kDate: year, month and day in figures, with a month's English name or with 年月日, and the time
// of day behind it. kDateOfBirth: the same, and years alone, behind a word such as "born".
void FindDates(const NumberText& text, PiiSpans* found);

// kIban; kBankAccount: account, routing and sort code numbers behind such a word.
void FindBankAccounts(const NumberText& text, PiiSpans* found);

// kPassport, kDriversLicense: the first word with digits behind such a word, when it can be one.
void FindDocuments(const NumberText& text, PiiSpans* found);

// kPostalCode behind such a word; US ZIP codes behind ", " and a state's two letters; British and
// Canadian codes.
void FindPostalCodes(const NumberText& text, PiiSpans* found);

// kIpAddress (v4 and v6), kMacAddress.
void FindNetworkAddresses(const NumberText& text, PiiSpans* found);

// kEmail.
void FindEmails(const NumberText& text, PiiSpans* found);

// kUrl: with a scheme or "www.", and bare names under well-known top-level domains.
void FindUrls(const NumberText& text, PiiSpans* found);

// kCryptoWallet: Bitcoin addresses (Base58Check and Bech32, checksums included) and Ethereum's.
void FindWallets(const NumberText& text, PiiSpans* found);

}  // namespace fathom
