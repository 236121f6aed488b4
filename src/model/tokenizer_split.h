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

// What a `tokenizer.ggml.pre` stands for.
struct PreTokenizer {
  const char* name;
  WordSplitter split;
  bool ignore_merges = false;    // a word that is a token becomes it, whatever its merges give
  bool add_bos_default = false;  // where a file does not say
};

// By name or alias (llama3 = llama-bpe); nullptr: unknown.
const PreTokenizer* FindPreTokenizer(std::string_view pre);
// "smollm, qwen2, ...": for messages.
std::string KnownPreTokenizers();

}  // namespace fathom
