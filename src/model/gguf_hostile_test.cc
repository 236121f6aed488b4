// Goal: no file, however made, does more than fail to open with a message that says what is wrong.
// Method: one small valid file; each test damages it in one way (the classes of docs/gguf.md), and
// every cut and every flipped bit of the head is tried.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "model/chat_template.h"
#include "model/gguf.h"
#include "model/gguf_test_util.h"
#include "model/model_config.h"
#include "model/tokenizer.h"

namespace fathom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Error OpenError(const std::string& bytes) {
  const TempFile file(bytes);
  const Result<GgufFile> opened = GgufFile::Open(file.path());
  if (opened.ok()) return {ErrorCode::kInvalidArgument, "opened"};
  EXPECT_THAT(opened.error().message, HasSubstr(file.path()));
  return opened.error();
}

void ExpectCorrupt(const GgufBuilder& builder, const std::string& words) {
  const Error error = OpenError(builder.Bytes());
  EXPECT_EQ(error.code, ErrorCode::kCorrupt) << error.message;
  EXPECT_THAT(error.message, AllOf(HasSubstr(words), HasSubstr("download the file again")));
}

void ExpectUnsupported(const std::string& bytes, const std::string& words) {
  const Error error = OpenError(bytes);
  EXPECT_EQ(error.code, ErrorCode::kUnsupported) << error.message;
  EXPECT_THAT(error.message, HasSubstr(words));
}

// Opens everything there is to open in a model file; what fails does so with a message.
void OpenAll(const std::string& path) {
  const Result<GgufFile> file = GgufFile::Open(path);
  if (!file.ok()) {
    EXPECT_FALSE(file.error().message.empty());
    return;
  }
  const Result<ModelConfig> config = ReadModelConfig(*file);
  const Result<std::unique_ptr<Tokenizer>> tokenizer = Tokenizer::Load(*file);
  EXPECT_TRUE(config.ok() || !config.error().message.empty());
  if (!tokenizer.ok()) return;
  const Result<ChatTokens> chat = LoadChatTemplate(*file, **tokenizer);
  EXPECT_TRUE(chat.ok() || !chat.error().message.empty());
  for (const TokenId id : (*tokenizer)->Encode("the \x01 12")) (*tokenizer)->TokenBytes(id);
}

// A model of some 2 KB of metadata.
GgufBuilder SmallModel() {
  TinyModelOptions options;
  options.layers = 1;
  options.byte_tokens = 28;
  options.d_model = 32;
  options.d_ffn = 32;
  options.heads = 2;
  options.kv_heads = 1;
  return TinyModel(options);
}

TEST(GgufHostile, MissingFile) {
  const Error error = GgufFile::Open("/nowhere/model.gguf").error();
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_THAT(error.message, HasSubstr("/nowhere/model.gguf"));
}

TEST(GgufHostile, NotARegularFile) {
  EXPECT_THAT(GgufFile::Open("/tmp").error().message, HasSubstr("a folder"));
  EXPECT_THAT(GgufFile::Open("/dev/zero").error().message, HasSubstr("a device"));
  const std::string pipe = TempFile("").path();  // its own file is gone: the name is free
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(GgufFile::Open(pipe).error().message, HasSubstr("a pipe"));
  std::filesystem::remove(pipe);
}

TEST(GgufHostile, EmptyFile) { EXPECT_THAT(OpenError("").message, HasSubstr("is empty")); }

