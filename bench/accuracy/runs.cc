#include "accuracy/runs.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "semantic/neutral.h"
#include "semantic/scoring.h"

namespace fathom::accuracy {
namespace {

using nlohmann::json;

constexpr size_t kStretch = 50;  // rows between two writes: what an interrupted run loses at most

// Runs `ask` over the missing rows; `ask` reports each row's scores.
using ScoreReport = std::function<void(size_t row, std::vector<double> scores)>;
using Ask = std::function<Status(std::span<const std::vector<std::string>> rows,
                                 const RunContext& context, const ScoreReport& report)>;

Status RunMissing(const DataSet& set, Key key, const Ask& ask, ResultFile* results) {
  std::vector<const LabelledRow*> missing;
  for (const LabelledRow& row : set.rows) {
    key.row = row.text;
    if (results->Find(key) == nullptr) missing.push_back(&row);
  }
  for (size_t begin = 0; begin < missing.size(); begin += kStretch) {
    const size_t end = std::min(missing.size(), begin + kStretch);
    std::vector<std::vector<std::string>> rows;
    for (size_t i = begin; i < end; ++i) rows.push_back({missing[i]->text});
    Usage usage;
    RunContext context;
    context.usage = &usage;
    std::vector<std::vector<double>> scores(rows.size());
    const auto start = std::chrono::steady_clock::now();
    FATHOM_RETURN_IF_ERROR(ask(rows, context, [&](size_t row, std::vector<double> row_scores) {
      scores[row] = std::move(row_scores);
    }));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    for (size_t i = begin; i < end; ++i) {
      if (scores[i - begin].empty()) continue;  // failed rows are asked again next time
      key.row = missing[i]->text;
      FATHOM_RETURN_IF_ERROR(
          results->AppendRow(key, Outcome{scores[i - begin], missing[i]->label}));
    }
    FATHOM_RETURN_IF_ERROR(
        results->AppendCost(key, Cost{took.count(), static_cast<int64_t>(rows.size()),
                                      usage.prefix_tokens, usage.row_tokens}));
    std::fprintf(stderr, "%s %s: %zu of %zu rows, %.2f rows/s\n", set.name.c_str(),
                 key.form.c_str(), end, missing.size(),
                 static_cast<double>(rows.size()) / took.count());
  }
  return Status();
}

// Log-odds of true, from the answer and its probability.
double LogOdds(const Answer& answer) {
  const double sure = std::min(answer.confidence, 1 - 1e-15);
  const double odds = std::log(sure) - std::log1p(-sure);
  return std::get<bool>(answer.value) ? odds : -odds;
}

}  // namespace

Result<ResultFile> ResultFile::Open(const std::string& path) {
  ResultFile file;
  file.path_ = path;
  std::ifstream lines(path);
  size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const json entry = json::parse(line, nullptr, false);
    if (entry.is_discarded()) {
      return Error{ErrorCode::kCorrupt, path + ": line " + std::to_string(number) +
                                            " is not JSON; remove it and run again"};
    }
    Key key{entry.at("model"), entry.at("set"), entry.at("form"), entry.value("row", "")};
    if (entry.contains("seconds")) {
      Cost& cost = file.costs_[key];
      cost.seconds += entry.at("seconds").get<double>();
      cost.rows += entry.at("rows").get<int64_t>();
      cost.prefix_tokens += entry.at("prefix_tokens").get<int64_t>();
      cost.row_tokens += entry.at("row_tokens").get<int64_t>();
    } else {
      file.rows_[key] = Outcome{entry.at("scores"), entry.at("truth")};
    }
  }
  return file;
}

const Outcome* ResultFile::Find(const Key& key) const {
  const auto found = rows_.find(key);
  return found == rows_.end() ? nullptr : &found->second;
}

Cost ResultFile::CostOf(const std::string& model, const std::string& set,
                        const std::string& form) const {
  const auto found = costs_.find(Key{model, set, form, ""});
  return found == costs_.end() ? Cost{} : found->second;
}

