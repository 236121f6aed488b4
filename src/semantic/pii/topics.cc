#include "semantic/pii/topics.h"

#include <algorithm>
#include <array>

#include "semantic/pii/ascii.h"

namespace fathom {
namespace {

using enum Topic;

struct Keywords {
  Topic topic;
  std::string_view words;  // with "|" between
};

constexpr Keywords kKeywords[] = {
    {kPhone,
     "phone|phones|telephone|tel|mobile|mob|cell|cellphone|fax|landline|hotline|helpline|"
     "voicemail|call|calls|called|calling|ring|dial|dialled|dialed|answering|text me|sms|"
     "whatsapp|message|messages|reach|contact|phone number|contact number|direct line|"
     "my number|his number|her number|your number|our number|their number|desk:|office:|"
     "work:|home:|reached|contacted|texted|txt|customer service|customer services|customer "
     "care|customer care line|客服|我的号码|telefon|telefono|teléfono|téléphone|tél|"
     "rufnummer|móvil|cellulare|电话|電話|手机|手機|座机|联系|致电|来电|拨打|"
     "传真|热线|短信|携帯"},
    {kCard,
     "card|cards|card number|cc|visa|mastercard|amex|american express|debit|信用卡|银行卡|"
     "卡号|借记卡|储蓄卡"},
    {kSsn, "ssn|social security|社会安全"},
    {kNino, "nino|national insurance|ni number"},
    {kNhs, "nhs"},
    {kId, "id card|identity card|national id|身份证|身份證|公民身份|证件号"},
    {kPassport, "passport|passports|reisepass|passeport|pasaporte|护照|護照|通行证"},
    {kLicense,
     "driver's license|driver’s license|drivers license|driver license|driving license|"
     "driver's licence|driving licence|dl number|驾照|驾驶证|驾驶执照"},
    {kAccount,
     "account number|account no|account #|acct|a/c|bank account|checking account|"
     "savings account|routing|sort code|kontonummer|账号|帐号|账户|帐户|帳號"},
    {kBirth, "born|birth|birthday|birthdate|dob|d.o.b|geboren|出生|生日|生于|诞生"},
    {kPostal, "zip|zip code|zipcode|postcode|postal code|post code|plz|邮编|邮政编码|郵遞區號"},
    {kOther,
     "order|orders|invoice|tracking|isbn|issn|doi|gst|vat|ean|upc|sku|barcode|version|ver|v|"
     "release|"
     "build|firmware|section|chapter|serial|part number|part no|item number|item no|model|"
     "ticket|case number|case no|ref|reference|product|total|price|quantity|population|"
     "error|code|batch|patent|pid|port|timestamp|id|订单|訂單|单号|單號|编号|快递|运单|发票|"
     "版本|序列号|价格|金额|流水|工单|条码|书号"},
};

struct Keyword {
  std::string_view word;
  Topic topic;
};

bool IsWordByte(char c) { return IsAlnum(c) || c == '_'; }

// The keywords by their first byte, the longest first; there are at most some dozens of one byte
// (Chinese characters of one block share theirs).
class KeywordIndex {
 public:
  KeywordIndex() {
    for (const Keywords& keywords : kKeywords) {
      for (std::string_view rest = keywords.words; !rest.empty();) {
        const std::string_view word = rest.substr(0, rest.find('|'));
        by_first_byte_[static_cast<unsigned char>(word[0])].push_back({word, keywords.topic});
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
      }
    }
    for (auto& keywords : by_first_byte_) {
      std::stable_sort(keywords.begin(), keywords.end(), [](const Keyword& a, const Keyword& b) {
        return a.word.size() > b.word.size();
      });
    }
  }

  // The longest keyword that stands at `at`; an empty word when there is none.
  Keyword At(std::string_view lowered, size_t at) const {
    const bool is_ascii = static_cast<unsigned char>(lowered[at]) < 0x80;
    if (is_ascii && at > 0 && IsWordByte(lowered[at - 1])) return {"", kNone};
    for (const Keyword& keyword : by_first_byte_[static_cast<unsigned char>(lowered[at])]) {
      const size_t end = at + keyword.word.size();
      if (lowered.compare(at, keyword.word.size(), keyword.word) != 0) continue;
      // A digit may follow at once: "tel02012345678".
      if (is_ascii && end < lowered.size() && (IsLetter(lowered[end]) || lowered[end] == '_')) {
        continue;
      }
      return keyword;
    }
    return {"", kNone};
  }

 private:
  std::array<std::vector<Keyword>, 256> by_first_byte_;
};

}  // namespace

std::vector<TopicMark> MarkTopics(std::string_view lowered) {
  static const KeywordIndex index;
  std::vector<TopicMark> marks;
  for (size_t at = 0; at < lowered.size();) {
    const Keyword keyword = index.At(lowered, at);
    if (keyword.topic == kNone) {
      ++at;
      continue;
    }
    marks.push_back({at, at + keyword.word.size(), keyword.topic});
    at += keyword.word.size();
  }
  return marks;
}

}  // namespace fathom
