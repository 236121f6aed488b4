// Characters that went wrong on their way into a text, and where there are too many to read on.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace fathom {

// One sort of damage.
struct Damage {
  size_t characters = 0;        // in all
  std::optional<size_t> begin;  // byte at which a third of the text around is of this sort
};

struct TextDamage {
  size_t text_characters = 0;
  Damage broken;  // U+FFFD, put in place of what could not be decoded
  Damage mojibake;  // UTF-8 that was read as Latin-1 or Windows-1252: "Ã©" for "é"; counted are the
                    // characters of these groups
  Damage control;  // control characters other than tab, line feed, carriage return, form feed
};

// REQUIRES `text` is valid UTF-8
TextDamage FindDamage(std::string_view text);

}  // namespace fathom
