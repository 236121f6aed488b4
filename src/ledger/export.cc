#include "ledger/export.h"

namespace fathom {

Status ExportAnswers(Database& database, std::optional<RunId> run,
                     const std::function<bool(const ExportedAnswer&)>& sink) {
  FATHOM_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(
          database,
          "SELECT model, task, model_name, function, description, input, payload, run, at_ms "
          "FROM answers JOIN questions ON question = questions.id WHERE ?1 = 0 OR run = ?2 "
          "ORDER BY answers.id"));
  select.Bind(int64_t{run.has_value()}, run.value_or(0));
  while (true) {
    FATHOM_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return {};
    const ExportedAnswer answer = {.question = {.model = select.Bytes(0),
                                                .task = select.Bytes(1),
                                                .model_name = select.Bytes(2),
                                                .function = select.Bytes(3),
                                                .description = select.Bytes(4)},
                                   .input = select.Bytes(5),
                                   .payload = select.Bytes(6),
                                   .run = select.Int(7),
                                   .at_ms = select.Int(8)};
    if (!sink(answer)) return {};
  }
}

}  // namespace fathom
