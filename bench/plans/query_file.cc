#include "plans/query_file.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "duck/split_statements.h"

namespace fathom {
namespace {

struct Block {
  std::string directive;
  std::string sql;
  std::string minimum;
};

std::vector<Block> ReadBlocks(std::istream& file) {
  std::vector<Block> blocks;
  bool inside = false;
  bool after_dashes = false;
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) {
      inside = false;
    } else if (!inside && !line.starts_with('#')) {
      blocks.push_back({line, "", ""});
      inside = true;
      after_dashes = false;
    } else if (inside && line == "----") {
      after_dashes = true;
    } else if (inside) {
      (after_dashes ? blocks.back().minimum : blocks.back().sql) += line + "\n";
    }
  }
  return blocks;
}

std::vector<std::string> Statements(const std::string& sql) {
  std::vector<std::string> statements;
  for (const StatementText& statement : SplitStatements(sql).statements) {
    statements.push_back(statement.text);
  }
  return statements;
}

}  // namespace

QueryFile ReadQueryFile(const std::string& path) {
  std::ifstream stream(path);
  QueryFile file;
  for (Block& block : ReadBlocks(stream)) {
    std::istringstream words(block.directive);
    std::string kind;
    std::string name;
    std::string rule;
    words >> kind >> name >> rule;
    const bool known =
        (kind == "setup" && name.empty()) ||
        (kind == "query" && (rule.empty() || rule == "batches") && !block.minimum.empty());
    if (!known) {
      std::fprintf(stderr, "%s: not a block: %s\n", path.c_str(), block.directive.c_str());
      std::exit(2);
    }
    if (kind == "setup") {
      file.setup = Statements(block.sql);
    } else {
      file.queries.push_back({name, !rule.empty(), Statements(block.sql), block.minimum});
    }
  }
  return file;
}

}  // namespace fathom
