#include "model/quoted.h"

namespace fathom {

std::string Quoted(std::string_view text) {
  constexpr size_t kShownBytes = 64;
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "'";
  for (const char c : text.substr(0, kShownBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      out += c;
    } else {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  if (text.size() > kShownBytes) out += "...";
  return out + "'";
}

}  // namespace fathom
