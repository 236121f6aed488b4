// `fathom runs`: what the ledger knows of statements that asked a model.
//   fathom runs               all, the newest first
//   fathom runs show ID       one, with its errors
//   fathom runs export [ID]   answers as JSON lines
//   fathom runs prune         drops what is old or too much
// (`fathom runs resume ID` runs SQL: program.cc.)
#pragma once

#include "cli/options.h"
#include "cli/output.h"
#include "cli/result_writer.h"
#include "ledger/ledger.h"

namespace fathom {

void WriteRuns(const std::vector<RunRecord>& runs, Format format, const WriterOptions& options,
               Output* output);

// One field a line, then the errors as a table.
void WriteRun(const RunRecord& run, const std::vector<RowError>& errors, Format format,
              const WriterOptions& options, Output* output);

// An answer is one JSON object a line.
Status WriteAnswers(Ledger* ledger, std::optional<RunId> run, Output* output);

// Everything but resume. `path` is the ledger's. Errors: of the ledger; kNotFound without one.
Status RunRuns(const RunsOptions& options, const std::string& path, Format format,
               const WriterOptions& writer, Output* output);

}  // namespace fathom
