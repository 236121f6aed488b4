#include "cli/interrupt.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>

#include "base/assert.h"

namespace fathom {
namespace {

constexpr int kExitInterrupted = 130;  // 128 + SIGINT, as shells have it
constexpr int kPatience = 3;

std::atomic<int> interrupts{0};
std::atomic<Session*> running{nullptr};
int wakeup = -1;  // an eventfd, non-blocking; written once before the handler is installed
static_assert(std::atomic<int>::is_always_lock_free);
static_assert(std::atomic<Session*>::is_always_lock_free);

void OnInterrupt(int) {
  const int errno_before = errno;
  if (++interrupts >= kPatience) _exit(kExitInterrupted);
  if (Session* session = running.load()) session->Interrupt();
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wakeup, &one, sizeof one);
  errno = errno_before;
}

}  // namespace

void HandleSignals() {
  wakeup = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  FATHOM_ASSERT(wakeup >= 0);
  struct sigaction action {};
  action.sa_handler = OnInterrupt;  // without SA_RESTART: a blocked read returns
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool Interrupted() { return interrupts.load() > 0; }

void ClearInterrupt() {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t size = read(wakeup, &count, sizeof count);
  interrupts.store(0);
}

int InterruptDescriptor() { return wakeup; }

InterruptScope::InterruptScope(Session* session) {
  FATHOM_ASSERT(running.exchange(session) == nullptr);
}

InterruptScope::~InterruptScope() { running.store(nullptr); }

}  // namespace fathom
