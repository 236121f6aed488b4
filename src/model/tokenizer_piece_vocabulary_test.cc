// Goal: a SentencePiece file gives its tokens and no row spells a control token; a damaged
// vocabulary is refused by name.
#include "model/tokenizer_piece_vocabulary.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <random>

#include "model/tokenizer_test_util.h"

namespace fathom {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Lt;

// Ids of TinyPieces.
constexpr TokenId kFirstByte = 3, kBlankT = 259, kHe = 260, kBlankThe = 261, kTh = 262, kThe = 263,
                  kBlank = 264, kE = 267, kZhong = 268;

std::unique_ptr<Tokenizer> Load(const PieceLists& lists) {
  Result<std::unique_ptr<Tokenizer>> tokenizer = LoadTokenizer(PieceModel(lists));
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.error().message;
  return std::move(tokenizer).value();
}

std::string Decode(const Tokenizer& tokenizer, const std::vector<TokenId>& ids) {
  std::string bytes;
  for (const TokenId id : ids) bytes += tokenizer.TokenBytes(id);
  return bytes;
}

void ExpectCorrupt(const GgufBuilder& builder, const std::string& words) {
  const Result<std::unique_ptr<Tokenizer>> tokenizer = LoadTokenizer(builder);
  ASSERT_FALSE(tokenizer.ok()) << words;
  EXPECT_EQ(tokenizer.error().code, ErrorCode::kCorrupt) << tokenizer.error().message;
  EXPECT_THAT(tokenizer.error().message, AllOf(HasSubstr(words), HasSubstr(".gguf: ")));
}

TEST(SentencePiece, MergesByScore) {
  const auto tokenizer = Load(TinyPieces());
  EXPECT_THAT(tokenizer->Encode(" the"), ElementsAre(kBlankThe));
  EXPECT_THAT(tokenizer->Encode("the the"), ElementsAre(kThe, kBlankThe));
  EXPECT_THAT(tokenizer->Encode("th e"), ElementsAre(kTh, kBlank, kE));
  EXPECT_THAT(tokenizer->Encode(" t he"), ElementsAre(kBlankT, kBlank, kHe));
  EXPECT_THAT(tokenizer->Encode(""), ElementsAre());
}

TEST(SentencePiece, BytesForWhatNoPieceHolds) {
  const auto tokenizer = Load(TinyPieces());
  EXPECT_THAT(tokenizer->Encode("\xE4\xB8\xAD"), ElementsAre(kZhong));
  EXPECT_THAT(tokenizer->Encode("\xE4\xB8\xAE"),
              ElementsAre(kFirstByte + 0xE4, kFirstByte + 0xB8, kFirstByte + 0xAE));
  EXPECT_THAT(tokenizer->Encode("\xE4\xB8the"),
              ElementsAre(kFirstByte + 0xE4, kFirstByte + 0xB8, kThe));
  EXPECT_THAT(tokenizer->Encode("\n"), ElementsAre(kFirstByte + '\n'));
}

TEST(SentencePiece, TheMarkIsABlank) {
  const auto tokenizer = Load(TinyPieces());
  EXPECT_EQ(tokenizer->TokenBytes(kBlankThe), " the");
  EXPECT_THAT(tokenizer->Encode("\xE2\x96\x81the"), ElementsAre(kBlankThe));
}

TEST(SentencePiece, AnyBytesComeBack) {
  const auto tokenizer = Load(TinyPieces());
  std::mt19937 random(5);
  for (int round = 0; round < 500; ++round) {
    std::string text(random() % 60, '\0');
    for (char& c : text) c = "the \n\xE4\xB8\xAD\xFF<"[random() % 10];
    ASSERT_EQ(Decode(*tokenizer, tokenizer->Encode(text)), text);
  }
}

TEST(SentencePiece, TextLead) {
  GgufBuilder builder = PieceModel(TinyPieces());
  EXPECT_EQ((*LoadTokenizer(builder))->text_lead(), " ");  // the files' default
  builder.Set("tokenizer.ggml.add_space_prefix", false);
  EXPECT_EQ((*LoadTokenizer(builder))->text_lead(), "");
}

// Nothing but pieces is made by merging, even where a control token's score would win.
TEST(SentencePiece, ControlTokensAreNeverMadeOfText) {
  PieceLists lists = TinyPieces();
  const TokenId piece = lists.Add("<s", -20);
  for (const char* half : {"<", "s", "s>", "</s", "<0x4", "1>", "x", "xy"}) lists.Add(half, -21);
  const TokenId unused = lists.Add("xyx", 0, 5);
  const auto tokenizer = Load(lists);
  EXPECT_EQ(tokenizer->Encode("<s>").front(), piece);
  for (const char* text : {"<s>", "</s>", "<unk>", "<0x41>", "xyx"}) {
    const std::vector<TokenId> ids = tokenizer->Encode(text);
    EXPECT_THAT(ids, Each(AllOf(testing::Ge(kFirstByte), testing::Ne(unused),
                                testing::Ne(kFirstByte + 'A'))));
    EXPECT_EQ(Decode(*tokenizer, ids), text);
  }
  EXPECT_EQ(tokenizer->FindControlToken("</s>"), 2);
  EXPECT_EQ(tokenizer->TokenBytes(2), "");
}

TEST(SentencePiece, UserDefinedTokensAreFoundInText) {
  PieceLists lists = TinyPieces();
  const TokenId two_lines = lists.Add("\n\n", -1000, 4), two_blanks = lists.Add("  ", -1000, 4),
                tag = lists.Add("<th>", -1000, 4);
  const auto tokenizer = Load(lists);
  EXPECT_THAT(tokenizer->Encode("the\n\n\nthe"),
              ElementsAre(kThe, two_lines, kFirstByte + '\n', kThe));
  EXPECT_THAT(tokenizer->Encode("<th>   the"), ElementsAre(tag, two_blanks, kBlankThe));
  EXPECT_EQ(tokenizer->TokenBytes(tag), "<th>");
}

// Some files call the markers of turns user-defined: a row must not spell them all the same.
TEST(SentencePiece, TurnMarkersAreNoText) {
  PieceLists lists = TinyPieces();
  const TokenId first = lists.Add("<|end|>", 0, 4);
  lists.Add("[INST]", 0, 4);
  const TokenId eos = lists.Add("<stop>", 0, 4);
  GgufBuilder builder = PieceModel(lists);
  builder.Set("tokenizer.ggml.eos_token_id", static_cast<uint32_t>(eos));
  const auto tokenizer = LoadTokenizer(builder);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.error().message;
  EXPECT_THAT((*tokenizer)->Encode("<|end|>[INST]<stop>"), Each(Lt(first)));
  EXPECT_EQ((*tokenizer)->FindControlToken("<|end|>"), first);
}

TEST(SentencePieceErrors, MissingOrMistypedLists) {
  for (const char* key :
       {"tokenizer.ggml.tokens", "tokenizer.ggml.scores", "tokenizer.ggml.token_type"}) {
    GgufBuilder builder = PieceModel(TinyPieces());
    builder.Remove(key);
    ExpectCorrupt(builder, std::string(key) + " is missing");
    builder.SetArray(key, std::vector<uint8_t>(269, 1));
    ExpectCorrupt(builder, std::string(key) + " has the type array of u8");
  }
  GgufBuilder builder = PieceModel(TinyPieces());
  builder.SetArray("tokenizer.ggml.scores", std::vector<float>(268));
  ExpectCorrupt(builder, "tokenizer.ggml.scores has 268 entries for 269 tokens");
  builder = PieceModel(TinyPieces());
  builder.SetArray("tokenizer.ggml.token_type", std::vector<int32_t>(270, 1));
  ExpectCorrupt(builder, "tokenizer.ggml.token_type has 270 entries for 269 tokens");
}

TEST(SentencePieceErrors, TypesAndScores) {
  for (const int32_t type : {0, 7, -1, INT32_MIN}) {
    PieceLists lists = TinyPieces();
    lists.types[kHe] = type;
    ExpectCorrupt(PieceModel(lists), "token 260, 'he', has the type " + std::to_string(type));
  }
  for (const float score : {std::nanf(""), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()}) {
    PieceLists lists = TinyPieces();
    lists.scores[kHe] = score;
    ExpectCorrupt(PieceModel(lists), "token 260, 'he', has a score that is no number");
  }
}

TEST(SentencePieceErrors, ByteTokens) {
  for (const char* text : {"<0x-1>", "<0x4>", "<0x041>", "<0x4a>", "<0X41>", "0x41", "<0x41", "",
                           "<0x4G>", "<0x41>>", "\x1B[31m"}) {
    PieceLists lists = TinyPieces();
    lists.tokens[kFirstByte + 0x41] = text;
    ExpectCorrupt(PieceModel(lists), "has the type 6, a byte, but is not written");
  }
  PieceLists lists = TinyPieces();
  lists.tokens[kFirstByte + 0x41] = "<0x42>";
  ExpectCorrupt(PieceModel(lists), "token 69, '<0x42>', stands twice");
  lists = TinyPieces();
  lists.types[kFirstByte + 0x41] = 5;
  ExpectCorrupt(PieceModel(lists), "no token of the type 6 for the byte 65");
}

TEST(SentencePieceErrors, Twins) {
  for (const int32_t type : {1, 3, 4}) {
    PieceLists lists = TinyPieces();
    lists.Add("twin", -20, type);
    lists.Add("twin", -21, type);
    ExpectCorrupt(PieceModel(lists), "token 270, 'twin', stands twice");
  }
}

// Method: one bit of every byte of the file is flipped; what loads encodes within its vocabulary.
TEST(SentencePieceErrors, FlippedBits) {
  const std::string bytes = PieceModel(TinyPieces()).Bytes();
  std::mt19937 random(17);
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] ^= static_cast<char>(1 << random() % 8);
    const TempFile temp(damaged);
    const Result<GgufFile> file = GgufFile::Open(temp.path());
    if (!file.ok()) continue;
    const Result<std::unique_ptr<Tokenizer>> tokenizer = Tokenizer::Load(*file);
    if (!tokenizer.ok()) continue;
    ASSERT_THAT((*tokenizer)->Encode(" the \xE4\xB8\xAD\xFF"),
                Each(Lt((*tokenizer)->vocabulary_size())));
  }
}

}  // namespace
}  // namespace fathom
