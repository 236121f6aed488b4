// The thread that makes answers durable in groups: while one group is on its way to the disk the
// next one comes together.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>

#include "base/result.h"
#include "ledger/answers.h"

namespace fathom {

// Threads: every member may be called concurrently. Append and FindPending never wait for `commit`.
class AnswerWriter {
 public:
  // Makes a group durable, all of it or nothing. Called by the writer's thread only, never with an
  // empty group.
  using Commit = std::function<Status(const std::deque<NewAnswer>&)>;

  explicit AnswerWriter(Commit commit);
  AnswerWriter(const AnswerWriter&) = delete;
  AnswerWriter& operator=(const AnswerWriter&) = delete;
  ~AnswerWriter();  // commits what is left

  // Dropped when a commit has failed: see Flush.
  void Append(NewAnswer answer);

  // Waits until everything appended before is durable. Errors: the first one of `commit`, for ever;
  // nothing is committed after it.
  Status Flush();

  // Fills in payloads[i] of keys[i] where it was appended and may not be committed yet. Ask here
  // first and the tables after: what is missed here has been committed before.
  void FindPending(QuestionId question, std::span<const InputKey> keys, Payloads& payloads);

 private:
  void Loop();
  void CommitGroup(std::unique_lock<std::mutex>& lock);

  const Commit commit_;
  std::mutex mutex_;
  std::condition_variable work_;  // something to commit, or somebody in a hurry
  std::condition_variable done_;  // a group is durable, or failed
  std::deque<NewAnswer> queue_;
  std::deque<NewAnswer> group_;  // being committed; only the thread changes it
  // Both of them by hash. A deque does not move what is in it.
  std::unordered_multimap<int64_t, const NewAnswer*> pending_;
  int64_t appended_ = 0;  // answers so far
  int64_t durable_ = 0;
  int flushing_ = 0;  // callers in Flush: no time to gather
  bool ending_ = false;
  std::optional<Error> error_;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace fathom
