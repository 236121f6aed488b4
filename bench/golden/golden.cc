// How far fathom's forward pass is from reference figures of the same weights.
//
//   fathom_golden MODEL.gguf GOLDEN_PREFIX [--fp32] [--prompts N] [--rows N]
//                 [--max-kl X] [--max-rms X] [--min-decisions X]
//
// GOLDEN_PREFIX.{logits,greedy,labels}.jsonl hold llama.cpp's figures for the weights dequantised
// to fp32 (log-probabilities of the 100 likeliest next tokens; 32 greedy tokens with their lead;
// the log-probabilities of two labels after reviews). Printed: mean KL divergence from the
// reference over the 100 tokens and the rest, greedy tokens that differ where the reference leads
// by more than .01 nats, label decisions that agree, rms difference of the label log-odds. Ends
// with 1 when a limit given by a flag is missed.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "kernels/kernel_table.h"
#include "model/transformer.h"

namespace fathom {
namespace {

using Json = nlohmann::json;

struct Flags {
  std::string model, golden;
  bool fp32 = false;
  size_t prompts = 64, rows = 200;
  double max_kl = 1e9, max_rms = 1e9, min_decisions = 0;
};

std::vector<Json> ReadLines(const std::string& path, size_t limit) {
  std::ifstream in(path);
  if (!in) {
    std::fprintf(stderr, "skipped: there is no %s\n", path.c_str());
    std::exit(77);  // what ctest takes for skipped
  }
  std::vector<Json> lines;
  for (std::string line; lines.size() < limit && std::getline(in, line);) {
    lines.push_back(Json::parse(line));
  }
  return lines;
}

// Log-probabilities of all tokens for each row of hidden [rows, d_model].
std::vector<std::vector<double>> LogProbabilities(Transformer& model,
                                                  std::span<const float> hidden) {
  const size_t vocabulary = model.config().vocabulary;
  const size_t rows = hidden.size() / model.config().d_model;
  std::vector<float> logits(rows * vocabulary);
  model.AllLogits(hidden, logits);
  std::vector<std::vector<double>> out(rows);
  for (size_t r = 0; r < rows; ++r) {
    const std::span<const float> row(logits.data() + r * vocabulary, vocabulary);
    const double largest = *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (float l : row) sum += std::exp(l - largest);
    for (float l : row) out[r].push_back(l - largest - std::log(sum));
  }
  return out;
}

size_t Best(const std::vector<double>& values) {
  return std::max_element(values.begin(), values.end()) - values.begin();
}

// Hidden states of the last token of each prompt, in batches of about 512 tokens.
std::vector<float> LastHidden(Transformer& model, const Sequence* prefix,
                              const std::vector<std::vector<TokenId>>& prompts) {
  const size_t d = model.config().d_model;
  std::vector<float> hidden(prompts.size() * d);
  for (size_t begin = 0; begin < prompts.size();) {
    std::vector<Sequence> sequences;
    std::vector<Step> steps;
    sequences.reserve(prompts.size());
    size_t end = begin, tokens = 0;
    for (; end < prompts.size() && tokens < 512; ++end) {
      sequences.push_back(model.NewSequence(prefix, prompts[end].size()));
      steps.push_back({&sequences.back(), prompts[end]});
      tokens += prompts[end].size();
    }
    model.Forward(steps, {hidden.data() + begin * d, (end - begin) * d});
    begin = end;
  }
  return hidden;
}

// KL(reference || ours) over the listed tokens and one bucket for all others.
double Divergence(const Json& line, const std::vector<double>& ours) {
  double kl = 0, listed_reference = 0, listed_ours = 0;
  for (const Json& entry : line["top"]) {
    const double reference = entry[1], own = ours[entry[0].get<size_t>()];
    kl += std::exp(reference) * (reference - own);
    listed_reference += std::exp(reference);
    listed_ours += std::exp(own);
  }
  const double rest = 1 - listed_reference, own_rest = 1 - listed_ours;
  if (rest > 1e-9 && own_rest > 1e-12) kl += rest * std::log(rest / own_rest);
  return kl;
}

double MeanDivergence(Transformer& model, const Flags& flags) {
  const std::vector<Json> lines = ReadLines(flags.golden + ".logits.jsonl", flags.prompts);
  std::vector<std::vector<TokenId>> prompts;
  for (const Json& line : lines) prompts.push_back(line["ids"]);
  const std::vector<float> hidden = LastHidden(model, nullptr, prompts);
  const auto ours = LogProbabilities(model, hidden);
  std::vector<double> divergence;
  size_t same_top = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    divergence.push_back(Divergence(lines[i], ours[i]));
    same_top += Best(ours[i]) == lines[i]["top"][0][0].get<size_t>();
  }
  double sum = 0;
  for (double v : divergence) sum += v;
  std::sort(divergence.begin(), divergence.end());
  const double mean = sum / static_cast<double>(lines.size());
  std::printf("logits: %zu prompts, top-1 equal %.3f, KL mean %.2e median %.2e max %.2e\n",
              lines.size(), static_cast<double>(same_top) / static_cast<double>(lines.size()), mean,
              divergence[divergence.size() / 2], divergence.back());
  return mean;
}

// Follows the reference's own tokens; returns those ours would not have chosen though the reference
// led by more than .01.
size_t GreedyDifferences(Transformer& model, const Flags& flags) {
  const std::vector<Json> lines = ReadLines(flags.golden + ".greedy.jsonl", flags.prompts);
  std::vector<std::vector<TokenId>> next;
  std::vector<Sequence> sequences;
  for (const Json& line : lines) {
    next.push_back(line["ids"]);
    sequences.push_back(model.NewSequence(nullptr, next.back().size() + line["next"].size()));
  }
  size_t tokens = 0, clear = 0, differ = 0;
  for (size_t t = 0; t < lines[0]["next"].size(); ++t) {
    std::vector<Step> steps;
    for (size_t i = 0; i < lines.size(); ++i) steps.push_back({&sequences[i], next[i]});
    std::vector<float> hidden(lines.size() * model.config().d_model);
    model.Forward(steps, hidden);
    const auto ours = LogProbabilities(model, hidden);
    for (size_t i = 0; i < lines.size(); ++i) {
      const Json& expected = lines[i]["next"][t];
      next[i] = {expected[0].get<TokenId>()};
      const bool is_clear = expected[1].get<double>() > .01;
      ++tokens;
      clear += is_clear;
      differ += is_clear && Best(ours[i]) != expected[0].get<size_t>();
    }
  }
  std::printf("greedy: %zu tokens, %zu with a lead above .01, %zu of those differ\n", tokens, clear,
              differ);
  return differ;
}

struct LabelFigures {
  double decisions;  // share that agrees
  double rms;        // of the log-odds difference, nats
};

LabelFigures Labels(Transformer& model, const Flags& flags) {
  const std::vector<Json> lines = ReadLines(flags.golden + ".labels.jsonl", flags.rows + 1);
  const std::vector<TokenId> prefix_ids = lines[0]["prefix"], tail = lines[0]["tail"],
                             labels = lines[0]["labels"];
  Sequence prefix = model.NewSequence(nullptr, prefix_ids.size());
  std::vector<float> unused(model.config().d_model);
  const Step step[] = {{&prefix, prefix_ids}};
  model.Forward(step, unused);
  std::vector<std::vector<TokenId>> rows;
  for (size_t i = 1; i < lines.size(); ++i) {
    rows.push_back(lines[i]["ids"]);
    rows.back().insert(rows.back().end(), tail.begin(), tail.end());
  }
  const std::vector<float> hidden = LastHidden(model, &prefix, rows);
  std::vector<float> logits(rows.size() * labels.size());
  model.Logits(hidden, labels, logits);
  double squares = 0;
  size_t agree = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Json& reference = lines[i + 1]["logprob"];
    const double expected = reference[0].get<double>() - reference[1].get<double>();
    const double ours = logits[2 * i] - logits[2 * i + 1];
    squares += (ours - expected) * (ours - expected);
    agree += (ours > 0) == (expected > 0);
  }
  const double n = static_cast<double>(rows.size());
  const LabelFigures figures{static_cast<double>(agree) / n, std::sqrt(squares / n)};
  std::printf("labels: %zu rows, decisions equal %.3f, log-odds rms %.4f\n", rows.size(),
              figures.decisions, figures.rms);
  return figures;
}