TEST(GgufHostile, OtherFormatsAreNamed) {
  const std::string json = "{\"weight\":{}}" + std::string(100, ' ');
  const std::vector<std::pair<std::string, std::string>> cases = {
      {RawBytes(uint64_t{50}) + json, "it is a safetensors file"},
      {"PK\x03\x04" + json, "a zip archive (perhaps a PyTorch checkpoint)"},
      {"\x1F\x8B\x08" + json, "gzip"},
      {"\x80\x02}q" + json, "a Python pickle"},
      {"tjgg" + json, "from before GGUF"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:0", "git lfs pull"},
      {"<!DOCTYPE html><html>", "a web page"},
      {"\x1B[2J", "starts with '\\x1b[2J'"},  // no control sequence reaches the terminal
      {"x", "starts with 'x'"},
  };
  for (const auto& [bytes, words] : cases) {
    const Error error = OpenError(bytes);
    EXPECT_EQ(error.code, ErrorCode::kCorrupt);
    EXPECT_THAT(error.message, AllOf(HasSubstr("not a GGUF model file"), HasSubstr(words)));
  }
}

TEST(GgufHostile, VersionsAndByteOrder) {
  GgufBuilder builder = TinyModel();
  builder.version = 1;
  ExpectUnsupported(builder.Bytes(), "GGUF version 1; versions 2 and 3");
  builder.version = 4;
  ExpectUnsupported(builder.Bytes(), "GGUF version 4");
  builder.version = 0x03000000;
  ExpectUnsupported(builder.Bytes(), "big-endian");
  builder.version = 0;
  ExpectUnsupported(builder.Bytes(), "GGUF version 0");
}

// The vocabulary of a whole model is cut in the middle, too.
TEST(GgufHostile, CutAtEveryByteOfTheHead) {
  const GgufBuilder builder = TinyModel();
  const std::string bytes = builder.Bytes();
  const size_t head = builder.Head().size();
  const TempFile file(bytes);
  ASSERT_TRUE(GgufFile::Open(file.path()).ok());
  for (size_t size = head; size-- > 0;) {
    std::filesystem::resize_file(file.path(), size);
    const Result<GgufFile> opened = GgufFile::Open(file.path());
    ASSERT_FALSE(opened.ok()) << size;
    ASSERT_EQ(opened.error().code, ErrorCode::kCorrupt) << size;
  }
}

TEST(GgufHostile, CutInTheData) {
  const GgufBuilder builder = TinyModel();
  const std::string bytes = builder.Bytes();
  const size_t data_end = bytes.size() - (-builder.tensors.back().data.size() % 32);
  for (const size_t size : {builder.Head().size() + 1, data_end / 2, data_end - 1}) {
    const Error error = OpenError(bytes.substr(0, size));
    EXPECT_EQ(error.code, ErrorCode::kCorrupt);
    EXPECT_THAT(error.message, AllOf(HasSubstr("cut off"), HasSubstr("tensor ")));
  }
  EXPECT_EQ(OpenError(bytes.substr(0, data_end)).message, "opened");
}

TEST(GgufHostile, EveryFlippedBitOfTheHead) {
  const GgufBuilder builder = SmallModel();
  std::string bytes = builder.Bytes();
  const size_t head = builder.Head().size();
  const TempFile file(bytes);
  std::fstream out(file.path(), std::ios::in | std::ios::out | std::ios::binary);
  const auto put = [&](size_t at, char byte) {
    out.seekp(static_cast<std::streamoff>(at)).put(byte).flush();
  };
  for (size_t at = 0; at < head; ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      put(at, static_cast<char>(bytes[at] ^ 1 << bit));
      OpenAll(file.path());
    }
    put(at, bytes[at]);
  }
  OpenAll(file.path());
}

TEST(GgufHostile, CountsBeyondTheFile) {
  GgufBuilder builder = TinyModel();
  for (const uint64_t count : {uint64_t{60000}, uint64_t{65537}, uint64_t{1} << 61, UINT64_MAX}) {
    builder.n_pairs = count;
    ExpectCorrupt(builder, std::to_string(count) + " metadata keys");
  }
  builder.n_pairs.reset();
  for (const uint64_t count : {uint64_t{60000}, uint64_t{65537}, uint64_t{1} << 61, UINT64_MAX}) {
    builder.n_tensors = count;
    ExpectCorrupt(builder, std::to_string(count) + " tensors");
  }
}

TEST(GgufHostile, ArrayLengthsBeyondTheFile) {
  for (const uint64_t count : {uint64_t{1} << 20, (uint64_t{16} << 20) + 1, uint64_t{1} << 61,
                               uint64_t{1} << 62, UINT64_MAX}) {
    for (const uint32_t type : {0, 5, 7, 8, 12}) {
      GgufBuilder builder;
      builder.SetRaw("list", 9, RawBytes(type) + RawBytes(count));
      ExpectCorrupt(builder, std::to_string(count) + " elements of list");
    }
  }
}

TEST(GgufHostile, StringLengths) {
  GgufBuilder builder;
  builder.SetRaw("text", 8, RawBytes(UINT64_MAX));
  ExpectCorrupt(builder, "cut off");
  builder.SetRaw("text", 8, RawBytes(uint64_t{1} << 30));
  ExpectCorrupt(builder, "cut off");
  builder.SetRaw("text", 8, RawString(std::string((16 << 20) + 1, 'x')));
  ExpectCorrupt(builder, "text is 16777217 bytes long, at most 16777216 are allowed");
}

