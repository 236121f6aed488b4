#include "runtime/score_rows.h"

#include <algorithm>

namespace fathom {
namespace {

// Rows that walk the trie together.
class Wave {
 public:
  Wave(Engine& engine, const ScoreRequest& request, const RunContext& context, KvShare& kv_share)
      : engine_(engine),
        request_(request),
        trie_(*request.trie),
        context_(context),
        kv_share_(kv_share) {}
  ~Wave() {
    rows_.clear();
    kv_share_.GiveBack(kv_bytes_);
  }
  Wave(const Wave&) = delete;
  Wave& operator=(const Wave&) = delete;

  void Admit(RowQueue& queue);
  bool empty() const { return rows_.empty(); }
  Status Score();
  void Report(const RowScoreSink& sink) const;

 private:
  struct Row {
    RowRun run;
    int64_t own_tokens;  // of the row itself, before any path of the trie
    LabelScores scores;
    bool valid = true;  // all logits were numbers

    // Takes the sequence back to where the decision's path begins and lets the path wait.
    void GoTo(const TrieDecision& decision);
  };

  Status FeedWaiting(size_t decision);
  Status Forward(RowBatch& batch, size_t decision);

  Engine& engine_;
  const ScoreRequest& request_;
  const LabelTrie& trie_;
  const RunContext& context_;
  KvShare& kv_share_;     // the job's
  int64_t kv_bytes_ = 0;  // taken of it
  std::vector<Row> rows_;
  std::vector<float> logits_;
};

// Without further decisions a wave is one batch, reported at once. With them more rows share each
// step of the walk, which moves a few tokens a row only; four batches keep the time until a report
// and what a cancellation loses within seconds.
void Wave::Admit(RowQueue& queue) {
  const BatchLimits& limits = request_.limits;
  const int64_t max_tokens =
      trie_.decisions().size() == 1 ? limits.batch_tokens : 4 * limits.batch_tokens;
  int64_t tokens = 0;
  while (const TokenRow* next = queue.Peek()) {
    const auto own_tokens = static_cast<int64_t>(next->tokens.size());
    const int64_t capacity = own_tokens + trie_.deepest_tokens();
    const bool fits =
        static_cast<int64_t>(rows_.size()) < limits.rows && tokens + capacity <= max_tokens;
    if (!rows_.empty() && !fits) return;
    const int64_t bytes = engine_.KvBytes(capacity);
    if (!kv_share_.TryTake(bytes)) return;
    kv_bytes_ += bytes;
    tokens += capacity;
    rows_.push_back({.run = {queue.Take(), engine_.NewSequence(request_.prefix, capacity)},
                     .own_tokens = own_tokens,
                     .scores = LabelScores(trie_)});
  }
}

Status Wave::Score() {
  const std::vector<TrieDecision>& decisions = trie_.decisions();
  for (size_t decision = 0; decision < decisions.size(); ++decision) {
    for (Row& row : rows_) row.GoTo(decisions[decision]);
    FATHOM_RETURN_IF_ERROR(FeedWaiting(decision));
  }
  return {};
}

void Wave::Row::GoTo(const TrieDecision& decision) {
  const int64_t kept = std::min(run.fed, own_tokens + decision.path_begin);
  run.sequence.Truncate(kept);
  run.fed = kept;
  run.tokens.resize(own_tokens + decision.path_begin);
  run.tokens.insert(run.tokens.end(), decision.path.begin(), decision.path.end());
}

Status Wave::FeedWaiting(size_t decision) {
  for (bool waiting = true; waiting;) {
    waiting = false;
    FATHOM_RETURN_IF_ERROR(context_.Check());
    RowBatch batch(request_.limits.batch_tokens);
    for (Row& row : rows_) {
      if (row.run.waiting() == 0) continue;
      if (!batch.Add(row.run)) {
        waiting = true;
        break;
      }
      waiting |= row.run.waiting() > kRowChunkTokens;
    }
    FATHOM_RETURN_IF_ERROR(Forward(batch, decision));
  }
  return {};
}

Status Wave::Forward(RowBatch& batch, size_t decision) {
  const std::vector<TokenId>& ids = trie_.decisions()[decision].tokens;
  FATHOM_RETURN_IF_ERROR(batch.Forward(engine_, ids, context_, &logits_));
  if (context_.usage) context_.usage->row_tokens += batch.tokens();
  std::span<const float> rest = logits_;
  for (RowRun* run : batch.complete()) {
    const auto row = std::ranges::find_if(rows_, [&](const Row& r) { return &r.run == run; });
    row->valid = row->valid && row->scores.Add(decision, rest.first(ids.size()));
    rest = rest.subspan(ids.size());
  }
  return {};
}

void Wave::Report(const RowScoreSink& sink) const {
  for (const Row& row : rows_) {
    if (context_.usage) ++context_.usage->rows_done;
    if (row.valid) {
      sink(row.run.row, row.scores.log_probs());
    } else {
      sink(row.run.row, NoNumbers());
    }
  }
}

}  // namespace

Status ScoreRows(Engine& engine, const ScoreRequest& request, const RowSource& source,
                 const RunContext& context, const RowScoreSink& sink) {
  RowQueue queue(source);
  KvShare kv_share(engine.kv_budget());
  while (queue.Peek()) {
    FATHOM_RETURN_IF_ERROR(context.Check());
    Wave wave(engine, request, context, kv_share);
    wave.Admit(queue);
    FATHOM_RETURN_IF_ERROR(wave.Score());
    wave.Report(sink);
  }
  return {};
}

}  // namespace fathom
