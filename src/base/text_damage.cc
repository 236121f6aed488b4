#include "base/text_damage.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/utf8_scan.h"

namespace fathom {
namespace {

// A few damaged characters leave a text readable (French as mojibake has 8 %); of a third, no
// sentence is left. In shorter texts the window is the text.
constexpr size_t kWindowCharacters = 64;
constexpr size_t kSharePart = 3;

struct Place {
  size_t byte = 0;
  size_t character = 0;
};

// Finds the first window in which damage is dense.
class DensityScan {
 public:
  explicit DensityScan(size_t text_characters)
      : window_(std::min(text_characters, kWindowCharacters)),
        needed_(std::max<size_t>(2, (window_ + kSharePart - 1) / kSharePart)) {}

  void Add(Place place) {
    last_[damage_.characters++ % last_.size()] = place;
    if (damage_.begin || damage_.characters < needed_) return;
    const Place first = last_[(damage_.characters - needed_) % last_.size()];
    if (place.character - first.character < window_) damage_.begin = first.byte;
  }

  Damage damage() const { return damage_; }

 private:
  size_t window_, needed_;
  Damage damage_;
  std::array<Place, kWindowCharacters> last_;
};

bool IsControl(char32_t c) {
  if (c < 0x20) return c != '\t' && c != '\n' && c != '\r' && c != '\f';
  return c >= 0x7F && c < 0xA0;
}

// What Windows-1252 shows for the bytes 0x80 to 0x9F (0: nothing).
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// The byte that is read as `c`, 0 for none above 0x7F.
uint8_t ByteOf(char32_t c) {
  if (c < 0x80) return 0;
  if (c < 0x100) return static_cast<uint8_t>(c);
  const auto found = std::find(kWindows1252.begin(), kWindows1252.end(), c);
  return found == kWindows1252.end() ? 0
                                     : static_cast<uint8_t>(0x80 + (found - kWindows1252.begin()));
}

// How many characters at byte `at` are one character of UTF-8 that was read byte by byte; 0: none.
size_t MojibakeLength(std::string_view text, size_t at) {
  char bytes[4];
  size_t length = 0;
  for (; length < 4 && at < text.size(); ++length) {
    const CodePoint point = ReadCodePoint(text, at);
    bytes[length] = static_cast<char>(ByteOf(point.value));
    if (bytes[length] == 0) break;
    at += point.bytes;
  }
  if (length < 2) return 0;
  const CodePoint meant = ReadCodePoint(std::string_view(bytes, length), 0);
  return meant.bytes > 1 ? meant.bytes : 0;
}

}  // namespace

TextDamage FindDamage(std::string_view text) {
  TextDamage found;
  for (const char byte : text) found.text_characters += (byte & 0xC0) != 0x80;
  DensityScan broken(found.text_characters), mojibake(broken), control(broken);
  size_t mojibake_left = 0;  // characters of the group that is being read
  Place place;
  while (place.byte < text.size()) {
    const CodePoint point = ReadCodePoint(text, place.byte);
    if (point.value >= 0xC2 && point.value < 0xF5 && mojibake_left == 0) {
      mojibake_left = MojibakeLength(text, place.byte);
    }
    if (mojibake_left > 0) {
      mojibake.Add(place);
      --mojibake_left;
    } else if (point.value == 0xFFFD) {
      broken.Add(place);
    } else if (IsControl(point.value)) {
      control.Add(place);
    }
    place.byte += point.bytes;
    ++place.character;
  }
  found.broken = broken.damage();
  found.mojibake = mojibake.damage();
  found.control = control.damage();
  return found;
}

}  // namespace fathom