// 17 arrays of 16 Mi bytes each, as holes of a sparse file.
TEST(GgufHostile, MetadataBeyondTheCap) {
  constexpr uint64_t kElements = uint64_t{16} << 20;
  const TempFile file("GGUF" + RawBytes(3U) + RawBytes(uint64_t{0}) + RawBytes(uint64_t{17}));
  for (int i = 0; i < 17; ++i) {
    std::ofstream(file.path(), std::ios::binary | std::ios::app)
        << RawString("key" + std::to_string(i)) << RawBytes(9U) << RawBytes(0U)
        << RawBytes(kElements);
    std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) + kElements);
  }
  const Result<GgufFile> opened = GgufFile::Open(file.path());
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().message, HasSubstr("larger than 256 MiB"));
}

TEST(GgufHostile, Keys) {
  GgufBuilder twice;
  twice.Set("key", 1U).AppendRaw("key", 4, RawBytes(2U));
  ExpectCorrupt(twice, "metadata key key stands twice");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "empty or not printable"},
      {"a b", "empty or not printable"},
      {"\x1B[31m", "empty or not printable"},
      {std::string("a\0b", 3), "empty or not printable"},
      {std::string(257, 'k'), "257 bytes long, at most 256"},
  };
  for (const auto& [key, words] : cases) {
    GgufBuilder builder;
    builder.Set(key, 1U);
    ExpectCorrupt(builder, words);
  }
}

TEST(GgufHostile, ValueTypes) {
  GgufBuilder unknown;
  unknown.SetRaw("key", 13, RawBytes(uint64_t{0}));
  ExpectCorrupt(unknown, "key has value type 13");
  GgufBuilder nested;
  nested.SetRaw("key", 9,
                RawBytes(9U) + RawBytes(uint64_t{1}) + RawBytes(4U) + RawBytes(uint64_t{0}));
  ExpectCorrupt(nested, "array of arrays");
  GgufBuilder element;
  element.SetRaw("key", 9, RawBytes(99U) + RawBytes(uint64_t{0}));
  ExpectCorrupt(element, "value type 99");
  GgufBuilder boolean;
  boolean.SetRaw("key", 7, RawBytes(uint8_t{2}));
  ExpectCorrupt(boolean, "bool of value 2");
  GgufBuilder booleans;
  booleans.SetRaw("key", 9, RawBytes(7U) + RawBytes(uint64_t{2}) + RawBytes(uint8_t{1}) + "\xFF");
  ExpectCorrupt(booleans, "bool of value 255");
}

TEST(GgufHostile, Alignment) {
  for (const uint32_t alignment : {0U, 1U, 4U, 24U, 33U, 131072U, 1U << 31}) {
    GgufBuilder builder = TinyModel();
    builder.Set("general.alignment", alignment);
    ExpectCorrupt(builder, "general.alignment is " + std::to_string(alignment));
  }
  GgufBuilder builder = TinyModel();
  builder.Set("general.alignment", uint64_t{32});
  ExpectCorrupt(builder, "general.alignment has the type u64");
  builder = TinyModel();
  builder.tensors[1].offset = 8;
  ExpectCorrupt(builder, "not a multiple of the alignment 32");
}

TEST(GgufHostile, Dimensions) {
  const auto with_dims = [](std::vector<uint64_t> dims, TensorType type = TensorType::kF32) {
    GgufBuilder builder = TinyModel();
    builder.tensors[0].dims = std::move(dims);
    builder.tensors[0].type = static_cast<uint32_t>(type);
    return builder;
  };
  const uint64_t most = uint64_t{1} << 31;
  ExpectCorrupt(with_dims({}), "has 0 dimensions");
  ExpectCorrupt(with_dims({1, 1, 1, 1, 1}), "has 5 dimensions");
  ExpectCorrupt(with_dims({32, 0}), "a dimension of 0");
  ExpectCorrupt(with_dims({most + 1}), "a dimension of 2147483649");
  ExpectCorrupt(with_dims({UINT64_MAX, 2}), "a dimension of 18446744073709551615");
  ExpectCorrupt(with_dims({most, most, most, most}), "multiply beyond 2^64");
  ExpectCorrupt(with_dims({most, most / 4}), "cut off");
  ExpectCorrupt(with_dims({most, most / 2, 4}), "multiply beyond 2^64");  // exactly 2^64 bytes: 0
  ExpectCorrupt(with_dims({33, 1}, TensorType::kQ8_0), "no whole blocks of Q8_0 (32)");
  ExpectCorrupt(with_dims({896, 1}, TensorType::kQ4_K), "no whole blocks of Q4_K (256)");
}

