#include "runtime/regex_classes.h"

#include <algorithm>
#include <optional>

namespace fathom {
namespace {

const CodePoints& Digits() {
  static const CodePoints set = {{'0', '9'}};
  return set;
}

const CodePoints& WordCharacters() {
  static const CodePoints set = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  return set;
}

const CodePoints& Space() {
  static const CodePoints set = {
      {'\t', '\r'},     {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
      {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
  return set;
}

const CodePoints& LineEnds() {
  static const CodePoints set = {{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}};
  return set;
}

CodePoints Not(const CodePoints& set) { return CodePoints::AnyText().Minus(set); }

// \d and its like; nullopt: `letter` stands for no class.
std::optional<CodePoints> NamedClass(char letter) {
  switch (letter) {
    case 'd': return Digits();
    case 'D': return Not(Digits());
    case 'w': return WordCharacters();
    case 'W': return Not(WordCharacters());
    case 's': return Space();
    case 'S': return Not(Space());
    default: return std::nullopt;
  }
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsHex(const RegexInput& in) { return !in.AtEnd() && HexDigit(in.Peek()) >= 0; }

// \xHH, \uHHHH, \u{H...}: what follows the letter.
Result<char32_t> ParseHex(RegexInput* in, int digits) {
  const bool braces = digits == 4 && in->Take('{');
  char32_t c = 0;
  int read = 0;
  for (; IsHex(*in) && read < (braces ? 6 : digits); ++read, in->Skip()) {
    c = 16 * c + static_cast<char32_t>(HexDigit(in->Peek()));
  }
  if (braces ? read == 0 || !in->Take('}') : read != digits) {
    return in->Wrong("characters are written \\xHH, \\uHHHH or \\u{H...} in hexadecimal digits");
  }
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return in->Wrong("this is no character");
  return c;
}

// One character behind a backslash.
Result<char32_t> ParseEscape(RegexInput* in) {
  constexpr std::string_view kLetters = "tnrfv0";
  constexpr std::string_view kMeant("\t\n\r\f\v\0", 6);
  if (in->AtEnd()) return in->Wrong("a backslash ends it");
  const char32_t c = in->TakeCodePoint();
  if (c == 'x') return ParseHex(in, 2);
  if (c == 'u') return ParseHex(in, 4);
  if (c > 0x7F) return c;
  const char letter = static_cast<char>(c);
  if (const size_t at = kLetters.find(letter); at != std::string_view::npos) return kMeant[at];
  if (letter == 'b' || letter == 'B') return in->Unsupported("word boundaries");
  if (letter == 'p' || letter == 'P')
    return in->Unsupported("\\p: name the characters in brackets");
  if (letter == 'k' || (letter >= '1' && letter <= '9')) return in->Unsupported("back references");
  const bool alphabetic = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
  if (alphabetic) return in->Unsupported(std::string("the escape \\") + letter);
  return c;
}

// A class's member: a character, or a class of its own such as \d.
struct Member {
  CodePoints set;
  std::optional<char32_t> character;
};

Result<Member> ParseMember(RegexInput* in) {
  if (!in->Take('\\')) {
    const char32_t c = in->TakeCodePoint();
    return Member{{{c, c}}, c};
  }
  if (!in->AtEnd()) {
    if (in->Take('b')) return Member{{{'\b', '\b'}}, U'\b'};
    if (std::optional<CodePoints> named = NamedClass(in->Peek())) {
      in->Skip();
      return Member{std::move(*named), std::nullopt};
    }
  }
  FATHOM_ASSIGN_OR_RETURN(const char32_t c, ParseEscape(in));
  return Member{{{c, c}}, c};
}

// Behind the opening bracket.
Result<CodePoints> ParseBrackets(RegexInput* in) {
  const bool negated = in->Take('^');
  CodePoints set;
  while (!in->Take(']')) {
    if (in->AtEnd()) return in->Wrong("a class has no ']'");
    FATHOM_ASSIGN_OR_RETURN(Member member, ParseMember(in));
    if (in->Take('-')) {
      if (in->AtEnd() || in->Peek() == ']' || !member.character) {
        member.set.Add({'-', '-'});  // a dash that stands for itself
      } else {
        FATHOM_ASSIGN_OR_RETURN(const Member last, ParseMember(in));
        if (!last.character) {
          member.set.Add({'-', '-'});
          member.set.Add(last.set);
        } else if (*last.character < *member.character) {
          return in->Wrong("a range in brackets goes from high to low");
        } else {
          member.set.Add({*member.character, *last.character});
        }
      }
    }
    set.Add(member.set);
  }
  return negated ? Not(set) : set;
}

}  // namespace

std::string RegexInput::Where() const {
  return "regular expression '" + std::string(regex_) + "', position " +
         std::to_string(std::max<size_t>(at_, 1)) + ": ";
}

Error RegexInput::Wrong(const std::string& what) const {
  return {ErrorCode::kInvalidArgument, Where() + what};
}

Error RegexInput::Unsupported(const std::string& what) const {
  return {ErrorCode::kUnsupported, Where() + "not supported: " + what};
}

Result<CodePoints> ParseCharacters(RegexInput* input) {
  if (input->Take('.')) return Not(LineEnds());
  if (input->Take('[')) return ParseBrackets(input);
  if (input->Take('\\')) {
    if (!input->AtEnd()) {
      if (std::optional<CodePoints> named = NamedClass(input->Peek())) {
        input->Skip();
        return std::move(*named);
      }
    }
    FATHOM_ASSIGN_OR_RETURN(const char32_t c, ParseEscape(input));
    return CodePoints{{c, c}};
  }
  const char32_t c = input->TakeCodePoint();
  return CodePoints{{c, c}};
}

}  // namespace fathom
