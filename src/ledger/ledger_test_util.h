// What the tests of the ledger share: a folder of their own, a Ledger in it, the life of an answer
// from Claim to Append, and child processes.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ledger/database.h"
#include "ledger/ledger.h"

namespace fathom {

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fathom_ledger_XXXXXX");
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }
  std::string File(const std::string& name = "ledger.db") const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline std::unique_ptr<Ledger> OpenOrDie(Ledger::Options options) {
  auto ledger = Ledger::Open(std::move(options));
  if (!ledger.ok()) {
    ADD_FAILURE() << ledger.error().message;
    std::abort();
  }
  return std::move(ledger).value();
}

inline std::unique_ptr<Ledger> OpenOrDie(const std::string& path) {
  Ledger::Options options;
  options.path = path;
  options.busy_seconds_max = 10;
  return OpenOrDie(std::move(options));
}

inline std::unique_ptr<Ledger> OpenReadOnly(const std::string& path) {
  Ledger::Options options;
  options.path = path;
  options.read_only = true;
  return OpenOrDie(std::move(options));
}

inline QuestionKey KeyOf(const std::string& task) {
  return {.model = "model-fingerprint",
          .task = task,
          .model_name = "stub",
          .function = "ai_filter",
          .description = "is {0} about trains?"};
}

inline QuestionId Ask(Ledger& ledger, const std::string& task = "task") {
  return ledger.Question(KeyOf(task)).value();
}

inline RunId Begin(Ledger& ledger, const std::string& sql = "SELECT 1") {
  RunStart start;
  start.sql = sql;
  return ledger.BeginRun(start).value();
}

inline std::vector<std::string> Inputs(int count, const std::string& name = "input ") {
  std::vector<std::string> inputs;
  for (int i = 0; i < count; ++i) inputs.push_back(name + std::to_string(i));
  return inputs;
}

inline std::string AnswerTo(const std::string& input) { return "answer to " + input; }

// Claims all inputs, appends AnswerTo of those that are ours; how many these were.
inline int AnswerAll(Ledger& ledger, QuestionId question, std::span<const std::string> inputs,
                     RunId run = 0) {
  const std::vector<Claimed> states = ledger.Claim(question, inputs, run).value();
  int asked = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (states[i].state != Claimed::State::kMine) continue;
    ledger.Append(question, inputs[i], AnswerTo(inputs[i]), run);
    ++asked;
  }
  return asked;
}

// As Ledger::Lookup takes them; they borrow.
inline std::vector<std::string_view> Views(std::span<const std::string> inputs) {
  return {inputs.begin(), inputs.end()};
}

// How many of `inputs` have their AnswerTo on record; a wrong answer is a failure.
inline int CountAnswers(Ledger& ledger, QuestionId question, std::span<const std::string> inputs) {
  const auto payloads = ledger.Lookup(question, Views(inputs)).value();
  int found = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!payloads[i].has_value()) continue;
    EXPECT_EQ(*payloads[i], AnswerTo(inputs[i]));
    ++found;
  }
  return found;
}

inline std::vector<Claimed::State> States(const Result<std::vector<Claimed>>& claimed) {
  std::vector<Claimed::State> states;
  for (const Claimed& one : claimed.value()) states.push_back(one.state);
  return states;
}

inline std::string FileBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Runs statements on the file with SQLite, past the Ledger.
inline void RunSql(const std::string& path, const char* sql) {
  Database database = Database::Open(path, Database::Mode::kWrite, 10).value();
  const Status status = database.Execute(sql);
  EXPECT_TRUE(status.ok()) << status.error().message;
}

inline std::string AskSql(const std::string& path, const char* sql) {
  Database database = Database::Open(path, Database::Mode::kRead, 10).value();
  const Result<std::string> text = database.Text(sql);
  return text.ok() ? *text : text.error().message;
}

// Another process, which ends when `body` returns, with its result. REQUIRES that this process has
// no Ledger open: SQLite's connections do not survive a fork.
inline pid_t StartChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  EXPECT_GT(child, 0);
  return child;
}

// Exit status, or minus the signal that ended it.
inline int WaitFor(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child) return 1000;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace fathom