Status ResultFile::AppendRow(const Key& key, Outcome outcome) {
  FATHOM_RETURN_IF_ERROR(Append(json{
      {"model", key.model},
      {"set", key.set},
      {"form", key.form},
      {"row", key.row},
      {"truth", outcome.truth},
      {"scores", outcome.scores}}.dump(-1, ' ', false, json::error_handler_t::replace)));
  rows_[key] = std::move(outcome);
  return Status();
}

Status ResultFile::AppendCost(const Key& key, const Cost& cost) {
  FATHOM_RETURN_IF_ERROR(Append(json{
      {"model", key.model},
      {"set", key.set},
      {"form", key.form},
      {"seconds", cost.seconds},
      {"rows", cost.rows},
      {"prefix_tokens", cost.prefix_tokens},
      {"row_tokens",
       cost.row_tokens}}.dump()));
  Cost& total = costs_[Key{key.model, key.set, key.form, ""}];
  total.seconds += cost.seconds;
  total.rows += cost.rows;
  total.prefix_tokens += cost.prefix_tokens;
  total.row_tokens += cost.row_tokens;
  return Status();
}

Status ResultFile::Append(const std::string& line) {
  std::ofstream file(path_, std::ios::app);
  file << line << '\n';
  file.flush();
  if (!file) return Status(ErrorCode::kIo, path_ + ": cannot write");
  return Status();
}

Status RunFilter(LanguageModel& model, const DataSet& set, const FilterForm& form,
                 ResultFile* results) {
  FATHOM_ASSIGN_OR_RETURN(const std::unique_ptr<Task> task, MakeFilterTask(set.input, {}, form));
  const Ask ask = [&](std::span<const std::vector<std::string>> rows, const RunContext& context,
                      const ScoreReport& report) {
    return task->Run(model, rows, context, [&](size_t row, Result<Answer> answer) {
      if (answer.ok()) report(row, {LogOdds(*answer)});
    });
  };
  return RunMissing(set, Key{model.Info().fingerprint, set.name, form.name, ""}, ask, results);
}

Status RunClassify(LanguageModel& model, const DataSet& set, const ClassifyForm& form,
                   ResultFile* results) {
  ClassifyQuestion question;
  question.labels = set.labels;
  std::string words;
  for (const Label& label : set.labels) words += label.label + " " + label.description + " ";
  question.language = DetectLanguage(words);
  const std::vector<ScoredPrompt> prompts = form.prompts(question);
  FATHOM_ASSIGN_OR_RETURN(const LogProbs leaning,
                          LeaningOf(model, prompts, question.language, RunContext{}));
  const Ask ask = [&](std::span<const std::vector<std::string>> rows, const RunContext& context,
                      const ScoreReport& report) {
    JobRows job;
    for (size_t i = 0; i < rows.size(); ++i) {
      job.texts.push_back(rows[i][0]);
      job.indexes.push_back(i);
    }
    return ScoreRows(model, prompts, job, OnLong::kFail, context,
                     [&](size_t row, Result<LogProbs> log_probs) {
                       if (!log_probs.ok()) return;
                       TakeOff(leaning, form.neutral_weight, &*log_probs);
                       report(row, std::move(log_probs).value());
                     });
  };
  return RunMissing(set, Key{model.Info().fingerprint, set.name, form.name, ""}, ask, results);
}

std::vector<Outcome> OutcomesOf(const ResultFile& results, const std::string& model,
                                const DataSet& set, const std::string& form) {
  std::vector<Outcome> outcomes;
  for (const LabelledRow& row : set.rows) {
    const Outcome* outcome = results.Find(Key{model, set.name, form, row.text});
    if (outcome != nullptr) outcomes.push_back(Outcome{outcome->scores, row.label});
  }
  return outcomes;
}

}  // namespace fathom::accuracy
