#include "runtime/row_batch.h"

#include <algorithm>

namespace fathom {

const TokenRow* RowQueue::Peek() {
  if (!next_ && !ended_) {
    next_ = source_();
    ended_ = !next_;
  }
  return next_ ? &*next_ : nullptr;
}

TokenRow RowQueue::Take() {
  FATHOM_ASSERT(next_.has_value());
  TokenRow row = std::move(*next_);
  next_.reset();
  return row;
}

bool RowBatch::Add(RowRun& run) {
  const int64_t count = std::min(kRowChunkTokens, run.waiting());
  FATHOM_ASSERT(count > 0);
  if (!steps_.empty() && tokens_ + count > budget_) return false;
  steps_.push_back({&run.sequence, std::span(run.tokens).subspan(run.fed, count)});
  runs_.push_back(&run);
  tokens_ += count;
  return true;
}

Status RowBatch::Forward(Engine& engine, std::span<const TokenId> ids, const RunContext& context,
                         std::vector<float>* logits) {
  std::vector<size_t> last_pieces;
  for (size_t i = 0; i < steps_.size(); ++i) {
    const bool last = runs_[i]->waiting() == static_cast<int64_t>(steps_[i].tokens.size());
    if (last) last_pieces.push_back(i);
  }
  FATHOM_RETURN_IF_ERROR(engine.Forward(steps_, {last_pieces, ids}, context, logits));
  for (size_t i = 0; i < steps_.size(); ++i) {
    runs_[i]->fed += static_cast<int64_t>(steps_[i].tokens.size());
  }
  for (const size_t i : last_pieces) complete_.push_back(runs_[i]);
  return {};
}

}  // namespace fathom
