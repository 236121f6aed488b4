// Label scoring over many rows: one pass per row, and one or few tokens more where labels begin
// alike.
#pragma once

#include <functional>
#include <span>

#include "base/result.h"
#include "base/run_context.h"
#include "runtime/label_trie.h"
#include "runtime/row_batch.h"

namespace fathom {

struct ScoreRequest {
  const Sequence* prefix = nullptr;  // null = none
  const LabelTrie* trie = nullptr;
  BatchLimits limits = {};
};

// One call per row; log-probabilities as LabelScores::log_probs, valid during the call.
using RowScoreSink = std::function<void(size_t row, Result<std::span<const double>> log_probs)>;

// Scores every row of `source`.
//   1. Admit rows while limits allow: a wave.
//   2. Feed their tokens, and the trie's forced beginning, in batches; the logits of the root's
//      options come with the batch that completes a row.
//   3. For each further decision in preorder: cut every row's sequence back to where the decision's
//      path begins, feed the path for all rows of the wave as one batch, take the options' logits.
//   4. Report the wave; go on with the next.
// The walk is the same for every row, so a row's bits depend on its tokens, the prefix and the
// trie. Errors  a row whose logits are no numbers is kBadOutput; kCancelled, kDeadline end the job,
// and
//         the rows of the running wave stay unreported.
Status ScoreRows(Engine& engine, const ScoreRequest& request, const RowSource& source,
                 const RunContext& context, const RowScoreSink& sink);

}  // namespace fathom
