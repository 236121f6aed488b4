#include "base/sound_texts_test_util.h"

#include <cstdint>
#include <functional>
#include <random>

namespace fathom {
namespace {

using Line = std::function<std::string(size_t)>;

std::string Lines(size_t count, const Line& line) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += line(i);
  return text;
}

std::string Times(size_t count, const std::string& text) {
  return Lines(count, [&](size_t) { return text; });
}

std::string Two(size_t number) { return {char('0' + number / 10 % 10), char('0' + number % 10)}; }

std::string RefrainPoem() {
  const std::string refrain =
      "Row on, row on, the tide is long,\nrow on, row on, and hum the song,\n"
      "the lamp is lit, the night is near,\nrow on, row on, the bay is clear.\n\n";
  return "The herring sleep beneath the pier,\nthe nets are dry, the sky is sheer.\n" + refrain +
         "My mother kept the harbour light,\nshe trimmed it every winter night.\n" + refrain +
         "And when the fog rolled off the hill,\nthe bell rang out, the boats lay still.\n" +
         refrain + refrain +
         "La la la, la la la, la la la, la la la,\nhey ho, hey ho, hey ho, hey ho.\n";
}

// Every verse changes a word in three places.
std::string CountingSong() {
  const std::vector<std::string> numbers = {"Ten",  "Nine", "Eight", "Seven", "Six",
                                            "Five", "Four", "Three", "Two",   "One"};
  return Lines(9, [&](size_t i) {
    return numbers[i] + " grey pigeons dozing on the beam,\n" + numbers[i] +
           " grey pigeons lost inside a dream,\na door blew open, off flew one,\nand " +
           numbers[i + 1] + " grey pigeons sat there in the sun.\n\n";
  });
}

// Every verse holds all that were before it.
std::string CumulativePoem() {
  const std::vector<std::string> links = {"the loaf that Anna baked.\n",
                                          "the crow that stole ",
                                          "the boy who chased ",
                                          "the goat that butted ",
                                          "the smith who shod, in rain and mud, ",
                                          "the drum that woke "};
  std::string text, tail;
  for (const std::string& link : links) {
    tail = link + tail;
    text += "This is " + tail + "\n";
  }
  return text;
}

std::string LegalText() {
  const std::vector<std::string> verbs = {"copy",   "modify", "lease",     "sell",
                                          "export", "pledge", "translate", "publish"};
  return "4. RESTRICTIONS\n" +
         Lines(
             verbs.size(),
             [&](size_t i) {
               return "4." + std::to_string(i + 1) + " The Licensee shall not " + verbs[i] +
                      " the Software or any part thereof without the prior written consent of the "
                      "Licensor.\n";
             }) +
         "IN WITNESS WHEREOF the parties have executed this Agreement.\n" +
         Times(4,
               "By: ____________________\nName: __________________\nTitle: _________________\n"
               "Date: __________________\n\n");
}

// Pasted twice, as people do.
std::string DoubledReview() {
  const std::string review =
      "We stayed for three nights in March. The room was quiet and warm, the breakfast plain but "
      "fresh, and the woman at the desk drew us a map of the old town that we still keep. Nothing "
      "is far from there, and the tram stops at the door. We would come back at any time.\n";
  return review + review;
}

std::string Log() {
  return Lines(200, [](size_t i) {
    return "2024-05-01 12:" + Two(i / 60) + ":" + Two(i % 60) + " INFO worker-3 request " +
           std::to_string(4711 + i) + " served in " + std::to_string(10 + i * 7 % 13) + " ms\n";
  });
}

std::string Heartbeats() {
  return Lines(120, [](size_t i) {
    return "2024-05-01 12:" + Two(i / 60) + ":" + Two(i % 60) + " INFO heartbeat ok\n";
  });
}

std::string JsonRecords() {
  return "[" +
         Lines(100,
               [](size_t i) {
                 return "{\"id\": " + std::to_string(i) + ", \"name\": \"item " +
                        std::to_string(i) + "\", \"active\": true, \"tags\": []},\n ";
               }) +
         "{}]";
}

std::string Table() {
  return "| day | open | visitors |\n|-----|------|----------|\n" + Lines(60, [](size_t i) {
           return "| " + std::to_string(i + 1) + " | yes | " + std::to_string(100 + i * 37 % 51) +
                  " |\n";
         });
}

std::string CommaTable() {
  return "id,store,open,amount\n" + Lines(80, [](size_t i) {
           return std::to_string(1000 + i) + ",Main Street,true," + std::to_string(i * 7 % 10) +
                  ".50\n";
         });
}

std::string Inserts() {
  return Lines(80, [](size_t i) {
    const std::string n = std::to_string(i);
    return "INSERT INTO users VALUES (" + n + ", 'user" + n + "');\n";
  });
}

std::string UnrolledCode() {
  return "int Sum(const int* a, const int* b) {\n  int sum = 0;\n" +
         Lines(32,
               [](size_t i) {
                 const std::string n = std::to_string(i);
                 return "  sum += a[" + n + "] * b[" + n + "];\n";
               }) +
         "  return sum;\n}\n" + Lines(24, [](size_t i) {
           const std::string n = std::to_string(i);
           return "  EXPECT_EQ(Floor(text, " + n + "), " + n + "u);\n";
         });
}

std::string ZeroTable() {
  return "const int kTable[240] = {\n" + Times(12, "  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,\n") +
         "};\nint main() { return kTable[7]; }\n";
}

std::string HexDump() {
  return Lines(16, [](size_t i) {
    return "000000" + Two(i) +
           "  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n";
  });
}

std::string Dna() {
  std::mt19937 random(5);
  const auto bases = [&](size_t count) {
    return Lines(count, [&](size_t) { return std::string(1, "ACGT"[random() % 4]); });
  };
  return ">chr7 fragment\n" + bases(400) + Times(80, "CA") + bases(300) + Times(60, "CAG") +
         bases(300) + std::string(240, 'A') + "\n";
}

std::string EmptyCells() {
  return "<table><tr><th>a</th><th>b</th></tr>\n" + Times(12, "<tr><td></td><td></td></tr>\n") +
         "</table>\n";
}

std::string Receipt() {
  return "TEA HOUSE\n12 Quay Street\n" + Times(8, "GREEN TEA\n1 PC\n*\n4.50\n0.00\n4.50\n") +
         "TOTAL\n36.00\nTHANK YOU\n***\n***\n";
}

std::string Chinese() {
  return "不错不错不错，真的不错！！！！！！！！！！！！！！！！哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈"
         "哈哈哈哈哈哈哈"
         "\n好吃，好吃，好吃，好吃，好吃，好吃，好吃，好吃，下次还来。\n"
         "春天来了，春天来了，山上的花开了；\n春天来了，春天来了，河里的冰化了；\n"
         "春天来了，春天来了，燕子飞回来了；\n春天来了，春天来了，孩子们跑出来了。\n";
}

std::string Chat() {
  return "ok\nok\nok thanks\nsooooooooooooooooooooooooooooo good hahahahahahahahahahahahahahaha\n"
         "no no no no no no no no no no no no no no no, I said very very very very very slowly\n" +
         std::string(90, '!') + "\n" + Times(30, "\xF0\x9F\x98\x82") + "\n";
}

std::string Rulers() {
  return std::string(100, '=') + "\nReport\n" + std::string(100, '=') + "\nAll is well.\n" +
         std::string(400, '-') + "\n" + std::string(300, ' ') + "signed, the keeper\n";
}

std::string Survey() {
  return Lines(7, [](size_t i) {
    const std::vector<std::string> asked = {"the room", "breakfast",    "the staff", "the price",
                                            "the pool", "the elevator", "parking"};
    return std::to_string(i + 1) + ". How satisfied were you with " + asked[i] +
           "?\n   ( ) very  ( ) rather  ( ) hardly  ( ) not at all\n";
  });
}

}  // namespace

std::vector<SoundText> SoundTexts() {
  return {{"poem with a refrain", RefrainPoem()},
          {"counting song", CountingSong()},
          {"cumulative poem", CumulativePoem()},
          {"legal text", LegalText()},
          {"review pasted twice", DoubledReview()},
          {"log", Log()},
          {"heartbeats", Heartbeats()},
          {"JSON records", JsonRecords()},
          {"table", Table()},
          {"comma-separated table", CommaTable()},
          {"INSERT statements", Inserts()},
          {"unrolled code", UnrolledCode()},
          {"table of zeros", ZeroTable()},
          {"hex dump", HexDump()},
          {"DNA", Dna()},
          {"empty cells", EmptyCells()},
          {"receipt", Receipt()},
          {"Chinese", Chinese()},
          {"chat", Chat()},
          {"rulers", Rulers()},
          {"survey", Survey()}};
}

}  // namespace fathom
