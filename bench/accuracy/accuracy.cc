// fathom_accuracy: candidate wordings of ai_filter and ai_classify over the development sets.
//
//   fathom_accuracy --model ~/.cache/fathom/models/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf
//                   --sets movie,spam --forms opposite --rows 200 --results results.jsonl
//
// Prints a markdown table (docs/wording.md explains its columns). Rows already in the results file
// are not asked again, so a run can be ended at any time and combined from parts.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "accuracy/forms.h"
#include "accuracy/runs.h"
#include "llm/local_model.h"

namespace fathom::accuracy {
namespace {

struct Options {
  std::string model;
  std::string data = "../shared/data";
  std::vector<std::string> sets = DataSetNames();
  std::vector<std::string> forms{DefaultFilterForm().name, DefaultClassifyForm().name};
  std::string results = "accuracy.jsonl";
  size_t rows = 1000;
  uint64_t seed = 1;
  int threads = 0;
  bool fp32 = false;
};

std::string MeasureFilter(const std::vector<Outcome>& outcomes) {
  std::vector<Judged> judged;
  for (const Outcome& o : outcomes) judged.push_back({o.scores.at(0), o.truth == 1});
  char text[160];
  std::snprintf(text, sizeof text, "%.3f | %.3f | %.3f | %.3f", Accuracy(judged, 0), Auc(judged),
                Recall(judged, true, 0), Recall(judged, false, 0));
  return text;
}

// Accuracy of the likeliest label, and the mean over labels of the AUC "this label or another".
std::string MeasureClassify(const std::vector<Outcome>& outcomes, size_t labels) {
  double right = 0;
  for (const Outcome& o : outcomes) {
    const auto best = std::max_element(o.scores.begin(), o.scores.end());
    right += static_cast<size_t>(best - o.scores.begin()) == o.truth;
  }
  double auc = 0;
  for (size_t label = 0; label < labels; ++label) {
    std::vector<Judged> judged;
    for (const Outcome& o : outcomes) {
      judged.push_back({std::exp(o.scores.at(label)), o.truth == label});
    }
    auc += Auc(judged) / static_cast<double>(labels);
  }
  char text[80];
  std::snprintf(text, sizeof text, "%.3f | %.3f | |", right / static_cast<double>(outcomes.size()),
                auc);
  return text;
}

void PrintRow(const DataSet& set, const std::string& form, const std::vector<Outcome>& outcomes,
              const Cost& cost) {
  const std::string measures =
      set.labels.empty() ? MeasureFilter(outcomes) : MeasureClassify(outcomes, set.labels.size());
  const double rows = std::max(1.0, static_cast<double>(cost.rows));
  std::printf("| %s | %s | %zu | %s | %.1f | %.0f |\n", set.name.c_str(), form.c_str(),
              outcomes.size(), measures.c_str(),
              cost.seconds > 0 ? static_cast<double>(cost.rows) / cost.seconds : 0.0,
              static_cast<double>(cost.row_tokens) / rows);
  std::fflush(stdout);
}

// One form over one set. A form of the other kind (filter, classify) is left out.
Status RunPair(LanguageModel& model, const DataSet& set, const std::string& form,
               ResultFile* results) {
  if (set.labels.empty()) {
    const FilterForm* filter = FindFilterForm(form);
    if (filter == nullptr) return Status();
    FATHOM_RETURN_IF_ERROR(RunFilter(model, set, *filter, results));
  } else {
    const ClassifyForm* classify = FindClassifyForm(form);
    if (classify == nullptr) return Status();
    FATHOM_RETURN_IF_ERROR(RunClassify(model, set, *classify, results));
  }
  const std::string& fingerprint = model.Info().fingerprint;
  const std::vector<Outcome> outcomes = OutcomesOf(*results, fingerprint, set, form);
  if (!outcomes.empty()) {
    PrintRow(set, form, outcomes, results->CostOf(fingerprint, set.name, form));
  }
  return Status();
}

Status Run(const Options& options) {
  LocalModelOptions local;
  local.name = std::filesystem::path(options.model).stem().string();
  local.threads = options.threads;
  local.arithmetic = options.fp32 ? Arithmetic::kFp32 : Arithmetic::kInt8;
  FATHOM_ASSIGN_OR_RETURN(const std::unique_ptr<LanguageModel> model,
                          LoadLocalModel(options.model, local));
  FATHOM_ASSIGN_OR_RETURN(ResultFile results, ResultFile::Open(options.results));
  std::printf("%s\n\n", local.name.c_str());
  std::printf(
      "| set | form | rows | accuracy | AUC | recall true | recall false | rows/s | "
      "tokens/row |\n|---|---|--:|--:|--:|--:|--:|--:|--:|\n");
  for (const std::string& name : options.sets) {
    Result<DataSet> set = LoadDataSet(name, options.data, options.rows, options.seed);
    if (!set.ok() && set.error().code == ErrorCode::kNotFound) {
      std::fprintf(stderr, "%s skipped: %s\n", name.c_str(), set.error().message.c_str());
      continue;
    }
    if (!set.ok()) return set.error();
    for (const std::string& form : options.forms) {
      FATHOM_RETURN_IF_ERROR(RunPair(*model, *set, form, &results));
    }
  }
  return Status();
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Accuracy of candidate wordings over the development sets");
  app.add_option("--model", options.model, "GGUF file")->required();
  app.add_option("--data", options.data, "folder of the data sets")->capture_default_str();
  app.add_option("--sets", options.sets, "which sets")
      ->delimiter(',')
      ->check(CLI::IsMember(DataSetNames()));
  app.add_option("--forms", options.forms, "which forms")
      ->delimiter(',')
      ->check(CLI::IsMember(FormNames()));
  app.add_option("--rows", options.rows, "rows per set, 0 = all")->capture_default_str();
  app.add_option("--seed", options.seed, "which rows")->capture_default_str();
  app.add_option("--results", options.results, "JSON-lines file that grows")->capture_default_str();
  app.add_option("--threads", options.threads, "0 = all")->capture_default_str();
  app.add_flag("--fp32", options.fp32,
               "the reference arithmetic; decisions.py compares its rows with those of int8");
  CLI11_PARSE(app, argc, argv);
  if (!std::filesystem::exists(options.data)) {
    std::printf("skipped: the data sets are not at %s (--data)\n", options.data.c_str());
    return 0;
  }
  const Status status = Run(options);
  if (status.ok()) return 0;
  std::fprintf(stderr, "fathom_accuracy: %s\n", status.error().message.c_str());
  return 1;
}

}  // namespace
}  // namespace fathom::accuracy

int main(int argc, char** argv) { return fathom::accuracy::Main(argc, argv); }
