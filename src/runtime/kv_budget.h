// Memory for keys and values, shared by the jobs of one model.
#pragma once

#include <cstdint>
#include <mutex>

namespace fathom {

// Threads: any number of shares at once. Outlives its shares.
class KvBudget {
 public:
  explicit KvBudget(int64_t bytes) : limit_(bytes) {}

 private:
  friend class KvShare;
  std::mutex mutex_;  // guards what follows
  int64_t limit_;
  int64_t used_ = 0;
  int64_t shares_ = 0;
};

// What one job holds. Rows are admitted while the budget lasts and the job holds no more than its
// equal part; a job that holds nothing is always admitted one row, so no job waits for another to
// end and none stops for a row that is larger than the budget. What a job holds beyond its part
// when another begins is not taken from it: its rows end and are not replaced.
// Threads: one at a time.
class KvShare {
 public:
  explicit KvShare(KvBudget& budget);
  ~KvShare();  // gives back what is held
  KvShare(const KvShare&) = delete;
  KvShare& operator=(const KvShare&) = delete;

  // false: no room now, nothing taken.
  bool TryTake(int64_t bytes);
  // REQUIRES bytes were taken
  void GiveBack(int64_t bytes);

 private:
  KvBudget& budget_;
  int64_t held_ = 0;
};

}  // namespace fathom
