// What a constraint costs beside the model: compiling a schema of 30 fields, and each token that
// the model decides, with the vocabulary of a GGUF file (of which nothing but the tokenizer is
// read).
//
//   fathom_constraint [--model FILE.gguf] [--rows 64]
//
// Rows are answered as a model would: logits are drawn at random, and the token that a made-up
// answer goes on with gets the largest. Timed, in processor time, are the mask, the choice, the
// next state and what is forced behind it. The first row finds no mask; later ones find most of
// them.
#include "runtime/constraint.h"

#include <time.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <random>
#include <string>

#include "model/gguf.h"
#include "model/test_paths.h"
#include "runtime/masked_choice.h"

namespace fathom {
namespace {

// Logits are normal numbers of this deviation, but for the largest: all of the vocabulary is within
// e^25 of it, so no block of it can be passed over.
constexpr float kDeviation = 3, kLikeliest = 20;

// Of this thread's processor time, so that other programs do not count.
double Seconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  };
  const double start = now();
  work();
  return now() - start;
}

const char* const kWords[] = {"late",   "delivery", "of",
                              "the",    "blue",     "jacket",
                              "Miller", "invoice",  "\xE5\xBF\xAB\xE9\x80\x92",
                              "refund", "asked",    "for",
                              "order"};

struct Field {
  const char* schema;
  std::string (*value)(std::mt19937&);
};

std::string Words(std::mt19937& random, int most) {
  std::string text;
  for (int i = 0; i <= static_cast<int>(random() % most); ++i) {
    text += (i == 0 ? "" : " ") + std::string(kWords[random() % std::size(kWords)]);
  }
  return "\"" + text + "\"";
}

std::string Whole(std::mt19937& random, int most) { return std::to_string(random() % most); }

std::string Padded(std::mt19937& random, int least, int most) {
  std::string number = std::to_string(least + random() % (most - least + 1));
  return number.size() == 1 ? "0" + number : number;
}

const Field kFields[] = {
    {R"({"type": "string"})", [](std::mt19937& r) { return Words(r, 12); }},
    {R"({"type": ["string", "null"], "maxLength": 100})",
     [](std::mt19937& r) { return r() % 3 == 0 ? "null" : Words(r, 8); }},
    {R"({"type": "string", "minLength": 1, "maxLength": 20})",
     [](std::mt19937& r) { return Words(r, 2); }},
    {R"({"type": "number", "minimum": 0, "maximum": 99999.99, "multipleOf": 0.01})",
     [](std::mt19937& r) { return Whole(r, 5000) + "." + Padded(r, 0, 99); }},
    {R"({"type": "integer", "minimum": 0, "maximum": 150})",
     [](std::mt19937& r) { return Whole(r, 150); }},
    {R"({"type": "string", "format": "date"})",
     [](std::mt19937& r) {
       return "\"20" + Padded(r, 10, 29) + "-" + Padded(r, 1, 12) + "-" + Padded(r, 1, 28) + "\"";
     }},
    {R"({"enum": ["open", "paid", "paid late", "cancelled", "in dispute"]})",
     [](std::mt19937& r) { return std::string(r() % 2 ? "\"paid late\"" : "\"open\""); }},
    {R"({"type": "boolean"})",
     [](std::mt19937& r) { return std::string(r() % 2 ? "true" : "false"); }},
    {R"({"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4,8}$"})",
     [](std::mt19937& r) { return "\"DE-" + std::to_string(1000 + r() % 90000) + "\""; }},
    {R"({"type": "array", "items": {"type": "string", "maxLength": 30}, "maxItems": 5})",
     [](std::mt19937& r) { return "[" + Words(r, 2) + ", " + Words(r, 2) + "]"; }},
};
constexpr int kFieldCount = 30;

std::string FieldName(int i) { return "field_" + std::to_string(i + 1); }
const Field& FieldOf(int i) { return kFields[i % std::size(kFields)]; }

std::string Schema() {
  std::string properties;
  for (int i = 0; i < kFieldCount; ++i) {
    properties += (i == 0 ? "\"" : ", \"") + FieldName(i) + "\": " + FieldOf(i).schema;
  }
  return R"({"type": "object", "properties": {)" + properties + "}}";
}

std::string Answer(std::mt19937& random) {
  std::string text;
  for (int i = 0; i < kFieldCount; ++i) {
    text += (i == 0 ? "{\"" : ", \"") + FieldName(i) + "\": " + FieldOf(i).value(random);
  }
  return text + "}";
}

struct Cost {
  double mask = 0, choice = 0, rest = 0;  // seconds
  int64_t decided = 0, forced = 0;        // tokens

  double per_token_us() const {
    return (mask + choice + rest) / static_cast<double>(decided) * 1e6;
  }
};

