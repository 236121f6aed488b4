#include "cli/encoding_hint.h"

#include <cstdio>
#include <fstream>
#include <sstream>

#include "cli/text_width.h"

namespace fathom {
namespace {

// "  file = messages.csv" of the settings that DuckDB lists below its message.
std::string NamedFile(const std::string& error) {
  std::istringstream lines(error);
  constexpr std::string_view kKey = "  file = ";
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kKey)) return line.substr(kKey.size());
  }
  return "";
}

std::string Hex(unsigned char byte) {
  char text[8];
  std::snprintf(text, sizeof text, "0x%02X", byte);
  return text;
}

std::string Advice(const std::string& path) {
  return "Convert it first, for Chinese text of older programs: iconv -f GB18030 -t UTF-8 '" +
         path + "' > utf8.csv\nor name its encoding: read_csv('" + path +
         "', encoding = 'latin-1') knows latin-1 and utf-16.";
}

}  // namespace

std::string EncodingHint(const std::string& error) {
  if (error.find("not utf-8 encoded") == std::string::npos) return "";
  const std::string path = NamedFile(error);
  std::ifstream file(path, std::ios::binary);
  // A line at a time: no character of UTF-8 has a '\n' inside.
  int64_t line_number = 1;
  int64_t line_begin = 0;
  for (std::string line; std::getline(file, line); ++line_number) {
    if (line_number == 1 && line.starts_with("\x1F\x8B")) return "";  // gzip: other offsets
    const size_t at = FindInvalidUtf8(line);
    if (at != std::string::npos) {
      return path + ": the first byte that is not UTF-8 is " +
             Hex(static_cast<unsigned char>(line[at])) + " at byte offset " +
             std::to_string(line_begin + static_cast<int64_t>(at)) + ", in line " +
             std::to_string(line_number) + ".\n" + Advice(path);
    }
    line_begin += static_cast<int64_t>(line.size()) + 1;
  }
  return "";
}

}  // namespace fathom
