#include "ledger/writer.h"

#include <chrono>
#include <utility>

namespace fathom {
namespace {

// A group costs an fsync (0.1 to 30 ms) and a page per answer; without a pause a fast disk would
// see groups of one. 2 ms are little beside the time of an answer.
constexpr std::chrono::milliseconds kGather(2);

}  // namespace

AnswerWriter::AnswerWriter(Commit commit)
    : commit_(std::move(commit)), thread_([this] { Loop(); }) {}

AnswerWriter::~AnswerWriter() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_.notify_one();
  thread_.join();
}

void AnswerWriter::Append(NewAnswer answer) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    if (error_.has_value()) return;
    was_empty = queue_.empty();
    queue_.push_back(std::move(answer));
    pending_.emplace(queue_.back().hash, &queue_.back());
    ++appended_;
  }
  if (was_empty) work_.notify_one();
}

Status AnswerWriter::Flush() {
  std::unique_lock lock(mutex_);
  const int64_t wanted = appended_;
  ++flushing_;
  work_.notify_one();
  done_.wait(lock, [&] { return error_.has_value() || durable_ >= wanted; });
  --flushing_;
  if (error_.has_value()) return *error_;
  return {};
}

void AnswerWriter::FindPending(QuestionId question, std::span<const InputKey> keys,
                               Payloads& payloads) {
  const std::lock_guard lock(mutex_);
  if (pending_.empty()) return;
  for (size_t i = 0; i < keys.size(); ++i) {
    const auto [begin, end] = pending_.equal_range(keys[i].hash);
    for (auto entry = begin; entry != end; ++entry) {
      const NewAnswer& answer = *entry->second;
      if (answer.question == question && answer.input == keys[i].input)
        payloads[i] = answer.payload;
    }
  }
}

void AnswerWriter::Loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [&] { return ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    work_.wait_for(lock, kGather, [&] { return ending_ || flushing_ > 0; });
    CommitGroup(lock);
  }
}

void AnswerWriter::CommitGroup(std::unique_lock<std::mutex>& lock) {
  group_.swap(queue_);
  lock.unlock();
  const Status status = commit_(group_);
  lock.lock();
  if (status.ok()) {
    durable_ += static_cast<int64_t>(group_.size());
  } else {
    error_ = status.error();
    queue_.clear();
  }
  pending_.clear();
  group_.clear();
  for (const NewAnswer& answer : queue_) pending_.emplace(answer.hash, &answer);
  done_.notify_all();
}

}  // namespace fathom
