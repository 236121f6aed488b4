#include "cli/models_command.h"

#include <nlohmann/json.hpp>

#include "base/numbers.h"

namespace fathom {
namespace {

ResultRow ForPeople(const ModelEntry& model, const std::string& description) {
  return {model.name, model.installed ? "yes" : "no",
          model.installed ? Cell(Bytes(model.bytes)) : Cell(""), description};
}

ResultRow ForPrograms(const ModelEntry& model, const std::string& description, bool as_json) {
  const auto text = [&](const std::string& value) {
    return as_json ? nlohmann::json(value).dump() : value;
  };
  return {text(model.name), model.installed ? "true" : "false",
          model.installed ? Cell(std::to_string(model.bytes)) : std::nullopt, text(description),
          model.installed ? Cell(text(model.path)) : std::nullopt};
}

}  // namespace

void WriteModels(const std::vector<ModelEntry>& models, const std::string& default_model,
                 Format format, const WriterOptions& options, Output* output) {
  const bool for_people = format == Format::kBox || format == Format::kMarkdown;
  const auto writer = MakeWriter(format, options, output);
  std::vector<ResultColumn> columns = {{"name", "VARCHAR", false},
                                       {"installed", "BOOLEAN", false},
                                       {for_people ? "size" : "bytes", "BIGINT", true},
                                       {"description", "VARCHAR", false}};
  if (!for_people) columns.push_back({"path", "VARCHAR", false});
  writer->Begin(columns);
  std::vector<ResultRow> rows;
  for (const ModelEntry& model : models) {
    const std::string description =
        model.description + (model.name == default_model ? " (default)" : "");
    rows.push_back(for_people ? ForPeople(model, description)
                              : ForPrograms(model, description, writer->render() == Render::kJson));
  }
  writer->Rows(std::move(rows));
  writer->End();
}

}  // namespace fathom
