#include "llm/model_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "llm/model_catalog.h"
#include "model/test_paths.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ModelRegistryTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("fathom_registry_" + std::to_string(getpid()));
    fs::create_directories(folder_);
    unsetenv("FATHOM_STUB");
    unsetenv("FATHOM_THREADS");
  }
  void TearDown() override {
    fs::remove_all(folder_);
    unsetenv("FATHOM_STUB");
    unsetenv("FATHOM_THREADS");
  }

  void Write(const std::string& file, const std::string& bytes) {
    std::ofstream(folder_ / file, std::ios::binary) << bytes;
  }
  ModelRegistry Registry() { return ModelRegistry({.models_dir = folder_}); }
  static std::string Message(const Result<std::shared_ptr<LanguageModel>>& model) {
    return model.ok() ? "" : model.error().message;
  }

  fs::path folder_;
};

TEST_F(ModelRegistryTest, ListsKnownModelsAndOtherFiles) {
  Write("zebra.gguf", "12345");
  Write("smollm2-135m-instruct-q4_1.gguf", "123");
  Write("notes.txt", "x");
  const std::vector<ModelEntry> entries = Registry().List();
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[0].name, kDefaultModel);
  EXPECT_FALSE(entries[0].installed);
  EXPECT_EQ(entries[2].name, "smollm2-135m");
  EXPECT_TRUE(entries[2].installed);
  EXPECT_EQ(entries[2].bytes, 3);
  EXPECT_EQ(entries[3].name, "zebra");
  EXPECT_EQ(entries[3].bytes, 5);
}

TEST_F(ModelRegistryTest, MissingFolderIsAnEmptyOne) {
  ModelRegistry registry({.models_dir = folder_ / "none"});
  EXPECT_EQ(registry.List().size(), KnownModels().size());
}

TEST_F(ModelRegistryTest, UnknownNameListsWhatThereIs) {
  Write("zebra.gguf", "12345");
  const auto model = Registry().Get("llama4-maverick");
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(model.error().message,
            "there is no model 'llama4-maverick'; installed: zebra; `fathom model pull NAME` "
            "fetches qwen2.5-coder-1.5b, qwen2.5-coder-0.5b, smollm2-135m; or give the path of a "
            "GGUF file");
}

TEST_F(ModelRegistryTest, KnownModelThatIsNotInstalledSaysHowToPullIt) {
  const auto model = Registry().Get("qwen2.5-coder-0.5b");
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(model.error().message, HasSubstr("`fathom model pull qwen2.5-coder-0.5b`"));
}

TEST_F(ModelRegistryTest, BadFilesAreNamedWithAdvice) {
  Write("smollm2-135m-instruct-q4_1.gguf", "this is not a model file, whatever its name says");
  const auto known = Registry().Get("smollm2-135m");
  ASSERT_FALSE(known.ok());
  EXPECT_THAT(Message(known), HasSubstr("smollm2-135m-instruct-q4_1.gguf"));
  EXPECT_THAT(Message(known), HasSubstr("fathom model pull smollm2-135m"));
  Write("own.gguf", "");
  EXPECT_THAT(Message(Registry().Get("own")), HasSubstr("own.gguf"));
  const auto missing = Registry().Get(folder_ / "missing.gguf");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("missing.gguf"));
}

TEST_F(ModelRegistryTest, StubExistsOnlyWithAScript) {
  EXPECT_EQ(Registry().Get("stub").error().code, ErrorCode::kNotFound);
  Write("script.json", R"({"default": "yes"})");
  setenv("FATHOM_STUB", (folder_ / "script.json").c_str(), 1);
  ModelRegistry registry = Registry();
  EXPECT_EQ(registry.List().back().name, "stub");
  const auto model = registry.Get("stub");
  ASSERT_TRUE(model.ok()) << Message(model);
  EXPECT_EQ((*model)->Info().name, "stub");
  EXPECT_EQ(*registry.Get("stub"), *model);  // shared
  Write("broken.json", "{");
  setenv("FATHOM_STUB", (folder_ / "broken.json").c_str(), 1);
  EXPECT_THAT(Message(Registry().Get("stub")), HasSubstr("broken.json"));
  setenv("FATHOM_STUB", (folder_ / "absent.json").c_str(), 1);
  EXPECT_THAT(Message(Registry().Get("stub")), HasSubstr("absent.json"));
}

TEST_F(ModelRegistryTest, ThreadsComeFromTheEnvironment) {
  Write("own.gguf", "x");
  for (const char* bad : {"0", "-1", "many", "2x", "99999"}) {
    setenv("FATHOM_THREADS", bad, 1);
    EXPECT_THAT(Message(Registry().Get("own")), HasSubstr("FATHOM_THREADS must be a number"));
  }
  setenv("FATHOM_THREADS", "2", 1);
  EXPECT_THAT(Message(Registry().Get("own")), HasSubstr("own.gguf"));
}

TEST_F(ModelRegistryTest, OneFileIsLoadedOnceUnderAllItsNames) {
  const std::string file = FindKnownModel("smollm2-135m")->file;
  const std::string path = TestModelPath(file);
  if (!fs::exists(path)) GTEST_SKIP() << "skipped: there is no " << path;
  fs::create_symlink(path, folder_ / file);
  ModelRegistry registry({.models_dir = folder_, .threads = 2});
  const auto model = registry.Get("smollm2-135m");
  ASSERT_TRUE(model.ok()) << Message(model);
  EXPECT_EQ((*model)->Info().name, "smollm2-135m");
  EXPECT_EQ(*registry.Get("smollm2-135m-instruct-q4_1"), *model);
  EXPECT_EQ(*registry.Get(folder_ / file), *model);
  EXPECT_EQ(*registry.Get(path), *model);
}

TEST_F(ModelRegistryTest, MarkFollowsTheFile) {
  Write("m.gguf", "one");
  ModelRegistry registry = Registry();
  const Result<ModelIdentity> one = registry.Identify("m");
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->name, "m");
  EXPECT_EQ(registry.Identify("m")->mark, one->mark);
  Write("m.gguf", "four");
  const std::string four = registry.Identify("m")->mark;
  EXPECT_NE(four, one->mark);
  fs::last_write_time(folder_ / "m.gguf", fs::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_NE(registry.Identify("m")->mark, four);
  EXPECT_EQ(registry.Identify("nothing").error().code, ErrorCode::kNotFound);
}

TEST_F(ModelRegistryTest, StubHasNoMark) {
  Write("stub.json", R"({"rules": [], "default": "yes"})");
  setenv("FATHOM_STUB", (folder_ / "stub.json").c_str(), 1);
  ModelRegistry registry = Registry();
  EXPECT_EQ(registry.Identify("stub")->mark, "");
}

TEST(DefaultModelsDir, FollowsTheEnvironment) {
  const auto with = [](const char* fathom, const char* xdg, const char* home) {
    for (const auto& [name, value] : {std::pair("FATHOM_CACHE", fathom),
                                      std::pair("XDG_CACHE_HOME", xdg), std::pair("HOME", home)}) {
      setenv(name, value, 1);
    }
    return ModelRegistry::DefaultModelsDir();
  };
  const std::string home = getenv("HOME") ? getenv("HOME") : "";
  EXPECT_EQ(with("/a", "/b", "/c"), "/a/models");
  EXPECT_EQ(with("", "/b", "/c"), "/b/fathom/models");
  EXPECT_EQ(with("", "", "/c"), "/c/.cache/fathom/models");
  setenv("HOME", home.c_str(), 1);
}

}  // namespace
}  // namespace fathom
