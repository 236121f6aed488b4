// fathom's side of bench/rows: scores the rows of a job, once for every line on standard input.
//
//   fathom_rows MODEL.gguf JOB.json [--threads N]
//
// JOB.json: {"prefix": [ids], "rows": [[ids], ...], "labels": [ids]}. For each input line the whole
// job is run from nothing (prefix included) and one line of JSON is printed: seconds, and the label
// logits of all rows. Token ids go in, so that both sides do the same work.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "model/transformer.h"

namespace fathom {
namespace {

using Json = nlohmann::json;

struct Job {
  std::vector<TokenId> prefix, labels;
  std::vector<std::vector<TokenId>> rows;
};

// About as many tokens as the runtime puts into a batch.
constexpr size_t kBatchTokens = 512;

std::vector<float> RunJob(Transformer& model, const Job& job) {
  const size_t d = model.config().d_model;
  std::vector<float> hidden(job.rows.size() * d), unused(d);
  Sequence prefix = model.NewSequence(nullptr, job.prefix.size());
  const Step prefix_step[] = {{&prefix, job.prefix}};
  model.Forward(prefix_step, unused);
  for (size_t begin = 0; begin < job.rows.size();) {
    std::vector<Sequence> sequences;
    std::vector<Step> steps;
    size_t end = begin;
    for (size_t tokens = 0; end < job.rows.size(); ++end) {
      tokens += job.rows[end].size();
      if (tokens > kBatchTokens && end > begin) break;
      sequences.push_back(model.NewSequence(&prefix, job.rows[end].size()));
    }
    for (size_t i = begin; i < end; ++i) steps.push_back({&sequences[i - begin], job.rows[i]});
    model.Forward(steps, {hidden.data() + begin * d, (end - begin) * d});
    begin = end;
  }
  std::vector<float> logits(job.rows.size() * job.labels.size());
  model.Logits(hidden, job.labels, logits);
  return logits;
}

int Run(const std::string& model_path, const std::string& job_path, int threads) {
  const Json json = Json::parse(std::ifstream(job_path));
  const Job job{json["prefix"], json["labels"], json["rows"]};
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
    const auto start = std::chrono::steady_clock::now();
    const std::vector<float> logits = RunJob(**model, job);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::cout << Json{{"seconds", seconds.count()}, {"logits", logits}}.dump() << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace fathom

int main(int argc, char** argv) {
  std::string model, job;
  int threads = fathom::AvailableThreads();
  CLI::App app("Scores the rows of a job, once for every input line");
  app.add_option("model", model, "GGUF file")->required();
  app.add_option("job", job, "job as JSON")->required();
  app.add_option("--threads", threads);
  CLI11_PARSE(app, argc, argv);
  return fathom::Run(model, job, threads);
}
