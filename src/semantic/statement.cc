// From a template to a statement about its rows (filter_form.h).
#include <algorithm>

#include "semantic/filter_form.h"

namespace fathom {
namespace {

// "The review is positive: " -> "The review is positive". The mark that leads over to the value, or
// that ends the sentence, says nothing once the statement stands elsewhere; a question mark does.
std::string WithoutEndMark(std::string_view text) {
  text = Trim(text);
  for (std::string_view mark : {":", "：", "=>", "->", "—", "-", ".", "。"}) {
    if (text.size() > mark.size() && text.ends_with(mark)) {
      return std::string(Trim(text.substr(0, text.size() - mark.size())));
    }
  }
  return std::string(text);
}

// One value with words on one side only: those words are the statement.
bool IsOneSided(const InputTemplate& input) {
  return input.slots.size() == 1 &&
         (IsBlank(input.constants.front()) || IsBlank(input.constants.back()));
}

bool UsesOneArgument(const InputTemplate& input) {
  return std::all_of(input.slots.begin(), input.slots.end(),
                     [&](size_t slot) { return slot == input.slots.front(); });
}

// What a statement calls the value of `slot`: "[text]", or "[text 2]" where there are several.
std::string ValueName(const InputTemplate& input, Language language, size_t slot) {
  const bool chinese = language == Language::kChinese;
  std::string name = chinese ? "【文字" : "[text";
  if (!UsesOneArgument(input)) name += (chinese ? "" : " ") + std::to_string(slot + 1);
  return name + (chinese ? "】" : "]");
}

}  // namespace

std::string StatementOf(const InputTemplate& input, Language language) {
  if (input.slots.empty()) return "";
  if (IsOneSided(input)) {
    return WithoutEndMark(IsBlank(input.constants.front()) ? input.constants.back()
                                                           : input.constants.front());
  }
  std::string statement = input.constants[0];
  for (size_t i = 0; i < input.slots.size(); ++i) {
    statement += ValueName(input, language, input.slots[i]);
    statement += input.constants[i + 1];
  }
  return WithoutEndMark(statement);
}

std::string FilterRowText(const InputTemplate& input, Language language,
                          std::span<const std::string> args) {
  if (input.slots.empty()) return input.constants[0];
  if (UsesOneArgument(input)) return args[input.slots.front()];
  std::vector<size_t> slots = input.slots;  // every argument once, in the order of the arguments
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  std::string text;
  for (size_t slot : slots) {
    if (!text.empty()) text += "\n";
    text += ValueName(input, language, slot) + ": " + args[slot];
  }
  return text;
}

}  // namespace fathom
