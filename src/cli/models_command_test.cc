#include "cli/models_command.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace fathom {
namespace {

const std::vector<ModelEntry> kModels = {
    {"big", "the good one", "/cache/models/big.gguf", true, 1'117'320'768},
    {"small", "the fast one", "/cache/models/small.gguf", false, 0}};

std::string Written(Format format) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  Output output(ends[1]);
  WriteModels(kModels, "big", format, {}, &output);
  EXPECT_TRUE(output.Flush().ok());
  close(ends[1]);
  std::string text(10000, '\0');
  const ssize_t size = read(ends[0], text.data(), text.size());
  text.resize(size < 0 ? 0 : static_cast<size_t>(size));
  close(ends[0]);
  return text;
}

TEST(WriteModels, ForPeople) {
  EXPECT_EQ(Written(Format::kMarkdown),
            "| name | installed | size | description |\n"
            "|---|---|--:|---|\n"
            "| big | yes | 1.1 GB | the good one (default) |\n"
            "| small | no |  | the fast one |\n");
}

TEST(WriteModels, ForPrograms) {
  const auto models = nlohmann::json::parse(Written(Format::kJson));
  EXPECT_EQ(models[0]["installed"], true);
  EXPECT_EQ(models[0]["bytes"], 1'117'320'768);
  EXPECT_EQ(models[0]["path"], "/cache/models/big.gguf");
  EXPECT_EQ(models[1]["installed"], false);
  EXPECT_TRUE(models[1]["bytes"].is_null());
}

}  // namespace
}  // namespace fathom
