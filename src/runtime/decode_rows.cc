#include "runtime/decode_rows.h"

#include <algorithm>
#include <list>

#include "base/utf8_scan.h"
#include "runtime/answer_guard.h"
#include "runtime/answer_text.h"

namespace fathom {
namespace {

// One row from its prompt to the end of its answer.
struct Decoding {
  Decoding(TokenRow row, Sequence sequence, const DecodeRequest& request)
      : run(std::move(row), std::move(sequence)),
        prompt_tokens(run.tokens.size()),
        text(request.stop),
        guard(request.scripts) {
    if (request.constraint != nullptr) {
      constrained.emplace(*request.constraint, *request.tokenizer, request.max_tokens);
    }
  }

  std::span<const TokenId> answer() const { return std::span(run.tokens).subspan(prompt_tokens); }
  bool answering() const { return run.fed >= static_cast<int64_t>(prompt_tokens); }

  RowRun run;  // prompt and answer
  size_t prompt_tokens;
  int64_t decided = -1;  // place of the last token that the model decided
  AnswerText text;       // without a constraint, as the guard
  AnswerGuard guard;
  std::optional<ConstrainedAnswer> constrained;
  std::optional<Result<DecodedRow>> result;  // set when the row has ended
};

std::optional<TokenId> Choose(const DecodeRequest& request, const Decoding& decoding,
                              std::span<const float> logits) {
  if (request.temperature == 0) return GreedyToken(logits);
  const double uniform = UniformDraw(decoding.run.draws, decoding.answer().size());
  return SampleToken(logits, request.temperature, uniform);
}

Result<DecodedRow> Finish(Decoding& decoding, bool stopped) {
  Result<std::string> text =
      stopped ? std::move(decoding.text).Finish() : std::move(decoding.text).FinishAtLimit();
  if (!text.ok()) return text.error();
  FATHOM_RETURN_IF_ERROR(decoding.guard.Finish());
  return DecodedRow{.text = std::move(*text),
                    .stopped = stopped,
                    .tokens = static_cast<int64_t>(decoding.answer().size())};
}

// Takes the next token of the answer and ends the row if it is the last.
void TakeToken(const DecodeRequest& request, Decoding& decoding, std::span<const float> logits) {
  const std::optional<TokenId> token = Choose(request, decoding, logits);
  if (!token) {
    decoding.result = NoNumbers();
    return;
  }
  decoding.run.tokens.push_back(*token);
  const std::vector<TokenId>& ends = request.tokenizer->end_of_generation();
  const std::string_view bytes = request.tokenizer->TokenBytes(*token);
  if (bytes.empty() || std::ranges::find(ends, *token) != ends.end()) {
    decoding.result = Finish(decoding, true);
    return;
  }
  const AnswerText::State state = decoding.text.Append(bytes);
  const bool at_limit = static_cast<int64_t>(decoding.answer().size()) == request.max_tokens;
  if (state != AnswerText::State::kOpen) {
    decoding.result = Finish(decoding, true);
  } else if (const Status sound = decoding.guard.Append(bytes); !sound.ok()) {
    decoding.result = sound.error();
  } else if (at_limit) {
    decoding.result = Finish(decoding, false);
  }
}

// Ends the row if its constrained answer is complete or has failed.
void CheckConstrained(const Status& status, Decoding& decoding) {
  const ConstrainedAnswer& answer = *decoding.constrained;
  if (!status.ok()) {
    decoding.result = status.error();
  } else if (answer.ended()) {
    FATHOM_ASSERT(ScanUtf8(answer.text()).valid_bytes == answer.text().size());
    decoding.result = DecodedRow{.text = answer.text(),
                                 .stopped = true,
                                 .tokens = static_cast<int64_t>(answer.decided().size()),
                                 .forced_tokens = answer.forced_tokens(),
                                 .decided = answer.decided()};
  }
}

void TakeConstrained(const DecodeRequest& request, Decoding& decoding,
                     std::span<const float> logits) {
  ConstrainedAnswer& answer = *decoding.constrained;
  const double uniform = UniformDraw(decoding.run.draws, answer.decided().size());
  CheckConstrained(answer.Take(logits, request.temperature, uniform, &decoding.run.tokens),
                   decoding);
}

class Decoder {
 public:
  Decoder(Engine& engine, const DecodeRequest& request, const RowSource& source,
          const RunContext& context)
      : engine_(engine),
        request_(request),
        queue_(source),
        context_(context),
        kv_share_(engine.kv_budget()) {}

