// Goal: only a file that is what was asked for, and that fathom can run, becomes an installed
// model.
#include "cli/model_pull.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "io/sha256.h"
#include "model/gguf_test_util.h"

namespace fathom {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kUrl = "https://models.example/Tiny%20Model-Q8.GGUF?download=true";

// Serves one file in one go.
class Server : public HttpClient {
 public:
  std::string content;
  int requests = 0;

  Status Get(const HttpRequest&, const std::function<bool()>&, HttpSink& sink) override {
    ++requests;
    FATHOM_RETURN_IF_ERROR(sink.OnHead({200, "\"v1\"", 0, content.size()}));
    return sink.OnBytes({reinterpret_cast<const uint8_t*>(content.data()), content.size()});
  }
};

class PullModelTest : public testing::Test {
 protected:
  PullModelTest() { std::filesystem::remove_all(models_); }
  ~PullModelTest() override { std::filesystem::remove_all(models_); }

  Result<PulledModel> Pull(PullOptions pull) { return PullModel(pull, models_, server_, {}); }

  std::string Complaint(PullOptions pull) {
    const auto model = Pull(std::move(pull));
    EXPECT_FALSE(model.ok());
    return model.ok() ? "" : model.error().message;
  }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(models_)) {
      names.push_back(file.path().filename().string());
    }
    return names;
  }

  static std::string HashOf(const std::string& content) {
    Sha256 hash;
    hash.Update({reinterpret_cast<const uint8_t*>(content.data()), content.size()});
    return hash.Hex();
  }

  const std::string models_ = testing::TempDir() + "/fathom_pull_" +
                              testing::UnitTest::GetInstance()->current_test_info()->name();
  Server server_;
};

TEST_F(PullModelTest, FromAUrl) {
  server_.content = TinyModel().Bytes();
  const auto model = Pull({.source = kUrl, .sha256 = HashOf(server_.content)});
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(model->name, "tiny-model-q8");
  EXPECT_EQ(model->bytes, server_.content.size());
  EXPECT_EQ(model->sha256, HashOf(server_.content));
  EXPECT_THAT(Files(), testing::ElementsAre("tiny-model-q8.gguf"));
}

TEST_F(PullModelTest, FromAPath) {
  const TempFile file(TinyModel().Bytes());
  const auto model = Pull({.source = file.path(), .name = "mine"});
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(model->path, models_ + "/mine.gguf");
  EXPECT_EQ(std::filesystem::file_size(model->path), std::filesystem::file_size(file.path()));
  EXPECT_EQ(server_.requests, 0);
}

TEST_F(PullModelTest, WhatIsInstalledIsNotFetchedAgain) {
  server_.content = TinyModel().Bytes();
  ASSERT_TRUE(Pull({.source = kUrl}).ok());
  const auto again = Pull({.source = kUrl});
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->was_there);
  EXPECT_EQ(server_.requests, 1);
  EXPECT_THAT(Complaint({.source = kUrl, .sha256 = std::string(64, '0')}),
              AllOf(HasSubstr("is installed, but"), HasSubstr("--replace")));
  ASSERT_TRUE(Pull({.source = kUrl, .replace = true}).ok());
  EXPECT_EQ(server_.requests, 2);
}

TEST_F(PullModelTest, WrongHashIsRefusedAndRemoved) {
  server_.content = TinyModel().Bytes();
  EXPECT_THAT(Complaint({.source = kUrl, .sha256 = std::string(64, 'A')}),
              AllOf(HasSubstr("wrong SHA-256: expected " + std::string(64, 'a')),
                    HasSubstr("found " + HashOf(server_.content))));
  EXPECT_TRUE(Files().empty());
}

TEST_F(PullModelTest, WhatFathomCannotRunIsRefusedAndRemoved) {
  server_.content = "<html>Please log in</html>";
  EXPECT_THAT(Complaint({.source = kUrl}), HasSubstr(kUrl));  // and not the part file
  server_.content = TinyModel().Set("general.architecture", "mamba").Bytes();
  EXPECT_THAT(Complaint({.source = kUrl}), HasSubstr("mamba"));
  server_.content = TinyModel().Set("tokenizer.ggml.pre", "klingon").Bytes();
  EXPECT_THAT(Complaint({.source = kUrl}), HasSubstr("klingon"));
  EXPECT_TRUE(Files().empty());
}

TEST_F(PullModelTest, MissingPathLeavesNothingBehind) {
  EXPECT_THAT(Complaint({.source = "/no/such/model.gguf"}), HasSubstr("/no/such/model.gguf"));
  EXPECT_TRUE(Files().empty());
}

TEST_F(PullModelTest, NamesStayInsideTheFolder) {
  for (const char* name : {"../evil", "a/b", ".hidden", "Big", "nul\n"}) {
    EXPECT_THAT(Complaint({.source = kUrl, .name = name}), HasSubstr("cannot be the name"));
  }
  EXPECT_THAT(Complaint({.source = "https://host/"}), HasSubstr("--as NAME"));
  EXPECT_EQ(server_.requests, 0);
}

TEST(ModelNameOf, IsTheFileNameMadePlain) {
  EXPECT_EQ(ModelNameOf("https://h/a/Qwen2.5-1.5B-Q4_K_M.gguf"), "qwen2.5-1.5b-q4_k_m");
  EXPECT_EQ(ModelNameOf("https://h/My%20Model.GGUF?x=/y#z"), "my-model");
  EXPECT_EQ(ModelNameOf("/tmp/..gguf"), "");
  EXPECT_EQ(ModelNameOf("model with  blanks (1).gguf"), "model-with-blanks-1");
  EXPECT_EQ(ModelNameOf("/folder/模型.gguf"), "");
}

TEST(IsCatalogueName, IsWhatIsNeitherUrlNorPath) {
  EXPECT_TRUE(IsCatalogueName("qwen2.5-coder-1.5b"));
  EXPECT_FALSE(IsCatalogueName("HTTPS://host/x"));
  EXPECT_FALSE(IsCatalogueName("./x"));
  EXPECT_FALSE(IsCatalogueName("model.gguf"));
}

}  // namespace
}  // namespace fathom
