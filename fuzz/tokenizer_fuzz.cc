// libFuzzer target: any bytes as the text of a row, with both pre-tokenizers and a vocabulary of
// the 256 bytes and some merges. Tokens must be in range and give back exactly the text.
//
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Isrc fuzz/tokenizer_fuzz.cc \
//     src/model/{tokenizer_bpe,tokenizer_split,unicode}.cc -lutf8proc -o tokenizer_fuzz
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "model/tokenizer_bpe.h"
#include "model/tokenizer_split.h"

namespace {

// Token b is the byte b; every pair of the text's likely bytes merges, and the results once more.
struct Vocabulary {
  std::array<fathom::TokenId, 256> byte_tokens;
  std::vector<fathom::MergeRule> rules;
  std::vector<std::string> bytes;

  Vocabulary() {
    for (int b = 0; b < 256; ++b) {
      byte_tokens[b] = b;
      bytes.emplace_back(1, static_cast<char>(b));
    }
    constexpr std::string_view kLikely = " \nae1't\xC3\xA9\xE4\xB8\xAD";
    for (const char a : kLikely) {
      for (const char b : kLikely) Add(static_cast<uint8_t>(a), static_cast<uint8_t>(b));
    }
    const auto pairs = static_cast<fathom::TokenId>(bytes.size());
    for (fathom::TokenId id = 256; id < pairs; id += 7) Add(id, 256 + id % (pairs - 256));
  }

  void Add(fathom::TokenId left, fathom::TokenId right) {
    rules.push_back({left, right, static_cast<fathom::TokenId>(bytes.size())});
    bytes.push_back(bytes[left] + bytes[right]);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Vocabulary vocabulary;
  static const fathom::BytePairMerger merger(vocabulary.byte_tokens, vocabulary.rules);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* pre : {"qwen2", "smollm"}) {
    const fathom::WordSplitter splitter = fathom::FindWordSplitter(pre);
    std::string back;
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = splitter(text, begin);
      if (end <= begin || end > text.size()) std::abort();
      std::vector<fathom::TokenId> ids;
      merger.Merge(text.substr(begin, end - begin), &ids);
      for (const fathom::TokenId id : ids) back += vocabulary.bytes.at(id);
      begin = end;
    }
    if (back != text) std::abort();
  }
  return 0;
}