  void Admit();
  bool idle() const { return in_flight_.empty(); }
  Status Advance();
  void TakeTokens(std::span<RowRun* const> runs);
  void Report(const DecodeSink& sink);

 private:
  int64_t Capacity(size_t prompt_tokens) const {
    return static_cast<int64_t>(prompt_tokens) + request_.max_tokens;
  }
  int64_t KvBytes(size_t prompt_tokens) const { return engine_.KvBytes(Capacity(prompt_tokens)); }

  Engine& engine_;
  const DecodeRequest& request_;
  RowQueue queue_;
  const RunContext& context_;
  KvShare kv_share_;
  std::list<Decoding> in_flight_;  // in the order of admission; addresses stay
  std::vector<float> logits_;
};

void Decoder::Admit() {
  while (static_cast<int64_t>(in_flight_.size()) < request_.limits.rows) {
    const TokenRow* next = queue_.Peek();
    if (!next) return;
    if (!kv_share_.TryTake(KvBytes(next->tokens.size()))) return;
    const int64_t capacity = Capacity(next->tokens.size());
    Decoding& decoding = in_flight_.emplace_back(
        queue_.Take(), engine_.NewSequence(request_.prefix, capacity), request_);
    if (!decoding.constrained) continue;
    CheckConstrained(decoding.constrained->Begin(&decoding.run.tokens), decoding);
  }
}

// One batch: a token for every row that is already answering, with what is forced behind it, and as
// much of the waiting prompts as has room beside them.
Status Decoder::Advance() {
  RowBatch batch(request_.limits.batch_tokens);
  int64_t decided = 0;  // tokens in the batch that were decoded before
  for (const bool answering : {true, false}) {
    for (Decoding& decoding : in_flight_) {
      if (decoding.result || decoding.answering() != answering) continue;
      if (!batch.Add(decoding.run)) break;
      decided += decoding.run.fed == decoding.decided;
    }
  }
  if (batch.tokens() == 0) return {};  // all rows in flight ended with what is forced
  FATHOM_RETURN_IF_ERROR(batch.Forward(engine_, {}, context_, &logits_));

  TakeTokens(batch.complete());
  if (context_.usage) {
    context_.usage->row_tokens += batch.tokens() - decided;
    context_.usage->generated_tokens += static_cast<int64_t>(batch.complete().size());
  }
  return {};
}

// A token for each of `runs`, from its logits.
void Decoder::TakeTokens(std::span<RowRun* const> runs) {
  const size_t vocabulary = static_cast<size_t>(engine_.config().vocabulary);
  const auto take = [&](int64_t i) {
    RowRun* const run = runs[i];
    const auto decoding =
        std::ranges::find_if(in_flight_, [&](const Decoding& d) { return &d.run == run; });
    decoding->decided = std::ssize(run->tokens);
    const auto logits = std::span<const float>(logits_).subspan(i * vocabulary, vocabulary);
    (decoding->constrained ? TakeConstrained : TakeToken)(request_, *decoding, logits);
  };
  if (request_.pool != nullptr && runs.size() > 1) {
    request_.pool->ParallelFor(std::ssize(runs), take);
  } else {
    for (int64_t i = 0; i < std::ssize(runs); ++i) take(i);
  }
}

void Decoder::Report(const DecodeSink& sink) {
  for (auto decoding = in_flight_.begin(); decoding != in_flight_.end();) {
    if (!decoding->result) {
      ++decoding;
      continue;
    }
    const size_t row = decoding->run.row;
    Result<DecodedRow> result = *std::move(decoding->result);
    const int64_t kv_bytes = KvBytes(decoding->prompt_tokens);
    decoding = in_flight_.erase(decoding);
    kv_share_.GiveBack(kv_bytes);
    if (context_.usage) ++context_.usage->rows_done;
    sink(row, std::move(result));
  }
}

}  // namespace

Status DecodeRows(Engine& engine, const DecodeRequest& request, const RowSource& source,
                  const RunContext& context, const DecodeSink& sink) {
  FATHOM_ASSERT(request.max_tokens >= 1 && request.temperature >= 0);
  FATHOM_ASSERT(request.constraint == nullptr || (request.stop.empty() && !request.scripts));
  Decoder decoder(engine, request, source, context);
  while (true) {
    FATHOM_RETURN_IF_ERROR(context.Check());
    decoder.Admit();
    if (decoder.idle()) return {};
    FATHOM_RETURN_IF_ERROR(decoder.Advance());
    decoder.Report(sink);
  }
}

}  // namespace fathom
