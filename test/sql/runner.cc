// Runs SQL tests written as text (test/sql/README.md has the format): sql_tests [options] PATH...
//   --threads N   SET threads = N in every file
//   --in-place    without DuckDB's optimizer: the ai_* functions are evaluated by their bodies.
//   What
//                 the plan promises ("asked", "contains") is then not checked; answers are.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "duck/session.h"
#include "llm/model_registry.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

struct Configuration {
  int threads = 0;  // 0 = DuckDB's default
  bool in_place = false;
};

struct Block {
  int line = 0;                        // of its directive, from 1
  std::vector<std::string> directive;  // words
  std::string sql;
  std::vector<std::string> expected;  // lines behind ----
};

std::vector<std::string> Words(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// Blocks are separated by blank lines; a line that begins with '#' is a comment.
std::vector<Block> ReadBlocks(const fs::path& path) {
  std::ifstream file(path);
  std::vector<Block> blocks;
  bool inside = false;
  bool expecting = false;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.starts_with('#') && !inside) continue;
    if (line.empty()) {
      inside = false;
    } else if (!inside) {
      blocks.push_back({number, Words(line), "", {}});
      inside = true;
      expecting = false;
    } else if (line == "----") {
      expecting = true;
    } else if (expecting) {
      blocks.back().expected.push_back(line);
    } else {
      blocks.back().sql += line + "\n";
    }
  }
  return blocks;
}

struct Outcome {
  std::vector<std::string> rows;  // cells separated by tabs
  Status status;
};

std::string CellText(const Cell& cell) {
  if (!cell) return "NULL";
  if (cell->empty()) return "(empty)";
  std::string text = *cell;
  std::ranges::replace(text, '\n', ' ');
  return text;
}

Outcome RunSql(Session& session, const std::string& sql) {
  Outcome outcome;
  Result<QueryResult> result = session.Query(sql);
  if (!result.ok()) {
    outcome.status = result.error();
    return outcome;
  }
  while (true) {
    Result<std::vector<ResultRow>> rows = result->Next();
    if (!rows.ok()) {
      outcome.status = rows.error();
      return outcome;
    }
    if (rows->empty()) return outcome;
    for (const ResultRow& row : *rows) {
      std::string line;
      for (const Cell& cell : row) line += (&cell == row.data() ? "" : "\t") + CellText(cell);
      outcome.rows.push_back(std::move(line));
    }
  }
}

std::string Join(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "    " + line + "\n";
  return text;
}

// One file, from its first block to its last. Each has a database and a registry of its own.
class FileRun {
 public:
  FileRun(fs::path path, Configuration configuration)
      : path_(std::move(path)), configuration_(configuration) {}

  // Number of failed blocks.
  int Run() {
    std::vector<Block> blocks = ReadBlocks(path_);
    fs::path script = path_.parent_path().parent_path() / "stub.json";
    if (!blocks.empty() && blocks[0].directive[0] == "stub") {
      script = path_.parent_path() / blocks[0].directive.at(1);
      blocks.erase(blocks.begin());
    }
    if (!blocks.empty() && blocks[0].directive[0] == "lifted") {  // nothing to run in place
      if (configuration_.in_place) return 0;
      blocks.erase(blocks.begin());
    }
    if (!Open(script)) return 1;
    for (const Block& block : blocks) RunBlock(block);
    return failures_;
  }

 private:
  bool Open(const fs::path& script) {
    setenv("FATHOM_STUB", script.c_str(), 1);
    models_ = std::make_unique<ModelRegistry>(ModelRegistry::Options{"/nonexistent", 1});
    Result<std::unique_ptr<Session>> session =
        Session::Open({.models = models_.get(), .default_model = "stub"});
    if (!session.ok()) {
      std::printf("%s: %s\n", path_.c_str(), session.error().message.c_str());
      return false;
    }
    session_ = std::move(*session);
    if (configuration_.threads > 0) {
      Expect("SET threads = " + std::to_string(configuration_.threads));
    }
    if (configuration_.in_place) Expect("PRAGMA disable_optimizer");
    return true;
  }

  void Expect(const std::string& sql) {
    const Outcome outcome = RunSql(*session_, sql);
    if (!outcome.status.ok()) Fail({}, sql + ": " + outcome.status.error().message);
  }