// One answer, token by token.
void AnswerRow(Constraint& constraint, const Tokenizer& tokenizer, const std::string& text,
               double temperature, std::mt19937& random, std::vector<float>& logits, Cost* cost) {
  Expr state = constraint.start();
  size_t at = 0;
  TokenMask mask;
  ChoiceScratch scratch;
  const auto force = [&] {
    const ForcedText forced = constraint.Force(state);
    state = forced.next;
    at += forced.text.size();
    cost->forced += static_cast<int64_t>(forced.tokens.size());
  };
  cost->rest += Seconds(force);
  while (at < text.size()) {
    const TokenId wanted = tokenizer.Encode(text.substr(at, 60)).front();
    const float before = logits[wanted];
    logits[wanted] = kLikeliest;
    bool allowed = false;
    cost->mask += Seconds([&] { allowed = constraint.Allow(state, &mask); });
    if (!allowed || !mask.Has(wanted)) {
      std::fprintf(stderr, "the answer is not allowed at byte %zu: %s\n", at, text.c_str());
      std::exit(1);
    }
    const double uniform = random() / 4294967296.0;
    cost->choice += Seconds([&] {
      ChooseMasked(logits, mask, temperature, uniform, &scratch);  // nearly always `wanted`
    });
    logits[wanted] = before;
    at += tokenizer.TokenBytes(wanted).size();
    cost->rest += Seconds([&] {
      state = constraint.Advance(state, tokenizer.TokenBytes(wanted));
      if (!constraint.MustEnd(state)) force();
    });
    ++cost->decided;
  }
}

void Print(const char* what, const Cost& cost) {
  if (cost.decided == 0) return;
  const auto us = [&](double seconds) { return seconds / static_cast<double>(cost.decided) * 1e6; };
  std::printf("| %s | %lld | %lld | %.0f | %.0f | %.0f | %.0f | %.2f %% | %.2f %% |\n", what,
              static_cast<long long>(cost.decided), static_cast<long long>(cost.forced),
              us(cost.mask), us(cost.choice), us(cost.rest), cost.per_token_us(),
              cost.per_token_us() / 20e3 * 100, cost.per_token_us() * 64 / 150e3 * 100);
  std::fflush(stdout);
}

int Main(int argc, char** argv) {
  std::string path = TestModelPath("qwen2.5-coder-0.5b-instruct-q4_k_m.gguf");
  int rows = 64;
  CLI::App app("What a constraint costs beside the model");
  app.add_option("--model", path, "a GGUF file")->capture_default_str();
  app.add_option("--rows", rows)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const Result<GgufFile> file = GgufFile::Open(path);
  const Result<std::unique_ptr<Tokenizer>> tokenizer =
      file.ok() ? Tokenizer::Load(*file) : Result<std::unique_ptr<Tokenizer>>(file.error());
  if (!tokenizer.ok()) {
    std::fprintf(stderr, "%s\n", tokenizer.error().message.c_str());
    return 1;
  }
  std::shared_ptr<const TokenTries> tries;
  const double tries_s = Seconds([&] { tries = std::make_shared<TokenTries>(**tokenizer); });
  const std::string schema = Schema();
  std::unique_ptr<Constraint> constraint;
  const auto compile = [&] {
    const Pattern pattern = Pattern::FromJsonSchema(schema).value();
    constraint = std::make_unique<Constraint>(pattern, tries, **tokenizer);
  };
  double compile_s = Seconds(compile);
  std::printf("vocabulary of %lld tokens, prepared once a model: %.0f ms\n",
              static_cast<long long>((*tokenizer)->vocabulary_size()), tries_s * 1e3);
  std::printf("schema of %d fields compiled: %.1f ms (target 50)\n\n", kFieldCount,
              compile_s * 1e3);

  std::printf(
      "target: 3 %% of a step, which takes 20 ms (one row) to 150 ms (64 rows)\n\n"
      "| rows | decided | forced | mask | choice | state, forced | us a token | of 20 ms "
      "| 64 of 150 ms |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
  for (const double temperature : {0.0, 1.2}) {
    compile();
    std::mt19937 random(5);
    std::normal_distribution<float> normal(0, kDeviation);
    std::vector<float> logits((*tokenizer)->vocabulary_size());
    for (float& logit : logits) logit = normal(random);
    Cost first, later;
    for (int row = 0; row < rows; ++row) {
      AnswerRow(*constraint, **tokenizer, Answer(random), temperature, random, logits,
                row == 0 ? &first : &later);
    }
    std::printf("temperature %.1f:\n", temperature);
    Print("the first", first);
    Print("the others", later);
  }
  return 0;
}

}  // namespace
}  // namespace fathom

int main(int argc, char** argv) { return fathom::Main(argc, argv); }
