#include "semantic/kept_parts.h"

#include "semantic/answer_codec.h"
#include "semantic/fingerprint.h"

namespace fathom {
namespace {

std::string FingerprintOf(const PromptParts& prompt, const GenerateOptions& options,
                          OnLong on_long) {
  FATHOM_ASSERT(options.stop.empty() && options.pattern == nullptr);
  return FingerprintBuilder("part")
      .Add(prompt)
      .Add(std::to_string(options.max_tokens))
      .Add(std::to_string(options.temperature))
      .Add(std::to_string(options.temperature > 0 ? options.seed : 0))
      .Add(RowPolicy{.on_long = on_long})
      .Build();
}

}  // namespace

Status KeptParts::Generate(const PromptParts& prompt, std::span<const std::string> rows,
                           const GenerateOptions& options, OnLong on_long,
                           const RunContext& context, const GenerateSink& sink) {
  FATHOM_ASSIGN_OR_RETURN(const QuestionId id,
                          ledger_.Question({.model = model_.Info().fingerprint,
                                            .task = FingerprintOf(prompt, options, on_long),
                                            .model_name = model_.Info().name,
                                            .function = function_,
                                            .description = "a part of a group"}));
  const std::vector<std::string_view> inputs(rows.begin(), rows.end());
  FATHOM_ASSIGN_OR_RETURN(const auto payloads, ledger_.Lookup(id, inputs));
  std::vector<std::string> texts;
  std::vector<size_t> indexes;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (!payloads[row]) {
      texts.push_back(rows[row]);
      indexes.push_back(row);
      continue;
    }
    FATHOM_ASSIGN_OR_RETURN(const Result<Answer> kept, DecodeOutcome(*payloads[row]));
    FATHOM_ASSERT(kept.ok());
    sink(row, Generation{.text = std::get<std::string>(kept->value)});
  }
  if (texts.empty()) return {};
  return model_.Generate(
      prompt, texts, options, on_long, context, [&](size_t at, Result<Generation> generation) {
        if (generation.ok() && generation->finish == FinishReason::kStop) {
          ledger_.Append(id, texts[at], EncodeOutcome(Answer{generation->text, 1.0}), run_);
        }
        sink(indexes[at], std::move(generation));
      });
}

}  // namespace fathom
