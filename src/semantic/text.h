// Small questions about text that every task asks.
#pragma once

#include <string>
#include <string_view>

namespace fathom {

// True when nothing in `text` can be seen: only Unicode white space, control and format characters
// (so a no-break space, an ideographic space or a byte-order mark are blank too).
bool IsBlank(std::string_view text);

// `text` without the characters IsBlank ignores at both ends.
std::string_view Trim(std::string_view text);

// The language a prompt is written in.
enum class Language { kEnglish, kChinese };

// Chinese when the Chinese characters outnumber the words of other scripts and there is no kana;
// everything else is asked in English, which the models read best beside Chinese.
Language DetectLanguage(std::string_view text);

}  // namespace fathom
