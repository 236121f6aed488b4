#include "duck/semantic_filter_chain.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "duck/answer_vector.h"
#include "duck/query_state.h"

namespace fathom {
namespace {

using duckdb::DataChunk;

// A decoded token costs some three read ones: it reads the weights for a batch of one token a row.
constexpr int64_t kGeneratedWeight = 3;

int64_t TokensSoFar(const Usage& usage) {
  return usage.row_tokens + kGeneratedWeight * usage.generated_tokens;
}

duckdb::SelectionVector Selection(const std::vector<duckdb::sel_t>& rows) {
  duckdb::SelectionVector selection(std::max<size_t>(rows.size(), 1));
  for (size_t i = 0; i < rows.size(); ++i) selection.set_index(i, rows[i]);
  return selection;
}

}  // namespace

SemanticFilterChain::SemanticFilterChain(duckdb::ClientContext& context, const FilterPlan& plan)
    : context_(context), query_(QueryState::Of(context)), plan_(plan), batch_(kFirstBatch) {
  for (const FilterStep& step : plan.steps) Start(step);
  if (!plan.keys.empty()) first_per_key_ = std::make_unique<FirstPerKey>(context, plan.keys);
  probe_.Initialize(duckdb::Allocator::Get(context), plan.output_types);
  StartBuffer();
}

void SemanticFilterChain::Start(const FilterStep& step) {
  Running& running = running_.emplace_back();
  running.step = &step;
  running.arguments = duckdb::make_uniq<duckdb::ExpressionExecutor>(context_);
  running.predicate = duckdb::make_uniq<duckdb::ExpressionExecutor>(context_, *step.predicate);
  duckdb::vector<duckdb::LogicalType> types;
  for (const MapCall& call : step.calls) {
    running.memos.emplace_back(query_.Memo(*call.call));
    running.entries.emplace_back();
    keeps_order_ = keeps_order_ || call.call->fail_on_error;
    for (const auto& argument : call.arguments) {
      running.arguments->AddExpression(*argument);
      types.push_back(duckdb::LogicalType::VARCHAR);
    }
  }
  running.argument_rows = std::make_unique<DataChunk>();
  if (!types.empty()) running.argument_rows->Initialize(duckdb::Allocator::Get(context_), types);
}

// A new one each time: rows handed out refer to the memory of the old one.
void SemanticFilterChain::StartBuffer() {
  buffer_ = std::make_unique<DataChunk>();
  buffer_->Initialize(duckdb::Allocator::Get(context_), plan_.input_types);
  done_ = 0;
  for (Running& running : running_) {
    for (auto& entries : running.entries) entries.assign(STANDARD_VECTOR_SIZE, nullptr);
  }
}

size_t SemanticFilterChain::Take(DataChunk& rows, size_t first) {
  const size_t count = std::min(rows.size() - first, STANDARD_VECTOR_SIZE - buffer_->size());
  duckdb::SelectionVector selection(std::max<size_t>(count, 1));
  for (size_t i = 0; i < count; ++i) selection.set_index(i, first + i);
  buffer_->Append(rows, false, &selection, count);
  return count;
}

bool SemanticFilterChain::Emit(bool to_the_end, DataChunk& out) {
  for (Rows rows = NextRows(to_the_end); !rows.empty(); rows = NextRows(to_the_end)) {
    for (Running& running : running_) {
      if (rows.empty()) break;
      Intern(running, rows);
      Ask(running, rows);
      rows = Pass(running, rows);
    }
    if (first_per_key_) first_per_key_->Passed(rows);
    if (!rows.empty()) Write(rows, out);
    Reorder();
    if (!rows.empty()) return true;
  }
  return false;
}

// Of rows that have not gone through yet; none: there are none, or not enough.
SemanticFilterChain::Rows SemanticFilterChain::NextRows(bool to_the_end) {
  const bool flush = to_the_end || buffer_->size() == STANDARD_VECTOR_SIZE;
  Rows rows;
  if (!first_per_key_) {
    if (done_ < buffer_->size()) rows = NextWindow(flush);
    if (!rows.empty()) done_ = rows.back() + 1;
  } else if (flush && buffer_->size() > 0) {
    if (done_ == 0) first_per_key_->Begin(*buffer_);
    done_ = buffer_->size();
    rows = first_per_key_->NextRound();
  }
  if (rows.empty() && done_ > 0 && done_ == buffer_->size()) StartBuffer();
  return rows;
}

// The rows up to where the first step's new inputs fill a batch; with `flush` all there are.
SemanticFilterChain::Rows SemanticFilterChain::NextWindow(bool flush) {
  const size_t available = buffer_->size() - done_;
  if (!flush && available < batch_) return {};
  Rows rows(available);
  for (size_t i = 0; i < available; ++i) rows[i] = static_cast<duckdb::sel_t>(done_ + i);
  Running& first = running_.front();
  Intern(first, rows);
  for (const auto& entries : first.entries) {
    std::set<const MemoEntry*> open;
    for (size_t i = 0; i < rows.size(); ++i) {
      const MemoEntry* entry = entries[rows[i]];
      if (entry == nullptr || entry->ready() || !open.insert(entry).second) continue;
      if (open.size() < batch_) continue;
      rows.resize(i + 1);
      flush = true;
    }
  }
  if (!flush) return {};
  batch_ = std::min(2 * batch_, kLargestBatch);
  return rows;
}

// Notes the memo entries of the step's inputs.
void SemanticFilterChain::Intern(Running& running, const Rows& rows) {
  DataChunk& arguments = *running.argument_rows;
  if (arguments.ColumnCount() > 0) {
    DataChunk selected;
    selected.InitializeEmpty(plan_.input_types);
    selected.Slice(*buffer_, Selection(rows), rows.size());
    arguments.Reset();
    running.arguments->Execute(selected, arguments);
  }
  arguments.SetCardinality(rows.size());
  size_t column = 0;
  for (size_t call = 0; call < running.step->calls.size(); ++call) {
    const size_t count = running.step->calls[call].arguments.size();
    std::vector<MemoEntry*> entries;
    InternRows(*running.step->calls[call].call, running.memos[call], arguments, column, &entries);
    for (size_t i = 0; i < rows.size(); ++i) running.entries[call][rows[i]] = entries[i];
    column += count;
  }
}

void SemanticFilterChain::Ask(Running& running, const Rows& rows) {
  for (size_t call = 0; call < running.step->calls.size(); ++call) {
    const AiCall& ai_call = *running.step->calls[call].call;
    query_.monitor().CountCall(&ai_call);
    std::set<const MemoEntry*> seen;
    std::vector<MemoEntry*> open;
    for (const duckdb::sel_t row : rows) {
      MemoEntry* entry = running.entries[call][row];
      if (entry == nullptr || entry->ready() || !seen.insert(entry).second) continue;
      open.push_back(entry);
    }
    if (open.empty()) continue;
    Measured& measured = running.measured;
    const int64_t before = TokensSoFar(*query_.monitor().usage());
    query_.AnswerAll(context_, ai_call, open,
                     {.id = plan_.operator_id,
                      .done = measured.asked,
                      .total = measured.asked + std::ssize(open)});
    measured.asked += static_cast<int64_t>(open.size());
    measured.tokens += TokensSoFar(*query_.monitor().usage()) - before;
  }
}

// The rows for which the step's predicate is true.
SemanticFilterChain::Rows SemanticFilterChain::Pass(Running& running, const Rows& rows) {
  probe_.Reset();
  const duckdb::SelectionVector selection = Selection(rows);
  for (size_t i = 0; i < plan_.input_types.size(); ++i) {
    probe_.data[i].Slice(buffer_->data[i], selection, rows.size());
  }
  for (size_t call = 0; call < running.step->calls.size(); ++call) {
    std::vector<MemoEntry*> entries;
    for (const duckdb::sel_t row : rows) entries.push_back(running.entries[call][row]);
    const int64_t with_input =
        WriteAnswers(*running.step->calls[call].call, entries, query_.monitor(),
                     probe_.data[running.step->first_column + call]);
    query_.CountRows(plan_.operator_id, with_input);
  }
  probe_.SetCardinality(rows.size());
  duckdb::SelectionVector passing(rows.size());
  const size_t count = running.predicate->SelectExpression(probe_, passing);
  Rows passed;
  for (size_t i = 0; i < count; ++i) passed.push_back(rows[passing.get_index(i)]);
  running.measured.rows += static_cast<int64_t>(rows.size());
  running.measured.passed += static_cast<int64_t>(count);
  return passed;
}

void SemanticFilterChain::Write(const Rows& rows, DataChunk& out) {
  out.Slice(*buffer_, Selection(rows), rows.size());
  for (const Running& running : running_) {
    for (size_t call = 0; call < running.step->calls.size(); ++call) {
      std::vector<MemoEntry*> entries;
      for (const duckdb::sel_t row : rows) entries.push_back(running.entries[call][row]);
      WriteAnswers(*running.step->calls[call].call, entries, uncounted_,
                   out.data[running.step->first_column + call]);
    }
  }
  out.SetCardinality(rows.size());
}

void SemanticFilterChain::Reorder() {
  if (keeps_order_) return;
  // One row more that passed and one that did not: a few rows do not decide for ever. A step that
  // has not run yet stays where it is.
  const auto price = [](const Running& running) {
    const Measured& measured = running.measured;
    const auto rows = static_cast<double>(measured.rows);
    const double dropped = (rows - static_cast<double>(measured.passed) + 1) / (rows + 2);
    return static_cast<double>(measured.tokens) / rows / dropped;
  };
  const auto is_known = [](const Running& running) { return running.measured.rows > 0; };
  const auto unknown = std::ranges::find_if_not(running_, is_known);
  std::stable_sort(running_.begin(), unknown,
                   [&](const Running& a, const Running& b) { return price(a) < price(b); });
}

}  // namespace fathom
