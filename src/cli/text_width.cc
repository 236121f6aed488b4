#include "cli/text_width.h"

#include <utf8proc.h>

#include <algorithm>

#include "base/assert.h"

namespace fathom {
namespace {

constexpr std::string_view kEllipsis = "…";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr utf8proc_int32_t kEmojiPresentation = 0xFE0F;

// One code point of `text` at `at`; invalid bytes come one at a time as code point -1.
struct CodePoint {
  utf8proc_int32_t value;
  size_t bytes;
};

CodePoint Decode(std::string_view text, size_t at) {
  utf8proc_int32_t value = -1;
  const auto bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                      static_cast<utf8proc_ssize_t>(text.size() - at), &value);
  return bytes > 0 ? CodePoint{value, static_cast<size_t>(bytes)} : CodePoint{-1, 1};
}

bool IsRegionalIndicator(utf8proc_int32_t c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }

int CodePointWidth(utf8proc_int32_t c) {
  if (c == -1) return 1;
  if (c == kEmojiPresentation || IsRegionalIndicator(c)) return 2;
  return utf8proc_charwidth(c);
}

// A user-perceived character: as wide as its widest code point.
struct Cluster {
  size_t bytes = 0;
  size_t width = 0;
};

Cluster NextCluster(std::string_view text, size_t at) {
  CodePoint current = Decode(text, at);
  Cluster cluster{current.bytes, static_cast<size_t>(CodePointWidth(current.value))};
  utf8proc_int32_t state = 0;
  while (current.value != -1 && at + cluster.bytes < text.size()) {
    const CodePoint next = Decode(text, at + cluster.bytes);
    if (next.value == -1) break;
    if (utf8proc_grapheme_break_stateful(current.value, next.value, &state)) break;
    cluster.bytes += next.bytes;
    cluster.width = std::max(cluster.width, static_cast<size_t>(CodePointWidth(next.value)));
    current = next;
  }
  return cluster;
}

bool ChangesDirection(utf8proc_int32_t c) {
  return c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

void AppendCodePoint(utf8proc_int32_t c, std::string* out) {
  utf8proc_uint8_t bytes[4];
  const auto count = utf8proc_encode_char(c, bytes);
  out->append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(count));
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    const Cluster cluster = NextCluster(text, at);
    width += cluster.width;
    at += cluster.bytes;
  }
  return width;
}

std::string Truncate(std::string_view text, size_t width) {
  FATHOM_ASSERT(width >= 1);
  size_t used = 0;
  size_t fits_with_ellipsis = 0;  // bytes that leave one column free
  for (size_t at = 0; at < text.size();) {
    const Cluster cluster = NextCluster(text, at);
    if (used + cluster.width > width) {
      return std::string(text.substr(0, fits_with_ellipsis)).append(kEllipsis);
    }
    used += cluster.width;
    at += cluster.bytes;
    if (used + 1 <= width) fits_with_ellipsis = at;
  }
  return std::string(text);
}

std::string Printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = Decode(text, at);
    const bool is_crlf = c.value == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    if (c.value == -1 || ChangesDirection(c.value) || (c.value >= 0x80 && c.value < 0xA0)) {
      out.append(kReplacement);
    } else if (c.value == '\n') {
      out.append("↵");
    } else if (c.value == 0x7F) {
      AppendCodePoint(0x2421, &out);
    } else if (c.value < 0x20) {
      if (!is_crlf) AppendCodePoint(0x2400 + c.value, &out);
    } else {
      out.append(text.substr(at, c.bytes));
    }
    at += c.bytes;
  }
  return out;
}

size_t FindInvalidUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = Decode(text, at);
    if (c.value == -1) return at;
    at += c.bytes;
  }
  return std::string_view::npos;
}

}  // namespace fathom
