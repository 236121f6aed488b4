// Goal: every known source can be fetched to where DuckDB looks for it, and messages about one that
// is missing name the command that brings it.
#include "duck/source_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace fathom {
namespace {

using testing::HasSubstr;
using testing::Optional;

TEST(SourceCatalog, IsWhatDepsLockFetches) {
  std::stringstream lock;
  lock << std::ifstream(FATHOM_SOURCE_DIR "/deps.lock").rdbuf();
  for (const KnownSource& source : KnownSources()) {
    const std::string path = ExtensionPath("extensions", source.extension);
    EXPECT_THAT(lock.str(), HasSubstr("\nextension " + std::string(source.name) + " " + path));
  }
}

TEST(ListSources, KnownOnesFirstThenWhatElseLiesThere) {
  const std::string root =
      std::filesystem::temp_directory_path() / ("fathom_sources_" + std::to_string(::getpid()));
  std::filesystem::create_directories(ExtensionFolder(root));
  std::ofstream(ExtensionPath(root, "spatial")) << "12345";
  std::ofstream(ExtensionPath(root, "sqlite_scanner")) << "123";
  std::ofstream(ExtensionFolder(root) + "/excel.duckdb_extension.part") << "1";
  const std::vector<SourceEntry> entries = ListSources(root);
  std::filesystem::remove_all(root);
  ASSERT_EQ(entries.size(), KnownSources().size() + 1);
  EXPECT_EQ(entries.back().name, "spatial");
  EXPECT_EQ(entries.back().bytes, 5);
  for (const SourceEntry& entry : entries) {
    EXPECT_EQ(entry.installed, entry.name == "spatial" || entry.name == "sqlite") << entry.name;
  }
}

TEST(MissingSource, NamesTheCommand) {
  EXPECT_THAT(MissingSource("IO Error: Extension \"/x/v1/postgres_scanner.duckdb_extension\" not "
                            "found.\nExtension \"postgres\" is an existing extension."),
              Optional(HasSubstr("fathom source add postgres")));
  EXPECT_THAT(MissingSource("Copy Function with name xlsx does not exist!"),
              Optional(HasSubstr("fathom source add excel")));
  EXPECT_THAT(MissingSource("Copy Function with name \"avro\" is not in the catalog, but it exists "
                            "in the avro extension."),
              Optional(HasSubstr("fathom source add avro")));
  EXPECT_THAT(MissingSource("file \"/x/iceberg.duckdb_extension\" threw an exception: Extension "
                            "\"/x/avro.duckdb_extension\" not found."),
              Optional(HasSubstr("fathom source add avro")));
}

TEST(MissingSource, LeavesOtherMessagesAlone) {
  EXPECT_EQ(MissingSource("Catalog Error: Table with name t does not exist!"), std::nullopt);
  EXPECT_EQ(MissingSource("Extension \"/x/spatial.duckdb_extension\" not found."), std::nullopt);
  EXPECT_EQ(MissingSource("Copy Function with name xml does not exist!"), std::nullopt);
}

}  // namespace
}  // namespace fathom