TEST(GgufHostile, TensorNames) {
  for (const std::string& name : {std::string(), std::string("a\0b", 3), std::string("a\nb")}) {
    GgufBuilder builder = TinyModel();
    builder.tensors[0].name = name;
    ExpectCorrupt(builder, "empty or not printable ASCII");
  }
  GgufBuilder builder = TinyModel();
  builder.tensors[0].name = std::string(64, 'n');
  ExpectCorrupt(builder, "64 bytes long, at most 63");
  builder = TinyModel();
  builder.tensors[1].name = builder.tensors[0].name;
  ExpectCorrupt(builder, "tensor token_embd.weight stands twice");
}

TEST(GgufHostile, UnknownQuantisationIsNamed) {
  const std::vector<std::pair<uint32_t, std::string>> cases = {
      {11, "Q3_K"}, {23, "IQ4_XS"}, {4, "removed"}, {33, "removed"}, {77, "type 77"}};
  for (const auto& [type, words] : cases) {
    GgufBuilder builder = TinyModel();
    builder.tensors[0].type = type;
    ExpectUnsupported(builder.Bytes(), words);
    ExpectUnsupported(builder.Bytes(), "tensor token_embd.weight");
    ExpectUnsupported(builder.Bytes(), "known: F32, F16, Q4_0");
  }
}

TEST(GgufHostile, OffsetsBeyondTheFile) {
  for (const uint64_t offset : {uint64_t{1} << 20, uint64_t{1} << 63, UINT64_MAX - 31}) {
    GgufBuilder builder = TinyModel();
    builder.tensors[0].offset = offset;
    ExpectCorrupt(builder, "tensor token_embd.weight");
  }
}

TEST(GgufHostile, TensorsThatOverlap) {
  GgufBuilder builder = TinyModel();
  builder.tensors[1].offset = 32;
  ExpectCorrupt(builder, "tensors token_embd.weight and output_norm.weight overlap");
  builder = TinyModel();
  builder.tensors[1].offset = 0;
  ExpectCorrupt(builder, "overlap");
}

TEST(GgufHostile, SplitFilesAndOldBlockLayouts) {
  GgufBuilder builder = TinyModel();
  builder.Set("split.count", uint16_t{2});
  ExpectUnsupported(builder.Bytes(), "split over several files");
  builder.Set("split.count", uint16_t{1});
  EXPECT_EQ(OpenError(builder.Bytes()).message, "opened");
  builder.Set("general.quantization_version", 1U);
  ExpectUnsupported(builder.Bytes(), "quantization_version");
}

TEST(GgufHostile, FileThatShrinksAfterOpen) {
  const TempFile temp(TinyModel().Bytes());
  const Result<GgufFile> file = GgufFile::Open(temp.path());
  ASSERT_TRUE(file.ok());
  const GgufTensor& last = file->tensors().back();
  std::vector<uint8_t> bytes(last.bytes);
  ASSERT_TRUE(file->ReadTensor(last, 0, bytes).ok());
  std::filesystem::resize_file(temp.path(), last.offset + 1);
  const Status status = file->ReadTensor(last, 0, bytes);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
  EXPECT_THAT(status.error().message, HasSubstr("changed while in use"));
}

// What replaced the file under its path is not what is read.
TEST(GgufHostile, FileReplacedAfterOpen) {
  const TempFile temp(TinyModel().Bytes());
  const Result<GgufFile> file = GgufFile::Open(temp.path());
  ASSERT_TRUE(file.ok());
  std::filesystem::remove(temp.path());
  std::ofstream(temp.path()) << "short";
  std::vector<uint8_t> bytes(file->tensors().back().bytes);
  EXPECT_TRUE(file->ReadTensor(file->tensors().back(), 0, bytes).ok());
}

}  // namespace
}  // namespace fathom