int Run(const Flags& flags) {
  ThreadPool pool(AvailableThreads());
  Result<GgufFile> file = GgufFile::Open(flags.model);
  if (!file.ok()) {
    const bool missing = file.error().code == ErrorCode::kNotFound;
    std::fprintf(stderr, "%s%s\n", missing ? "skipped: " : "", file.error().message.c_str());
    return missing ? 77 : 2;
  }
  auto loaded = Transformer::Load(*file, flags.fp32 ? Arithmetic::kFp32 : Arithmetic::kInt8, &pool);
  if (!loaded.ok()) {
    std::fprintf(stderr, "fathom_golden: %s\n", loaded.error().message.c_str());
    return 2;
  }
  Transformer& model = **loaded;
  std::printf("%s, kernels %s, %s\n", flags.model.c_str(), ActiveKernels().name,
              flags.fp32 ? "fp32" : "int8");
  const double kl = MeanDivergence(model, flags);
  const size_t greedy = GreedyDifferences(model, flags);
  const LabelFigures labels = Labels(model, flags);
  const bool good = kl <= flags.max_kl && labels.rms <= flags.max_rms &&
                    labels.decisions >= flags.min_decisions && (!flags.fp32 || greedy == 0);
  std::printf("%s\n", good ? "within the limits" : "OUTSIDE THE LIMITS");
  return good ? 0 : 1;
}

}  // namespace
}  // namespace fathom

int main(int argc, char** argv) {
  fathom::Flags flags;
  CLI::App app("Distance of the forward pass from reference figures");
  app.add_option("model", flags.model, "GGUF file")->required();
  app.add_option("golden", flags.golden, "prefix of the golden files")->required();
  app.add_flag("--fp32", flags.fp32, "fp32 arithmetic; greedy tokens must then be equal");
  app.add_option("--prompts", flags.prompts);
  app.add_option("--rows", flags.rows);
  app.add_option("--max-kl", flags.max_kl);
  app.add_option("--max-rms", flags.max_rms);
  app.add_option("--min-decisions", flags.min_decisions);
  CLI11_PARSE(app, argc, argv);
  return fathom::Run(flags);
}
