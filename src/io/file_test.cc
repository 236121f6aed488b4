// Goal: what is read is the file that was opened, and every failure names path and reason.
#include "io/file.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

namespace fathom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class InputFileTest : public ::testing::Test {
 protected:
  InputFileTest()
      : path_(std::filesystem::temp_directory_path() /
              ("fathom_file_test_" + std::to_string(getpid()))) {
    std::ofstream(path_, std::ios::binary) << "0123456789";
  }
  ~InputFileTest() override { std::filesystem::remove(path_); }

  std::filesystem::path path_;
};

TEST_F(InputFileTest, ReadsAtAnyPosition) {
  const Result<InputFile> file = InputFile::Open(path_);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->size(), 10);
  std::vector<uint8_t> bytes(3);
  ASSERT_TRUE(file->ReadAt(7, bytes).ok());
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "789");
  EXPECT_TRUE(file->ReadAt(10, {}).ok());
}

TEST_F(InputFileTest, BeyondTheEndIsAnError) {
  const Result<InputFile> file = InputFile::Open(path_);
  std::vector<uint8_t> bytes(3);
  const Status status = file->ReadAt(8, bytes);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
  EXPECT_THAT(status.error().message,
              AllOf(HasSubstr(path_.string()), HasSubstr("ends at byte 10")));
}

TEST_F(InputFileTest, MovesItsDescriptor) {
  Result<InputFile> opened = InputFile::Open(path_);
  InputFile first = std::move(opened).value();
  InputFile second = std::move(first);
  std::vector<uint8_t> bytes(1);
  EXPECT_TRUE(second.ReadAt(0, bytes).ok());
  first = std::move(second);
  EXPECT_TRUE(first.ReadAt(0, bytes).ok());
}

TEST_F(InputFileTest, WhatCannotBeOpened) {
  const Error missing = InputFile::Open(path_.string() + ".no").error();
  EXPECT_EQ(missing.code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.message, HasSubstr("no such file"));
  EXPECT_EQ(InputFile::Open(path_ / "below").error().code, ErrorCode::kNotFound);
  EXPECT_THAT(InputFile::Open("/").error().message, HasSubstr("a folder, not a file"));
  EXPECT_EQ(InputFile::Open(std::string(5000, 'x')).error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace fathom
