#include "semantic/opposite.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace fathom {
namespace {

// A negation adds a few words at most; anything much longer is an explanation.
size_t LongestOpposite(const std::string& statement) { return 2 * statement.size() + 40; }

std::string_view FirstLine(std::string_view text) {
  text = Trim(text);
  return text.substr(0, text.find('\n'));
}

// Without the quotation marks and the full stop a model likes to put around a sentence.
std::string_view Unquoted(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (std::string_view mark : {"\"", "'", "“", "”", ".", "。", "*", "`"}) {
      if (text.starts_with(mark)) text.remove_prefix(mark.size()), again = true;
      if (text.ends_with(mark)) text.remove_suffix(mark.size()), again = true;
    }
    text = Trim(text);
  }
  return text;
}

std::string CleanOpposite(const std::string& generated, const std::string& statement) {
  const std::string_view text = Unquoted(FirstLine(generated));
  if (text == Unquoted(statement) || text.size() > LongestOpposite(statement)) return "";
  return std::string(text);
}

// English: words in lower case. Chinese, which writes no spaces: characters.
std::vector<std::string> Units(const std::string& text, Language language) {
  std::vector<std::string> units;
  bool in_word = false;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isspace(byte) != 0) {
      in_word = false;
      continue;
    }
    const bool begins_character = (byte & 0xC0) != 0x80;
    if (language == Language::kChinese ? begins_character : !in_word) units.emplace_back();
    in_word = true;
    units.back() += static_cast<char>(std::tolower(byte));
  }
  return units;
}

bool IsNegation(const std::string& unit) {
  static constexpr std::array<std::string_view, 12> kNegations{
      "not", "no", "never", "cannot", "without", "不", "没", "无", "非", "未", "别", "否"};
  return std::find(kNegations.begin(), kNegations.end(), unit) != kNegations.end() ||
         unit.ends_with("n't") || unit.ends_with("n’t");
}

size_t Negations(const std::vector<std::string>& units) {
  return static_cast<size_t>(std::count_if(units.begin(), units.end(), IsNegation));
}

// The plain one of two ends that differ by a negation says everything at once: one word, or a few
// Chinese characters that do not begin with the copula.
bool SaysItAtOnce(const std::vector<std::string>& plain, const std::vector<std::string>& negated,
                  Language language) {
  if (language == Language::kChinese) {
    return plain.size() <= 4 && negated.size() <= 5 && plain[0] != "是";
  }
  return plain.size() == 1 && negated.size() == 2;
}

}  // namespace

PromptParts OppositePrompt(Language language) {
  if (language == Language::kChinese) {
    return PromptParts{"", "说法：",
                       "\n请写出与它相反的说法，即这句话不成立时成立的说法。只写这一句。", ""};
  }
  return PromptParts{"", "Statement: ",
                     "\nWrite the opposite statement, the one that holds when this statement is "
                     "false. Write only that statement.",
                     ""};
}

Result<std::string> WriteOpposite(LanguageModel& model, const std::string& statement,
                                  Language language, const RunContext& context) {
  GenerateOptions options;
  options.max_tokens = 64;
  options.stop = {"\n"};
  std::string generated;
  const std::vector<std::string> rows{statement};
  FATHOM_RETURN_IF_ERROR(model.Generate(OppositePrompt(language), rows, options, OnLong::kFail,
                                        context, [&](size_t, Result<Generation> generation) {
                                          if (generation.ok()) generated = generation->text;
                                        }));
  return CleanOpposite(generated, statement);
}

bool PartWhereTheyDiffer(const std::string& statement, const std::string& opposite,
                         Language language) {
  std::vector<std::string> yes = Units(statement, language);
  std::vector<std::string> no = Units(opposite, language);
  const auto parting = std::mismatch(yes.begin(), yes.end(), no.begin(), no.end());
  if (parting.first == yes.begin()) return false;  // nothing in common: no two ends of a sentence
  yes.erase(yes.begin(), parting.first);
  no.erase(no.begin(), parting.second);
  if (yes.empty() || no.empty()) return false;
  if (Negations(yes) == Negations(no)) return true;
  return Negations(yes) < Negations(no) ? SaysItAtOnce(yes, no, language)
                                        : SaysItAtOnce(no, yes, language);
}

}  // namespace fathom
