// Goal: a well-formed file is read as it is: every value type, tensors at their places.
#include "model/gguf.h"

#include <gmock/gmock.h>

#include "model/gguf_test_util.h"

namespace fathom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The opened file of a builder; the temporary file may go once it is open.
GgufFile Open(const GgufBuilder& builder) {
  const TempFile file(builder.Bytes());
  Result<GgufFile> opened = GgufFile::Open(file.path());
  EXPECT_TRUE(opened.ok()) << opened.error().message;
  return std::move(opened).value();
}

TEST(Gguf, KeepsEveryValueType) {
  GgufBuilder builder;
  builder.Set("u8", uint8_t{200}).Set("i8", int8_t{-100}).Set("u16", uint16_t{60000});
  builder.Set("i16", int16_t{-30000}).Set("u32", 4000000000U).Set("i32", -2000000000);
  builder.Set("f32", 1.5F).Set("bool", true).Set("string", "caf\xC3\xA9");
  builder.Set("u64", uint64_t{1} << 63).Set("i64", int64_t{-1}).Set("f64", 0.1);
  builder.SetArray<uint32_t>("array", {1, 2, 3}).SetArray<std::string>("strings", {"", "x"});
  builder.SetArray<bool>("bools", {true, false});
  const GgufFile file = Open(builder);
  EXPECT_EQ(std::get<uint8_t>(*file.Find("u8")), 200);
  EXPECT_EQ(std::get<int8_t>(*file.Find("i8")), -100);
  EXPECT_EQ(std::get<uint16_t>(*file.Find("u16")), 60000);
  EXPECT_EQ(std::get<int16_t>(*file.Find("i16")), -30000);
  EXPECT_EQ(*file.GetU32("u32"), 4000000000U);
  EXPECT_EQ(std::get<int32_t>(*file.Find("i32")), -2000000000);
  EXPECT_EQ(*file.GetF32("f32"), 1.5F);
  EXPECT_TRUE(*file.GetBool("bool"));
  EXPECT_EQ(*file.GetString("string"), "caf\xC3\xA9");
  EXPECT_EQ(std::get<uint64_t>(*file.Find("u64")), uint64_t{1} << 63);
  EXPECT_EQ(std::get<int64_t>(*file.Find("i64")), -1);
  EXPECT_EQ(std::get<double>(*file.Find("f64")), 0.1);
  EXPECT_THAT(**file.GetArray<uint32_t>("array"), ElementsAre(1, 2, 3));
  EXPECT_THAT(**file.GetArray<std::string>("strings"), ElementsAre("", "x"));
  EXPECT_EQ(std::get<std::vector<bool>>(std::get<GgufArray>(*file.Find("bools"))),
            (std::vector<bool>{true, false}));
  EXPECT_EQ(file.Find("other"), nullptr);
}

TEST(Gguf, AskingForAnotherTypeNamesBoth) {
  GgufBuilder builder;
  builder.Set("count", uint64_t{1}).SetArray<float>("list", {1});
  const GgufFile file = Open(builder);
  EXPECT_THAT(file.GetU32("count").error().message,
              HasSubstr("metadata key count has the type u64, expected u32"));
  EXPECT_THAT(file.GetU32("list").error().message, HasSubstr("has the type array of f32"));
  EXPECT_THAT(file.GetArray<int32_t>("list").error().message,
              HasSubstr("has the type array of f32, expected array of i32"));
  EXPECT_THAT(file.GetString("absent").error().message,
              HasSubstr("metadata key absent is missing"));
  EXPECT_EQ(file.GetU32("absent").error().code, ErrorCode::kCorrupt);
}

TEST(Gguf, ReadsTensorsWhereTheyStand) {
  GgufBuilder builder;
  builder.alignment = 64;
  builder.Set("general.alignment", 64U);
  builder.tensors.push_back(
      {"first", {3}, 0, RawBytes(1.0F) + RawBytes(2.0F) + RawBytes(3.0F), {}});
  builder.tensors.push_back({"second", {2, 2, 2}, 1, "abcdefghijklmnop", {}});
  const GgufFile file = Open(builder);
  ASSERT_EQ(file.tensors().size(), 2);
  const GgufTensor& second = *file.FindTensor("second");
  EXPECT_THAT(second.dims, ElementsAre(2, 2, 2));
  EXPECT_EQ(second.columns(), 2);
  EXPECT_EQ(second.rows(), 4);
  EXPECT_EQ(second.bytes, 16);
  EXPECT_EQ(second.type, TensorType::kF16);
  std::vector<uint8_t> bytes(5);
  ASSERT_TRUE(file.ReadTensor(second, 11, bytes).ok());
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "lmnop");
  EXPECT_EQ(file.FindTensor("third"), nullptr);
}

TEST(Gguf, StaysUsableWhenMoved) {
  GgufFile first = Open(TinyModel());
  const GgufTensor* tensor = first.FindTensor("output_norm.weight");
  GgufFile second = std::move(first);
  EXPECT_EQ(second.FindTensor("output_norm.weight"), tensor);
  first = std::move(second);
  EXPECT_EQ(first.FindTensor("output_norm.weight"), tensor);
}

TEST(Gguf, VersionTwoIsTheSame) {
  GgufBuilder builder = TinyModel();
  builder.version = 2;
  EXPECT_EQ(Open(builder).tensors().size(), builder.tensors.size());
}

TEST(Gguf, AFileWithoutTensorsOpens) {
  GgufBuilder builder;
  builder.Set("x", 1U);
  EXPECT_TRUE(Open(builder).tensors().empty());
}

}  // namespace
}  // namespace fathom
