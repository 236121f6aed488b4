// Goal: the command line is understood as --help says, and slips are met with what was meant.
#include "cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fathom {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<Options> Parse(std::vector<const char*> words) {
  words.insert(words.begin(), "fathom");
  return ParseOptions(static_cast<int>(words.size()), words.data());
}

Options Parsed(std::vector<const char*> words) {
  auto options = Parse(std::move(words));
  EXPECT_TRUE(options.ok()) << (options.ok() ? "" : options.error().message);
  return options.ok() ? *options : Options();
}

std::string Complaint(std::vector<const char*> words) {
  const auto options = Parse(std::move(words));
  EXPECT_FALSE(options.ok());
  return options.ok() ? "" : options.error().message;
}

TEST(Options, NothingMeansTheShell) {
  const Options options = Parsed({});
  EXPECT_EQ(options.command, Command::kQuery);
  EXPECT_TRUE(options.statements.empty());
  EXPECT_EQ(options.script, "");
  EXPECT_FALSE(options.format.has_value());
}

TEST(Options, StatementsKeepTheirOrder) {
  EXPECT_THAT(Parsed({"-c", "SELECT 1", "--command", "SELECT 2", "-c=SELECT 3"}).statements,
              ElementsAre("SELECT 1", "SELECT 2", "=SELECT 3"));
  EXPECT_THAT(Parsed({"-c", "-- a comment\nSELECT 1"}).statements,
              ElementsAre("-- a comment\nSELECT 1"));
}

TEST(Options, AllOfAQuery) {
  const Options options = Parsed({"-d", "shop.db", "--read-only", "--model", "m", "--threads", "2",
                                  "--format", "jsonlines", "--rows=0", "-q", "query.sql"});
  EXPECT_EQ(options.database, "shop.db");
  EXPECT_TRUE(options.read_only);
  EXPECT_EQ(options.model, "m");
  EXPECT_EQ(options.threads, 2);
  EXPECT_EQ(options.format, Format::kJsonLines);
  EXPECT_EQ(options.rows_max, 0);
  EXPECT_TRUE(options.quiet);
  EXPECT_EQ(options.script, "query.sql");
}

TEST(Options, StandardInput) { EXPECT_EQ(Parsed({"-"}).script, "-"); }

TEST(Options, Models) {
  EXPECT_EQ(Parsed({"models"}).command, Command::kModels);
  EXPECT_EQ(Parsed({"models", "--format", "json"}).format, Format::kJson);
  EXPECT_EQ(Parsed({"--format", "json", "models"}).format, Format::kJson);
}

TEST(Options, ModelPull) {
  const std::string hash(64, 'a');
  const Options options = Parsed({"model", "pull", "https://host/x.gguf", "--as", "mine",
                                  "--sha256", hash.c_str(), "--replace", "--quiet"});
  EXPECT_EQ(options.command, Command::kPull);
  EXPECT_EQ(options.pull.source, "https://host/x.gguf");
  EXPECT_EQ(options.pull.name, "mine");
  EXPECT_EQ(options.pull.sha256, hash);
  EXPECT_TRUE(options.pull.replace);
  EXPECT_TRUE(options.quiet);
}

TEST(Options, Sources) {
  EXPECT_EQ(Parsed({"source", "list", "--format", "json"}).command, Command::kSourceList);
  EXPECT_EQ(Parsed({"source", "add", "postgres"}).command, Command::kSourceAdd);
  EXPECT_EQ(Parsed({"source", "add", "./x.whl"}).source, "./x.whl");
  EXPECT_EQ(Parsed({"source", "remove", "postgres"}).command, Command::kSourceRemove);
}

TEST(Options, HelpAndVersionWorkEverywhere) {
  for (std::vector<const char*> words :
       std::vector<std::vector<const char*>>{{"--help"},
                                             {"-h"},
                                             {"models", "--help"},
                                             {"model", "-h"},
                                             {"model", "pull", "--help"},
                                             {"source", "--help"},
                                             {"source", "add", "--help"}}) {
    EXPECT_EQ(Parsed(words).command, Command::kHelp) << words.back();
  }
  EXPECT_EQ(Parsed({"--version"}).command, Command::kVersion);
}

TEST(Options, SlipsAreMetWithWhatWasMeant) {
  EXPECT_THAT(Complaint({"--fromat", "csv"}), HasSubstr("did you mean '--format'?"));
  EXPECT_THAT(Complaint({"--fromat=csv"}), HasSubstr("unknown option '--fromat'; did you"));
  EXPECT_THAT(Complaint({"models", "--quite"}), HasSubstr("did you mean '--quiet'?"));
  EXPECT_THAT(Complaint({"model", "pull", "x", "--sha265", "0"}), HasSubstr("'--sha256'"));
  EXPECT_THAT(Complaint({"--xyzzyx"}),
              testing::AllOf(HasSubstr("unknown option '--xyzzyx' ("), HasSubstr("fathom --help")));
}

TEST(Options, WrongValuesAreNamedWithTheRightOnes) {
  EXPECT_THAT(Complaint({"--format", "xml"}), HasSubstr("box, csv, json, jsonlines, markdown"));
  EXPECT_THAT(Complaint({"--threads", "0"}), HasSubstr("whole number from 1 to 1024"));
  EXPECT_THAT(Complaint({"--threads", "two"}), HasSubstr("--threads is 'two'"));
  EXPECT_THAT(Complaint({"--rows", "-1"}), HasSubstr("--rows"));
  EXPECT_THAT(Complaint({"--format"}), HasSubstr("--format"));
  EXPECT_THAT(Complaint({"-d", ""}), HasSubstr("-d needs"));
  EXPECT_THAT(Complaint({"model", "pull", "x", "--sha256", "abc"}), HasSubstr("64 hexadecimal"));
}

TEST(Options, CombinationsThatMakeNoSense) {
  EXPECT_THAT(Complaint({"-c", "SELECT 1", "query.sql"}), HasSubstr("either -c or the file"));
  EXPECT_THAT(Complaint({"a.sql", "b.sql"}), HasSubstr("unexpected argument 'b.sql'"));
  EXPECT_THAT(Complaint({"--read-only", "-c", "SELECT 1"}), HasSubstr("-d FILE"));
  EXPECT_THAT(Complaint({"model"}), HasSubstr("fathom model pull NAME|URL|PATH"));
  EXPECT_THAT(Complaint({"model", "push"}), HasSubstr("push"));
  EXPECT_THAT(Complaint({"model", "pull"}), HasSubstr("needs a model"));
  EXPECT_THAT(Complaint({"source"}), HasSubstr("fathom source add NAME|PATH"));
  EXPECT_THAT(Complaint({"source", "postgres"}), HasSubstr("fathom source add NAME|PATH"));
  EXPECT_THAT(Complaint({"source", "add"}), HasSubstr("needs a source"));
  EXPECT_THAT(Complaint({"source", "remove"}), HasSubstr("needs a name"));
  EXPECT_THAT(Complaint({"source", "add", "a", "b"}), HasSubstr("unexpected argument 'b'"));
}

}  // namespace
}  // namespace fathom
