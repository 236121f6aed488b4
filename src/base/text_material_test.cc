#include "base/text_material.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fathom {
namespace {

// What `round` is when it repeats.
TextMaterial MaterialOf(const std::string& round) {
  std::string text = round;
  while (text.size() < 400) text += round;
  return MaterialOfRound(text, round.size());
}

TEST(TextMaterial, Prose) {
  for (const char* round :
       {"The staff were kind and the room was clean. ", "- **Speed**: improve the work.\n",
        "提高工作效率，", "I don't know (yet); well-known words, he said. ", "very ",
        "Ответа нет. ", "\xE6\xE5\xB7\xA5\xE4\xBD\x9C", "In 2018 it rained all the time, "}) {
    EXPECT_EQ(MaterialOf(round), TextMaterial::kProse) << round;
  }
}

TEST(TextMaterial, Mixed) {
  for (const char* round :
       {"hi def link purifyLogFatal purifyLogError\n", "/* Slot seven is reserved */\n",
        "the function foo() is called and "}) {
    EXPECT_EQ(MaterialOf(round), TextMaterial::kMixed) << round;
  }
}

TEST(TextMaterial, Runs) {
  for (const char* round : {"哈", "x", "haha", "\xEF\xBF\xBD", "\xFF", "ing"}) {
    EXPECT_EQ(MaterialOf(round), TextMaterial::kRun) << round;
  }
}

TEST(TextMaterial, Data) {
  for (const char* round :
       {"-", " ", "0, ", "CAG", "| yes | no |\n", "{\"a\": \"some words of prose\"}, ",
        "2024-05-01 12:00:01 INFO heartbeat ok\n", "sum += a[1] * b[1];\n", "！",
        "\xF0\x9F\x98\x82", "INSERT INTO users VALUES (1, 'x');\n", "<td></td>\n", "4.50\n1 PC\n",
        "──", "a\tb\tc\n", "https://a.example/b?c=d "}) {
    EXPECT_EQ(MaterialOf(round), TextMaterial::kData) << round;
  }
}

// Numbers that are the same in every round count, those that change do not.
TEST(TextMaterial, CountersSayNothing) {
  std::string changing, fixed;
  for (int i = 100; i < 160; ++i) {
    changing += "Room no " + std::to_string(i) + ", ";
    fixed += "Room no 100, ";
  }
  EXPECT_EQ(MaterialOfRound(changing, 13), TextMaterial::kProse);
  EXPECT_EQ(MaterialOfRound(fixed, 13), TextMaterial::kData);
}

}  // namespace
}  // namespace fathom
