// Goal: a script is cut exactly where SQL ends a statement, and the shell knows when to ask for
// more.
#include "duck/split_statements.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

std::vector<std::string> Texts(std::string_view script) {
  std::vector<std::string> texts;
  for (const StatementText& statement : SplitStatements(script).statements) {
    texts.push_back(statement.text);
  }
  return texts;
}

using Strings = std::vector<std::string>;

TEST(SplitStatementsTest, CutsAtSemicolons) {
  EXPECT_EQ(Texts("SELECT 1; SELECT 2 ;\nSELECT 3"), (Strings{"SELECT 1", "SELECT 2", "SELECT 3"}));
  EXPECT_EQ(Texts(""), Strings{});
  EXPECT_EQ(Texts(" ;; -- nothing\n ; /* at all */ ;"), Strings{});
}

TEST(SplitStatementsTest, LeavesQuotedSemicolonsAlone) {
  for (const char* text : {"SELECT 'a;b'", "SELECT 'it''s; fine'", "SELECT \"a;\"\"b\"",
                           "SELECT E'a\\';b'", "SELECT $$a;b$$", "SELECT $tag$ ; $$ ; $tag$",
                           "SELECT 1 -- a;b\n + 1", "SELECT /* ; /* ; */ ; */ 1"}) {
    EXPECT_EQ(Texts(text), Strings{text}) << text;
    EXPECT_EQ(Texts(std::string(text) + "; SELECT 2"), (Strings{text, "SELECT 2"})) << text;
  }
}

TEST(SplitStatementsTest, AParameterIsNoQuote) {
  EXPECT_EQ(Texts("EXECUTE q($1); SELECT $2"), (Strings{"EXECUTE q($1)", "SELECT $2"}));
  EXPECT_EQ(Texts("SELECT $name; SELECT 2"), (Strings{"SELECT $name", "SELECT 2"}));
}

TEST(SplitStatementsTest, ANameThatEndsInEBeginsNoEscapedText) {
  EXPECT_EQ(Texts("SELECT date'\\'; SELECT 2"), (Strings{"SELECT date'\\'", "SELECT 2"}));
}

TEST(SplitStatementsTest, KnowsWhatIsComplete) {
  for (const char* text :
       {"", "  \n", "SELECT 1;", "SELECT 1; -- done", "/* ; */", "SELECT ';';"}) {
    EXPECT_TRUE(SplitStatements(text).complete) << text;
  }
  for (const char* text : {"SELECT 1", "SELECT 1; SELECT", "SELECT 'a;", "SELECT \"a;", "/* open ;",
                           "SELECT 1; /* open", "SELECT $$ open;"}) {
    EXPECT_FALSE(SplitStatements(text).complete) << text;
  }
}

TEST(SplitStatementsTest, CountsLines) {
  const auto statements = SplitStatements("-- head\n\nSELECT\n1;\n  SELECT 2;").statements;
  ASSERT_EQ(statements.size(), 2u);
  EXPECT_EQ(statements[0].line, 3);
  EXPECT_EQ(statements[1].line, 5);
}

TEST(SplitStatementsTest, KeepsCommentsInsideAStatement) {
  EXPECT_EQ(Texts("/* head */ SELECT /* in */ 1 /* tail */;"), (Strings{"SELECT /* in */ 1"}));
}

}  // namespace
}  // namespace fathom
