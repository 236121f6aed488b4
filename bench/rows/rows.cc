// fathom's side of bench/rows: works through a job once for every line on standard input.
//
//   fathom_rows MODEL.gguf JOB.json [--threads N]
//
// JOB.json: {"prefix": [ids], "rows": [[ids], ...], "labels": [ids], "new_tokens": N}. For each
// line "run" the whole job is done from nothing (prefix included) and one line of JSON is printed:
// with N = 0 the seconds and the logits of the labels at the end of every row; with N > 0 every row
// is continued by N tokens, greedily and whatever they are, and the line holds the seconds of these
// tokens and the tokens. Token ids go in, so that both sides do the same work. A line "machine" is
// answered by what the machine can do at that moment and what a token costs.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "machine/machine.h"
#include "model/transformer.h"
#include "runtime/sampler.h"

namespace fathom {
namespace {

using Json = nlohmann::json;
using Rows = std::vector<std::vector<TokenId>>;

struct Job {
  std::vector<TokenId> prefix, labels;
  Rows rows;
  int64_t new_tokens = 0;
};

// The runtime's own batches are smaller, 256: sooner cancelled, a few percent slower.
constexpr size_t kBatchTokens = 512;

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Sequence ComputePrefix(Transformer& model, const Job& job) {
  std::vector<float> unused(model.config().d_model);
  Sequence prefix = model.NewSequence(nullptr, static_cast<int64_t>(job.prefix.size()));
  for (size_t at = 0; at < job.prefix.size(); at += kBatchTokens) {
    const size_t count = std::min(kBatchTokens, job.prefix.size() - at);
    const Step step[] = {{&prefix, std::span(job.prefix).subspan(at, count)}};
    model.Forward(step, unused);
  }
  return prefix;
}

// Feeds the rows in batches; `sequences` are those of the rows, hidden becomes [rows, d_model].
void FeedRows(Transformer& model, const Rows& rows, std::span<Sequence> sequences,
              std::vector<float>* hidden) {
  const size_t d = model.config().d_model;
  hidden->resize(rows.size() * d);
  for (size_t begin = 0; begin < rows.size();) {
    std::vector<Step> steps;
    size_t end = begin;
    for (size_t tokens = 0; end < rows.size(); ++end) {
      tokens += rows[end].size();
      if (tokens > kBatchTokens && end > begin) break;
      steps.push_back({&sequences[end], rows[end]});
    }
    model.Forward(steps, std::span(*hidden).subspan(begin * d, (end - begin) * d));
    begin = end;
  }
}

std::vector<Sequence> NewSequences(const Transformer& model, const Job& job,
                                   const Sequence& prefix) {
  std::vector<Sequence> sequences;
  for (const std::vector<TokenId>& row : job.rows) {
    const auto tokens = static_cast<int64_t>(row.size());
    sequences.push_back(model.NewSequence(&prefix, tokens + job.new_tokens));
  }
  return sequences;
}

Json Score(Transformer& model, const Job& job) {
  const double start = Now();
  const Sequence prefix = ComputePrefix(model, job);
  std::vector<Sequence> sequences = NewSequences(model, job, prefix);
  std::vector<float> hidden;
  FeedRows(model, job.rows, sequences, &hidden);
  std::vector<float> logits(job.rows.size() * job.labels.size());
  model.Logits(hidden, job.labels, logits);
  return {{"seconds", Now() - start}, {"logits", logits}};
}

// The likeliest token of each row becomes the row.
void TakeGreedy(Transformer& model, std::span<const float> hidden, std::vector<float>* logits,
                Rows* rows) {
  const auto vocabulary = static_cast<size_t>(model.config().vocabulary);
  logits->resize(rows->size() * vocabulary);
  model.AllLogits(hidden, *logits);
  for (size_t row = 0; row < rows->size(); ++row) {
    (*rows)[row] = {GreedyToken(std::span(*logits).subspan(row * vocabulary, vocabulary)).value()};
  }
}

Json Continue(Transformer& model, const Job& job) {
  const Sequence prefix = ComputePrefix(model, job);
  std::vector<Sequence> sequences = NewSequences(model, job, prefix);
  std::vector<float> hidden, logits;
  FeedRows(model, job.rows, sequences, &hidden);
  Rows next = job.rows, tokens(job.rows.size());
  double start = 0;  // begins with the second token: the first comes out of the prompts
  for (int64_t i = 0; i <= job.new_tokens; ++i) {
    if (i > 0) FeedRows(model, next, sequences, &hidden);
    TakeGreedy(model, hidden, &logits, &next);
    if (i == 0) start = Now();
    if (i == job.new_tokens) break;
    for (size_t row = 0; row < next.size(); ++row) tokens[row].push_back(next[row][0]);
  }
  return {{"seconds", Now() - start}, {"tokens", tokens}};
}

// Multiply-adds of a token in the layers, twice; without attention and the output matrix.
double LayerOperations(const ModelConfig& c) {
  const int64_t q = c.heads * c.head_dim, kv = c.kv_heads * c.head_dim;
  return 2.0 * static_cast<double>(c.layers * c.d_model * (2 * q + 2 * kv + 3 * c.d_ffn));
}

Json Machine(const Transformer& model, ThreadPool& pool) {
  return {{"peak_operations", PeakOperations(pool)},
          {"read_bytes", ReadRate(pool)},
          {"operations_per_token", LayerOperations(model.config())},
          {"weight_bytes", model.WeightBytes()},
          {"tied_output", model.config().tied_output}};
}

int Run(const std::string& model_path, const std::string& job_path, int threads) {
  const Json json = Json::parse(std::ifstream(job_path));
  const Job job{json["prefix"], json["labels"], json["rows"], json.value("new_tokens", 0)};
  ThreadPool pool(threads);
  Result<GgufFile> file = GgufFile::Open(model_path);
  if (!file.ok()) {
    std::fprintf(stderr, "fathom_rows: %s\n", file.error().message.c_str());
    return 2;
  }
  auto model = Transformer::Load(*file, Arithmetic::kInt8, &pool);
  if (!model.ok()) {
    std::fprintf(stderr, "fathom_rows: %s\n", model.error().message.c_str());
    return 2;
  }
  for (std::string line; std::getline(std::cin, line);) {
    const Json answer = line == "machine"     ? Machine(**model, pool)
                        : job.new_tokens == 0 ? Score(**model, job)
                                              : Continue(**model, job);
    std::cout << answer.dump() << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace fathom

int main(int argc, char** argv) {
  std::string model, job;
  int threads = fathom::AvailableThreads();
  CLI::App app("Works through a job, once for every input line");
  app.add_option("model", model, "GGUF file")->required();
  app.add_option("job", job, "job as JSON")->required();
  app.add_option("--threads", threads);
  CLI11_PARSE(app, argc, argv);
  return fathom::Run(model, job, threads);
}
