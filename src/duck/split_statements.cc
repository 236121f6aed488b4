#include "duck/split_statements.h"

#include <algorithm>

namespace fathom {
namespace {

bool IsNameCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= 'a' && byte <= 'z') || byte == '_';
}

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Walks over a script token by token; a token is a quoted text, a comment, a run of name
// characters, or one character.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return position_ >= text_.size(); }
  size_t position() const { return position_; }
  bool unterminated() const { return unterminated_; }

  enum class Token { kSpace, kComment, kSemicolon, kOther };

  // REQUIRES !at_end()
  Token Next() {
    const char c = text_[position_];
    if (IsSpace(c)) return Take(Token::kSpace, 1);
    if (c == ';') return Take(Token::kSemicolon, 1);
    if (StartsWith("--")) return SkipTo(Token::kComment, text_.find('\n', position_), 1, true);
    if (StartsWith("/*")) return SkipBlockComment();
    if (c == '\'') return SkipQuoted('\'', /*backslash_escapes=*/false);
    if (c == '"') return SkipQuoted('"', false);
    if ((c == 'e' || c == 'E') && text_.substr(position_ + 1, 1) == "'") {
      ++position_;
      return SkipQuoted('\'', /*backslash_escapes=*/true);
    }
    if (c == '$') return SkipDollarQuoted();
    size_t length = 1;
    while (IsNameCharacter(c) && position_ + length < text_.size() &&
           IsNameCharacter(text_[position_ + length])) {
      ++length;
    }
    return Take(Token::kOther, length);
  }

 private:
  bool StartsWith(std::string_view prefix) const {
    return text_.substr(position_).starts_with(prefix);
  }

  Token Take(Token token, size_t length) {
    position_ += length;
    return token;
  }

  // To behind `end` (`length` long), or to the end of the text when there is none.
  Token SkipTo(Token token, size_t end, size_t length, bool may_end_with_text) {
    const bool found = end != std::string_view::npos;
    unterminated_ = !found && !may_end_with_text;
    position_ = found ? end + length : text_.size();
    return token;
  }

  // PostgreSQL's block comments nest.
  Token SkipBlockComment() {
    int depth = 0;
    while (!at_end()) {
      if (StartsWith("/*")) {
        ++depth;
        position_ += 2;
      } else if (StartsWith("*/")) {
        position_ += 2;
        if (--depth == 0) return Token::kComment;
      } else {
        ++position_;
      }
    }
    unterminated_ = true;
    return Token::kComment;
  }

  // A doubled quote stands for itself: it ends one quoted text and begins the next.
  Token SkipQuoted(char quote, bool backslash_escapes) {
    ++position_;
    while (!at_end()) {
      const char c = text_[position_++];
      if (c == quote) return Token::kOther;
      if (c == '\\' && backslash_escapes && !at_end()) ++position_;
    }
    unterminated_ = true;
    return Token::kOther;
  }

  // $$...$$ or $tag$...$tag$; a single '$' is a parameter.
  Token SkipDollarQuoted() {
    size_t end = position_ + 1;
    const bool digit = end < text_.size() && text_[end] >= '0' && text_[end] <= '9';
    while (end < text_.size() && IsNameCharacter(text_[end])) ++end;
    if (digit || end >= text_.size() || text_[end] != '$') return Take(Token::kOther, 1);
    const std::string_view tag = text_.substr(position_, end + 1 - position_);
    return SkipTo(Token::kOther, text_.find(tag, end + 1), tag.size(), false);
  }

  std::string_view text_;
  size_t position_ = 0;
  bool unterminated_ = false;
};

}  // namespace

SplitScript SplitStatements(std::string_view script) {
  SplitScript result;
  Scanner scanner(script);
  size_t begin = script.size();  // of the statement; script.size() = none has begun
  size_t end = 0;                // behind its last token that is not blank
  const auto finish = [&] {
    if (begin == script.size()) return;
    const auto lines = std::ranges::count(script.substr(0, begin), '\n');
    result.statements.push_back({std::string(script.substr(begin, end - begin)), lines + 1});
    begin = script.size();
  };
  while (!scanner.at_end()) {
    const size_t position = scanner.position();
    const Scanner::Token token = scanner.Next();
    if (token == Scanner::Token::kSemicolon) {
      finish();
    } else if (token == Scanner::Token::kOther) {
      if (begin == script.size()) begin = position;
      end = scanner.position();
    }
  }
  result.complete = begin == script.size() && !scanner.unterminated();
  finish();
  return result;
}

}  // namespace fathom
