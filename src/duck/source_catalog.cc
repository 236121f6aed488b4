#include "duck/source_catalog.h"

#include <algorithm>
#include <filesystem>
#include <regex>

#include "duck/session.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuffix = ".duckdb_extension";
constexpr const char* kPlatform = "linux_amd64";  // as DuckDB spells the one fathom runs on

constexpr KnownSource kSources[] = {
    {"postgres", "postgres_scanner", "PostgreSQL: ATTACH 'host=... dbname=...' (TYPE postgres)"},
    {"mysql", "mysql_scanner", "MySQL and MariaDB: ATTACH 'host=... database=...' (TYPE mysql)"},
    {"sqlite", "sqlite_scanner", "SQLite files: ATTACH 'file.db' (TYPE sqlite)"},
    {"excel", "excel", "Excel sheets: FROM 'file.xlsx', COPY ... TO 'file.xlsx'"},
    {"httpfs", "httpfs", "files on web servers and in S3: FROM 'https://...', 's3://...'"},
    {"avro", "avro", "Avro files: FROM read_avro('file.avro'); part of iceberg"},
    {"iceberg", "iceberg", "Iceberg tables: FROM iceberg_scan('folder')"},
    {"delta", "delta", "Delta tables: FROM delta_scan('folder')"},
};

SourceEntry MakeEntry(const std::string& root, const KnownSource& source) {
  SourceEntry entry{source.name, source.description, ExtensionPath(root, source.extension)};
  std::error_code error;
  const uintmax_t bytes = fs::file_size(entry.path, error);
  entry.installed = !error;
  if (entry.installed) entry.bytes = static_cast<int64_t>(bytes);
  return entry;
}

// As users know it: by the name in the catalogue or by DuckDB's.
const KnownSource* Find(const std::string& name) {
  for (const KnownSource& source : kSources) {
    if (name == source.name || name == source.extension) return &source;
  }
  return nullptr;
}

}  // namespace

std::span<const KnownSource> KnownSources() { return kSources; }

std::string ExtensionFolder(const std::string& root) {
  return fs::path(root) / Session::DuckDbVersion() / kPlatform;
}

std::string ExtensionPath(const std::string& root, const std::string& name) {
  return fs::path(ExtensionFolder(root)) / (name + kSuffix);
}

std::vector<SourceEntry> ListSources(const std::string& root) {
  std::vector<SourceEntry> entries;
  for (const KnownSource& source : kSources) entries.push_back(MakeEntry(root, source));
  const auto known = static_cast<std::ptrdiff_t>(entries.size());
  std::error_code error;
  for (const auto& file : fs::directory_iterator(ExtensionFolder(root), error)) {
    const std::string name = file.path().stem();
    if (file.path().extension() != kSuffix || Find(name)) continue;
    const std::string description = "LOAD " + name;
    entries.push_back(MakeEntry(root, {name.c_str(), name.c_str(), description.c_str()}));
  }
  std::sort(entries.begin() + known, entries.end(),
            [](const SourceEntry& a, const SourceEntry& b) { return a.name < b.name; });
  return entries;
}

std::optional<std::string> MissingSource(const std::string& message) {
  static const std::regex kMissing(
      "([a-z0-9_]+)\\.duckdb_extension\" not found|"
      "exists in the ([a-z0-9_]+) extension|"
      "Copy Function with name \"?(xlsx)");
  std::smatch match;
  if (!std::regex_search(message, match, kMissing)) return std::nullopt;
  const std::string name = match[3].matched ? "excel" : match[1].str() + match[2].str();
  const KnownSource* source = Find(name);
  if (!source) return std::nullopt;
  return "this needs the source '" + std::string(source->name) +
         "', which is not installed; install it with: fathom source add " + source->name;
}

}  // namespace fathom
