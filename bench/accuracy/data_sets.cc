#include "accuracy/data_sets.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>

#include "semantic/text.h"

namespace fathom::accuracy {
namespace {

using Record = std::vector<std::string>;

Result<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{ErrorCode::kNotFound, path + ": no such file"};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// RFC 4180: fields in quotes may hold commas, line breaks and doubled quotes.
std::vector<Record> ParseCsv(const std::string& text) {
  std::vector<Record> records(1);
  std::string field;
  bool quoted = false;
  const auto end_field = [&] { records.back().push_back(std::move(field)), field.clear(); };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"' && field.empty()) {
      quoted = true;
    } else if (c == ',') {
      end_field();
    } else if (c == '\n') {
      end_field();
      records.emplace_back();
    } else if (c != '\r') {
      field += c;
    }
  }
  if (!field.empty() || !records.back().empty()) end_field();
  if (records.back().empty()) records.pop_back();
  return records;
}

// "<label> <text>" or "<label>\t<text>" per line.
std::vector<Record> ParseLines(const std::string& text, char separator) {
  std::vector<Record> records;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t cut = line.find(separator);
    if (cut != std::string::npos) records.push_back({line.substr(0, cut), line.substr(cut + 1)});
  }
  return records;
}

// A file, how it is cut into records, and how a record becomes a row. The text of the set's query
// is what a user would write, not what scores best.
struct Source {
  const char* name;
  const char* path;
  char separator;  // of lines; 0 = CSV
  bool has_header;
  InputTemplate input;
  std::vector<Label> labels;
  std::function<LabelledRow(const Record&)> row;
};

InputTemplate Before(const std::string& words) { return InputTemplate{{words, ""}, {0}}; }
InputTemplate Plain() { return InputTemplate{{"", ""}, {0}}; }

LabelledRow Movie(const Record& r) { return {r.at(8), r.at(9) == "POSITIVE"}; }
LabelledRow Sst(const Record& r) { return {r.at(1), r.at(0) == "1"}; }
LabelledRow Spam(const Record& r) { return {r.at(1), r.at(0) == "spam"}; }
LabelledRow Negative(const Record& r) { return {r.at(1), r.at(0) == "0"}; }
LabelledRow Positive(const Record& r) { return {r.at(1), r.at(0) == "1"}; }
std::string News(const Record& r) { return r.at(1) + ". " + r.at(2); }
LabelledRow Business(const Record& r) { return {News(r), r.at(0) == "3"}; }
LabelledRow Topic(const Record& r) { return {News(r), static_cast<size_t>(r.at(0)[0] - '1')}; }

const std::vector<Source>& Sources() {
  static const std::vector<Source> sources{
      {"movie",
       "sembench_movie/Reviews.csv",
       0,
       true,
       Before("The review is clearly positive: "),
       {},
       Movie},
      {"sst", "sst/stsa.binary.test", ' ', false, Before("The review is positive: "), {}, Sst},
      {"sst-dev", "sst/stsa.binary.dev", ' ', false, Before("The review is positive: "), {}, Sst},
      {"spam", "sms_spam/sms.tsv", '\t', false, Before("This text message is spam: "), {}, Spam},
      {"waimai",
       "zh_waimai_10k/waimai_10k.csv",
       0,
       true,
       Before("顾客对外卖不满意："),
       {},
       Negative},
      {"hotel",
       "zh_chnsenticorp_htl/ChnSentiCorp_htl_all.csv",
       0,
       true,
       Before("住客对酒店满意："),
       {},
       Positive},
      {"business",
       "ag_news/test.csv",
       0,
       false,
       Before("The article is about business: "),
       {},
       Business},
      {"sst-classify",
       "sst/stsa.binary.test",
       ' ',
       false,
       Plain(),
       {{"negative", ""}, {"positive", ""}},
       Sst},
      {"news-classify",
       "ag_news/test.csv",
       0,
       false,
       Plain(),
       {{"World", "international politics, conflicts, diplomacy and events in other countries"},
        {"Sports", "games, athletes, teams, matches and results"},
        {"Business", "companies, markets, the economy, trade and finance"},
        {"Sci/Tech", "science, computers, software, the internet, space and technology"}},
       Topic},
      {"waimai-classify",
       "zh_waimai_10k/waimai_10k.csv",
       0,
       true,
       Plain(),
       {{"不满意", ""}, {"满意", ""}},
       Positive},
  };
  return sources;
}

// splitmix64: the same rows on every machine and library.
uint64_t NextRandom(uint64_t* state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15ull);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

void Sample(size_t wanted, uint64_t seed, std::vector<LabelledRow>* rows) {
  if (wanted == 0 || wanted >= rows->size()) return;
  for (size_t i = 0; i < wanted; ++i) {
    const size_t other = i + NextRandom(&seed) % (rows->size() - i);
    std::swap((*rows)[i], (*rows)[other]);
  }
  rows->resize(wanted);
}

}  // namespace

std::vector<std::string> DataSetNames() {
  std::vector<std::string> names;
  for (const Source& source : Sources()) names.emplace_back(source.name);
  return names;
}

Result<DataSet> LoadDataSet(const std::string& name, const std::string& folder, size_t rows,
                            uint64_t seed) {
  const auto source = std::find_if(Sources().begin(), Sources().end(),
                                   [&](const Source& s) { return s.name == name; });
  if (source == Sources().end()) {
    return Error{ErrorCode::kInvalidArgument, "no data set is called '" + name + "'"};
  }
  const std::string path = folder + "/" + source->path;
  FATHOM_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  std::vector<Record> records =
      source->separator == 0 ? ParseCsv(text) : ParseLines(text, source->separator);
  if (source->has_header && !records.empty()) records.erase(records.begin());
  DataSet set{source->name, source->input, source->labels, {}};
  for (const Record& record : records) {
    if (record.size() < 2) return Error{ErrorCode::kCorrupt, path + ": a record has one field"};
    LabelledRow row = source->row(record);
    if (!IsBlank(row.text)) set.rows.push_back(std::move(row));
  }
  Sample(rows, seed, &set.rows);
  return set;
}

}  // namespace fathom::accuracy
