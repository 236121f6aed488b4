#include "runtime/prefix_store.h"

#include <algorithm>

namespace fathom {

PrefixStore::PrefixStore(Engine* engine, int64_t capacity_bytes)
    : engine_(engine), capacity_bytes_(capacity_bytes) {}

Result<std::shared_ptr<const Sequence>> PrefixStore::Get(std::span<const TokenId> tokens,
                                                         const RunContext& context) {
  FATHOM_ASSERT(!tokens.empty());
  {
    const std::lock_guard lock(mutex_);
    if (std::shared_ptr<const Sequence> found = Find(tokens)) return found;
  }
  const auto total = static_cast<int64_t>(tokens.size());
  auto sequence = std::make_shared<Sequence>(engine_->NewSequence(nullptr, total));
  std::vector<float> no_logits;
  for (int64_t at = 0; at < total; at += kChunkTokens) {
    FATHOM_RETURN_IF_ERROR(context.Check());
    const Step step{sequence.get(), tokens.subspan(at, std::min(kChunkTokens, total - at))};
    FATHOM_RETURN_IF_ERROR(engine_->Forward({&step, 1}, {}, context, &no_logits));
    if (context.usage) context.usage->prefix_tokens += static_cast<int64_t>(step.tokens.size());
  }
  return Keep({{tokens.begin(), tokens.end()}, std::move(sequence)});
}

bool PrefixStore::Has(std::span<const TokenId> tokens) {
  const std::lock_guard lock(mutex_);
  return Find(tokens) != nullptr;
}

std::shared_ptr<const Sequence> PrefixStore::Find(std::span<const TokenId> tokens) {
  const auto found = std::ranges::find_if(
      entries_, [&](const Entry& entry) { return std::ranges::equal(entry.tokens, tokens); });
  if (found == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found);
  return entries_.front().sequence;
}

std::shared_ptr<const Sequence> PrefixStore::Keep(Entry entry) {
  const std::lock_guard lock(mutex_);
  if (std::shared_ptr<const Sequence> found = Find(entry.tokens)) return found;
  bytes_ += Bytes(entry);
  entries_.push_front(std::move(entry));
  while (bytes_ > capacity_bytes_ && entries_.size() > 1) {
    bytes_ -= Bytes(entries_.back());
    entries_.pop_back();
  }
  return entries_.front().sequence;
}

int64_t PrefixStore::Bytes(const Entry& entry) const {
  return engine_->KvBytes(static_cast<int64_t>(entry.tokens.size()));
}

}  // namespace fathom
