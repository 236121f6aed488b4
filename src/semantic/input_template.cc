// Rendering and parsing of InputTemplate (task.h).
#include <charconv>

#include "semantic/task.h"

namespace fathom {
namespace {

// `position` counts bytes, the message counts characters.
Error At(const std::string& text, size_t position, const std::string& what) {
  size_t character = 1;
  for (size_t i = 0; i < position; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) ++character;
  }
  return Error{ErrorCode::kInvalidArgument, "prompt: " + what + " at character " +
                                                std::to_string(character) + " of the template"};
}

// Reads the placeholder whose '{' is at `open`; `*end` becomes the position after its '}'.
Result<size_t> ReadPlaceholder(const std::string& text, size_t open, size_t args, size_t* end) {
  const size_t close = text.find('}', open);
  if (close == std::string::npos) {
    return At(text, open, "'{' without '}' (write '{{' for a literal brace)");
  }
  const char* first = text.data() + open + 1;
  const char* last = text.data() + close;
  size_t number = 0;
  const auto [stop, failure] = std::from_chars(first, last, number);
  if (first == last || stop != last || failure != std::errc()) {
    return At(text, open,
              "'" + text.substr(open, close - open + 1) +
                  "' is not a placeholder like {0} (write '{{' and '}}' for literal braces)");
  }
  if (number >= args) {
    return At(text, open,
              "placeholder {" + std::to_string(number) + "}, but there " +
                  (args == 1 ? "is 1 argument" : "are " + std::to_string(args) + " arguments") +
                  (args == 0 ? "" : ", the last is {" + std::to_string(args - 1) + "}"));
  }
  *end = close + 1;
  return number;
}

Status CheckAllUsed(const InputTemplate& parsed, size_t args) {
  std::vector<bool> used(args, false);
  for (size_t slot : parsed.slots) used[slot] = true;
  for (size_t i = 0; i < args; ++i) {
    if (used[i]) continue;
    return Status(ErrorCode::kInvalidArgument, "prompt: argument " + std::to_string(i + 1) +
                                                   " is not used; write {" + std::to_string(i) +
                                                   "} into the template or leave it out");
  }
  return Status();
}

}  // namespace

std::string InputTemplate::Render(std::span<const std::string> args) const {
  FATHOM_ASSERT(constants.size() == slots.size() + 1);
  std::string text = constants[0];
  for (size_t i = 0; i < slots.size(); ++i) {
    FATHOM_ASSERT(slots[i] < args.size());
    text += args[slots[i]];
    text += constants[i + 1];
  }
  return text;
}

Result<InputTemplate> ParsePromptTemplate(const std::string& text, size_t args) {
  InputTemplate parsed;
  std::string constant;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    const bool doubled = at + 1 < text.size() && text[at + 1] == c;
    if ((c == '{' || c == '}') && doubled) {
      constant += c;
      at += 2;
    } else if (c == '}') {
      return At(text, at, "'}' without '{' (write '}}' for a literal brace)");
    } else if (c == '{') {
      FATHOM_ASSIGN_OR_RETURN(const size_t slot, ReadPlaceholder(text, at, args, &at));
      parsed.constants.push_back(std::move(constant));
      parsed.slots.push_back(slot);
      constant.clear();
    } else {
      constant += c;
      ++at;
    }
  }
  parsed.constants.push_back(std::move(constant));
  FATHOM_RETURN_IF_ERROR(CheckAllUsed(parsed, args));
  return parsed;
}

}  // namespace fathom