  void RunBlock(const Block& block) {
    const std::string& kind = block.directive[0];
    const std::string argument = block.directive.size() > 1 ? block.directive[1] : "";
    if (kind == "statement" && argument == "ok") {
      CheckOk(block, RunSql(*session_, block.sql));
    } else if (kind == "statement" && argument == "error") {
      CheckError(block, RunSql(*session_, block.sql));
    } else if (kind == "statement" && argument == "interrupt") {
      CheckInterrupt(block);
    } else if (kind == "query") {
      CheckRows(block, RunSql(*session_, block.sql), block.directive.back() == "rowsort");
    } else if (kind == "contains") {
      if (!configuration_.in_place) CheckContains(block, RunSql(*session_, block.sql));
    } else if (kind == "asked") {
      const std::string asked = std::to_string(session_->LastRun().asked);
      if (!configuration_.in_place && asked != argument) {
        Fail(block, "expected " + argument + " inputs asked, there were " + asked);
      }
    } else if (kind == "failed") {
      CheckFailures(block);
    } else {
      Fail(block, "unknown directive");
    }
  }

  void CheckOk(const Block& block, const Outcome& outcome) {
    if (!outcome.status.ok()) Fail(block, outcome.status.error().message);
  }

  void CheckError(const Block& block, const Outcome& outcome) {
    if (outcome.status.ok()) return Fail(block, "no error");
    const std::string& message = outcome.status.error().message;
    for (const std::string& line : block.expected) {
      if (message.find(line) == std::string::npos) {
        Fail(block, "expected in the message: " + line + "\n    message: " + message);
      }
    }
  }

  // The statement runs for longer than a moment; it has to end soon after the interrupt.
  void CheckInterrupt(const Block& block) {
    constexpr auto kMoment = std::chrono::milliseconds(200);
    constexpr auto kSoon = std::chrono::milliseconds(1500);
    const auto begin = std::chrono::steady_clock::now();
    std::thread user([&] {
      std::this_thread::sleep_for(kMoment);
      session_->Interrupt();
    });
    const Outcome outcome = RunSql(*session_, block.sql);
    user.join();
    const auto took = std::chrono::steady_clock::now() - begin;
    if (outcome.status.ok()) return Fail(block, "it ran to its end");
    if (outcome.status.error().code != ErrorCode::kCancelled) {
      return Fail(block, outcome.status.error().message);
    }
    if (took > kMoment + kSoon) Fail(block, "it took too long to end");
  }

  void CheckRows(const Block& block, Outcome outcome, bool sort) {
    if (!outcome.status.ok()) return Fail(block, outcome.status.error().message);
    std::vector<std::string> expected = block.expected;
    if (sort) {
      std::ranges::sort(outcome.rows);
      std::ranges::sort(expected);
    }
    if (outcome.rows != expected) {
      Fail(block, "expected\n" + Join(expected) + "  got\n" + Join(outcome.rows));
    }
  }

  // Each expected line occurs in the result; one that begins with '!' does not.
  void CheckContains(const Block& block, const Outcome& outcome) {
    if (!outcome.status.ok()) return Fail(block, outcome.status.error().message);
    const std::string text = Join(outcome.rows);
    for (const std::string& line : block.expected) {
      const bool wanted = !line.starts_with('!');
      const bool found = text.find(wanted ? line : line.substr(1)) != std::string::npos;
      if (found != wanted) Fail(block, "expected " + line + " in\n" + text);
    }
  }

  // failed REASON ROWS: of the last statement.
  void CheckFailures(const Block& block) {
    const auto failed = session_->LastRun().failed;
    const auto found = failed.find(block.directive.at(1));
    const std::string rows = std::to_string(found == failed.end() ? 0 : found->second.rows);
    if (rows != block.directive.at(2)) Fail(block, "there were " + rows);
  }

  void Fail(const Block& block, const std::string& message) {
    ++failures_;
    std::printf("%s:%d: %s\n  %s\n", path_.c_str(), block.line, message.c_str(), block.sql.c_str());
  }

  fs::path path_;
  Configuration configuration_;
  std::unique_ptr<ModelRegistry> models_;
  std::unique_ptr<Session> session_;
  int failures_ = 0;
};

std::vector<fs::path> FindTests(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.path().extension() == ".test") found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

int Main(const std::vector<std::string>& arguments) {
  Configuration configuration;
  int files = 0;
  int failures = 0;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--threads" && i + 1 < arguments.size()) {
      configuration.threads = std::atoi(arguments[++i].c_str());
    } else if (arguments[i] == "--in-place") {
      configuration.in_place = true;
    } else {
      for (const fs::path& path : FindTests(arguments[i])) {
        ++files;
        failures += FileRun(path, configuration).Run();
      }
    }
  }
  std::printf("%d files, %d failures\n", files, failures);
  return files > 0 && failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace fathom

int main(int argc, char** argv) {
  return fathom::Main(std::vector<std::string>(argv + 1, argv + argc));
}
