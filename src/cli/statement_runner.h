// Runs statements and shows what comes of them.
#pragma once

#include <string>

#include "cli/progress_bar.h"
#include "cli/result_writer.h"
#include "duck/session.h"

namespace fathom {

enum class Outcome {
  kDone,
  kFailed,        // the reason is on standard error
  kInterrupted,   // Ctrl-C
  kOutputClosed,  // nobody reads the output any more
};

struct DisplayOptions {
  Format format = Format::kBox;
  WriterOptions writer;
  bool quiet = false;        // no progress, no summary
  bool progress = false;     // standard error is a terminal
  bool interactive = false;  // say how many rows were changed
};

// Results go to `output`, everything else to standard error.
// Threads: one at a time.
class StatementRunner {
 public:
  // Both are borrowed.
  StatementRunner(Session* session, Output* output, DisplayOptions display);

  // Runs every statement of `script` until one does not end with kDone. `name` stands before the
  // line in messages ("query.sql"); empty = no place is named.
  Outcome RunScript(const std::string& script, const std::string& name);

  Outcome RunStatement(const std::string& sql, const std::string& place);

  DisplayOptions& display() { return display_; }
  Session& session() { return *session_; }
  Output& output() { return *output_; }

 private:
  Status Show(const std::string& sql);
  Status ShowRows(QueryResult* result, ResultWriter* writer);
  void ShowChanged(QueryResult* result, const std::vector<ResultRow>& rows);
  Outcome Report(const Status& status, const std::string& place);
  QueryHooks Hooks(Render render);

  Session* session_;
  Output* output_;
  DisplayOptions display_;
  StatusLine status_line_;
};

}  // namespace fathom
