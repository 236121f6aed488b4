// Goal: text is cut where the regular expressions of the model families cut it.
// Method: hand-worked cases; any bytes at all must be covered without gaps.
#include "model/tokenizer_split.h"

#include <gmock/gmock.h>

#include <random>
#include <vector>

namespace fathom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Split(const char* pre, std::string_view text) {
  const WordSplitter splitter = FindPreTokenizer(pre)->split;
  std::vector<std::string> words;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = splitter(text, begin);
    EXPECT_GT(end, begin);
    EXPECT_LE(end, text.size());
    if (end <= begin || end > text.size()) break;
    words.emplace_back(text.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

std::vector<std::string> Qwen2(std::string_view text) { return Split("qwen2", text); }
std::vector<std::string> Llama3(std::string_view text) { return Split("llama-bpe", text); }
std::vector<std::string> SmolLm(std::string_view text) { return Split("smollm", text); }

TEST(WordSplitter, OnlyKnownOnes) {
  EXPECT_EQ(FindPreTokenizer("tekken"), nullptr);
  EXPECT_EQ(FindPreTokenizer(""), nullptr);
  EXPECT_EQ(KnownPreTokenizers(), "smollm, qwen2, llama-bpe");
  for (const char* alias : {"llama-bpe", "llama3", "llama-v3"}) {
    EXPECT_EQ(FindPreTokenizer(alias), FindPreTokenizer("llama-bpe"));
  }
  EXPECT_TRUE(FindPreTokenizer("llama3")->ignore_merges);
  EXPECT_FALSE(FindPreTokenizer("qwen2")->ignore_merges);
}

TEST(Qwen2Splitter, WordsTakeOneCharacterBefore) {
  EXPECT_THAT(Qwen2(""), IsEmpty());
  EXPECT_THAT(Qwen2("Hello world"), ElementsAre("Hello", " world"));
  EXPECT_THAT(Qwen2("(a) \tb"), ElementsAre("(a", ")", " ", "\tb"));
  EXPECT_THAT(Qwen2("!!a"), ElementsAre("!!", "a"));
  EXPECT_THAT(Qwen2("\xC2\xA0x"), ElementsAre("\xC2\xA0x"));
  EXPECT_THAT(Qwen2("\nx"), ElementsAre("\n", "x"));
}

TEST(Qwen2Splitter, DigitsStandAlone) {
  EXPECT_THAT(Qwen2("a 12b"), ElementsAre("a", " ", "1", "2", "b"));
  EXPECT_THAT(Qwen2("  1"), ElementsAre(" ", " ", "1"));
  EXPECT_THAT(Qwen2("-1"), ElementsAre("-", "1"));
}

TEST(Qwen2Splitter, Contractions) {
  EXPECT_THAT(Qwen2("it's"), ElementsAre("it", "'s"));
  EXPECT_THAT(Qwen2("WE'LL"), ElementsAre("WE", "'LL"));
  EXPECT_THAT(Qwen2("'sx"), ElementsAre("'s", "x"));
  EXPECT_THAT(Qwen2("'re 've 'm 'd 't"),
              ElementsAre("'re", " '", "ve", " '", "m", " '", "d", " '", "t"));
  EXPECT_THAT(Qwen2("'l"), ElementsAre("'l"));
  EXPECT_THAT(Qwen2("'"), ElementsAre("'"));
}

TEST(Qwen2Splitter, PunctuationTakesBlankAndLineBreaks) {
  EXPECT_THAT(Qwen2("a ...\n\nb"), ElementsAre("a", " ...\n\n", "b"));
  EXPECT_THAT(Qwen2("a  ..."), ElementsAre("a", " ", " ..."));
  EXPECT_THAT(Qwen2("\t..."), ElementsAre("\t", "..."));
}

TEST(Qwen2Splitter, Spaces) {
  EXPECT_THAT(Qwen2("a   b"), ElementsAre("a", "  ", " b"));
  EXPECT_THAT(Qwen2("a   "), ElementsAre("a", "   "));
  EXPECT_THAT(Qwen2("a \n \n b"), ElementsAre("a", " \n \n", " b"));
  EXPECT_THAT(Qwen2("a\r\n  "), ElementsAre("a", "\r\n", "  "));
  EXPECT_THAT(Qwen2(" \t b"), ElementsAre(" \t", " b"));
}

TEST(Llama3Splitter, DigitsInThrees) {
  EXPECT_THAT(Llama3("1"), ElementsAre("1"));
  EXPECT_THAT(Llama3("1234567"), ElementsAre("123", "456", "7"));
  EXPECT_THAT(Llama3("a 2024b"), ElementsAre("a", " ", "202", "4", "b"));
  EXPECT_THAT(Llama3("1,000.50"), ElementsAre("1", ",", "000", ".", "50"));
  // Arabic digits and a fraction are numbers too: two and three bytes each.
  EXPECT_THAT(Llama3("\xD9\xA1\xD9\xA2\xC2\xBD\xD9\xA3"),
              ElementsAre("\xD9\xA1\xD9\xA2\xC2\xBD", "\xD9\xA3"));
}

TEST(Llama3Splitter, ElseAsQwen2) {
  for (const char* text : {"Hello world", "(a) \tb", "WE'LL it's", "a ...\n\nb", "a \n \n b"}) {
    EXPECT_EQ(Llama3(text), Qwen2(text));
  }
}

TEST(SmolLmSplitter, WordsTakeOneBlankBefore) {
  EXPECT_THAT(SmolLm("Hello world"), ElementsAre("Hello", " world"));
  EXPECT_THAT(SmolLm("(a)\tb"), ElementsAre("(", "a", ")", "\t", "b"));
  EXPECT_THAT(SmolLm("a ...\n\nb"), ElementsAre("a", " ...", "\n", "\n", "b"));
}

// Numbers are cut out first: a run of spaces before one counts as at the end of its text.
TEST(SmolLmSplitter, DigitsStandAlone) {
  EXPECT_THAT(SmolLm("a 12b"), ElementsAre("a", " ", "1", "2", "b"));
  EXPECT_THAT(SmolLm("a   1"), ElementsAre("a", "   ", "1"));
  EXPECT_THAT(SmolLm("\xC2\xBD."), ElementsAre("\xC2\xBD", "."));
}

TEST(SmolLmSplitter, Contractions) {
  EXPECT_THAT(SmolLm("it's"), ElementsAre("it", "'s"));
  EXPECT_THAT(SmolLm("IT'S"), ElementsAre("IT", "'", "S"));
  EXPECT_THAT(SmolLm("'ll'v"), ElementsAre("'ll", "'", "v"));
}

TEST(SmolLmSplitter, Spaces) {
  EXPECT_THAT(SmolLm("a   b"), ElementsAre("a", "  ", " b"));
  EXPECT_THAT(SmolLm("a\n\n b"), ElementsAre("a", "\n\n", " b"));
  EXPECT_THAT(SmolLm("a \n"), ElementsAre("a", " \n"));
}

TEST(WordSplitter, AnyBytesAreCoveredWithoutGaps) {
  constexpr std::string_view kBytes = " \n\r\t'strvedlmLa1!\x80\xC3\xA9\xE4\xB8\xAD\xFF\xC2\xA0";
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 40, ' ');
    for (char& c : text) c = kBytes[random() % kBytes.size()];
    for (const char* pre : {"qwen2", "smollm", "llama-bpe"}) {
      std::string joined;
      for (const std::string& word : Split(pre, text)) joined += word;
      ASSERT_EQ(joined, text);
    }
  }
}

}  // namespace
}  // namespace fathom
