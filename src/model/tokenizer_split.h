// Pre-tokenizers: text is cut into words, and tokens never cross a word's border.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fathom {

// The end (byte index) of the word that starts at byte `begin`: begin < end <= text.size().
// Words cover the text without gaps. Time over a whole text: linear.
// REQUIRES begin < text.size() is 0 or the end of the word before
using WordSplitter = size_t (*)(std::string_view text, size_t begin);

// The splitter of a `tokenizer.ggml.pre`, or nullptr.
WordSplitter FindWordSplitter(std::string_view pre);
// "smollm, qwen2": for messages.
std::string KnownWordSplitters();

}  // namespace fathom
