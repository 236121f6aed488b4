// Ctrl-C: it ends the work in hand, not the program.
#pragma once

#include "duck/session.h"

namespace fathom {

// From here on SIGINT only sets a flag and interrupts the session of an InterruptScope; the third
// one in a row ends the process at once with status 130, in case something does not listen.
// SIGPIPE is ignored: Output sees closed pipes.
void HandleSignals();

bool Interrupted();  // Ctrl-C since the last ClearInterrupt. Threads: any
void ClearInterrupt();

// Readable while Interrupted(): to wait for Ctrl-C and something else at once. Which thread the
// system chose for the signal does not matter to it, as it does to a call that returns EINTR.
int InterruptDescriptor();

// While it lives, Ctrl-C interrupts `session` (borrowed). One at a time.
class InterruptScope {
 public:
  explicit InterruptScope(Session* session);
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
};

}  // namespace fathom
