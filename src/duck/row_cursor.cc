#include "duck/row_cursor.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "duck/answer_vector.h"
#include "semantic/answer_codec.h"

namespace fathom {

void InternRows(const AiCall& call, MemoReader& memo, duckdb::DataChunk& rows, size_t first,
                std::vector<MemoEntry*>* entries) {
  const size_t count = call.arguments;
  std::vector<duckdb::UnifiedVectorFormat> columns(count);
  for (size_t i = 0; i < count; ++i) {
    rows.data[first + i].ToUnifiedFormat(rows.size(), columns[i]);
  }
  std::vector<std::string> encoded;  // keys of several arguments
  std::vector<std::optional<std::string_view>> keys(rows.size());
  if (count > 1) encoded.reserve(rows.size());
  std::vector<std::string_view> parts;
  for (size_t row = 0; row < rows.size(); ++row) {
    parts.clear();
    for (const duckdb::UnifiedVectorFormat& column : columns) {
      const auto index = column.sel->get_index(row);
      if (!column.validity.RowIsValid(index)) break;
      const auto& text = duckdb::UnifiedVectorFormat::GetData<duckdb::string_t>(column)[index];
      parts.emplace_back(text.GetData(), text.GetSize());
    }
    if (parts.size() < count) continue;
    // Of a symmetric call one of the two orders stands for both.
    if (call.symmetric) std::ranges::sort(parts);
    keys[row] = count == 1 ? parts[0] : encoded.emplace_back(EncodeInput(parts));
  }
  memo.Intern(keys, entries);
}

InputReader::InputReader(duckdb::ClientContext& context, const std::vector<MapCall>& calls)
    : calls_(calls), monitor_(QueryState::Of(context).monitor()), executor_(context) {
  duckdb::vector<duckdb::LogicalType> types;
  for (const MapCall& call : calls) {
    memos_.emplace_back(QueryState::Of(context).Memo(*call.call));
    if (!call.needed) continue;
    for (const auto& argument : call.arguments) {
      executor_.AddExpression(*argument);
      types.push_back(duckdb::LogicalType::VARCHAR);
    }
  }
  if (!types.empty()) arguments_.Initialize(duckdb::Allocator::Get(context), types);
}

RowEntries InputReader::Read(duckdb::DataChunk& rows) {
  if (arguments_.ColumnCount() > 0) {
    arguments_.Reset();
    executor_.Execute(rows, arguments_);
  }
  arguments_.SetCardinality(rows.size());
  RowEntries entries(calls_.size());
  size_t column = 0;
  for (size_t i = 0; i < calls_.size(); ++i) {
    if (!calls_[i].needed) {
      entries[i].assign(rows.size(), nullptr);
      continue;
    }
    if (rows.size() > 0) monitor_.CountCall(calls_[i].call.get());
    InternRows(*calls_[i].call, memos_[i], arguments_, column, &entries[i]);
    column += calls_[i].arguments.size();
  }
  return entries;
}

RowCursor::RowCursor(duckdb::ClientContext& context, const std::vector<MapCall>& calls,
                     size_t operator_id)
    : context_(context), query_(QueryState::Of(context)), operator_id_(operator_id) {
  for (const MapCall& call : calls) inputs_.emplace_back().map_call = &call;
}

void RowCursor::Note(RowEntries entries) {
  for (size_t i = 0; i < inputs_.size(); ++i) {
    Inputs& inputs = inputs_[i];
    for (MemoEntry* entry : entries[i]) {
      if (entry == nullptr || entry->ready()) continue;
      if (inputs.known.insert(entry).second) inputs.order.push_back(entry);
    }
    inputs.chunks.push_back(std::move(entries[i]));
  }
}

void RowCursor::SkipLookUp() {
  for (Inputs& inputs : inputs_) inputs.looked_up = inputs.order.size();
}

// Inputs that are new since the last time and that the ledger can answer leave the line. Were there
// any?
bool RowCursor::LookUp(Inputs& inputs) {
  const auto fresh = std::span(inputs.order).subspan(inputs.looked_up);
  if (fresh.empty()) return false;
  query_.LookUp(context_, *inputs.map_call->call, fresh, operator_id_);
  const auto from = inputs.order.begin() + static_cast<ptrdiff_t>(inputs.looked_up);
  inputs.order.erase(std::remove_if(from, inputs.order.end(), [](auto* e) { return e->ready(); }),
                     inputs.order.end());
  const bool found = inputs.order.size() - inputs.looked_up < fresh.size();
  inputs.looked_up = inputs.order.size();
  return found;
}

// Asks about the next batch of inputs; false when it is not full yet and may still grow.
bool RowCursor::Ask(Inputs& inputs, bool to_the_end) {
  if (LookUp(inputs)) return true;  // perhaps the rows in front, and no more are needed
  if (to_the_end && !inputs.announced) {
    inputs.announced = true;
    query_.Announce(context_, *inputs.map_call->call,
                    std::span(inputs.order).subspan(inputs.asked));
  }
  const size_t waiting = inputs.order.size() - inputs.asked;
  if (waiting < inputs.batch && !to_the_end) return false;
  const size_t count = std::min(waiting, inputs.batch);
  FATHOM_ASSERT(count > 0);
  query_.AnswerAll(context_, *inputs.map_call->call,
                   std::span(inputs.order).subspan(inputs.asked, count),
                   {.id = operator_id_,
                    .done = static_cast<int64_t>(inputs.asked),
                    .total = static_cast<int64_t>(inputs.order.size())});
  inputs.asked += count;
  inputs.batch = std::min(2 * inputs.batch, kLargestBatch);
  return true;
}

// How many of the front chunk's next `count` rows have their answer; asks the model while none has.
size_t RowCursor::ReadyRows(Inputs& inputs, size_t count, bool to_the_end) {
  const std::span<MemoEntry*> next = std::span(inputs.chunks.front()).subspan(offset_, count);
  const auto is_open = [](const MemoEntry* entry) { return entry != nullptr && !entry->ready(); };
  auto first_open = std::ranges::find_if(next, is_open);
  while (first_open == next.begin() && !next.empty() && Ask(inputs, to_the_end)) {
    first_open = std::ranges::find_if(next, is_open);
  }
  return static_cast<size_t>(first_open - next.begin());
}

RowCursor::Emitted RowCursor::Emit(duckdb::DataChunk& rows, bool to_the_end,
                                   duckdb::DataChunk& out) {
  size_t count = rows.size() - offset_;
  for (Inputs& inputs : inputs_) count = ReadyRows(inputs, count, to_the_end);
  if (count == 0) return Emitted::kNothing;

  duckdb::SelectionVector selection(count);
  for (size_t i = 0; i < count; ++i) selection.set_index(i, offset_ + i);
  out.Slice(rows, selection, count);
  size_t column = rows.ColumnCount();
  for (Inputs& inputs : inputs_) {
    const int64_t with_input = WriteAnswers(
        *inputs.map_call->call, std::span(inputs.chunks.front()).subspan(offset_, count),
        query_.monitor(), out.data[column++]);
    query_.CountRows(operator_id_, with_input);
  }
  out.SetCardinality(count);
  offset_ += count;
  if (offset_ < rows.size()) return Emitted::kSome;
  offset_ = 0;
  for (Inputs& inputs : inputs_) inputs.chunks.pop_front();
  return Emitted::kRest;
}

}  // namespace fathom
