#include "llm/local_model.h"

#include <sys/stat.h>
#include <xxhash.h>

#include <algorithm>

#include "kernels/kernel_table.h"
#include "llm/job_checks.h"
#include "llm/job_prompt.h"
#include "llm/weights_hash.h"
#include "model/chat_template.h"
#include "model/gguf.h"
#include "model/tokenizer.h"
#include "model/transformer.h"
#include "runtime/constraint_store.h"
#include "runtime/decode_rows.h"
#include "runtime/prefix_store.h"
#include "runtime/score_rows.h"

namespace fathom {
namespace {

// Part of every fingerprint. Raise it when a change of this program changes the bits of answers:
// arithmetic, tokenizer, chat template, the cutting of prompts and rows.
constexpr int kNumericsVersion = 3;

class LocalModel final : public LanguageModel {
 public:
  LocalModel(ModelInfo info, std::unique_ptr<ThreadPool> pool, std::unique_ptr<Tokenizer> tokenizer,
             ChatTokens chat, std::unique_ptr<Transformer> transformer,
             const LocalModelOptions& options)
      : info_(std::move(info)),
        pool_(std::move(pool)),
        tokenizer_(std::move(tokenizer)),
        chat_(std::move(chat)),
        engine_(std::move(transformer), options.kv_bytes),
        prefixes_(&engine_, options.prefix_bytes),
        constraints_(*tokenizer_),
        limits_(options.limits) {}

  const ModelInfo& Info() const override { return info_; }
  Status Score(const PromptParts& prompt, std::span<const std::string> rows,
               std::span<const ScoreLabel> labels, OnLong on_long, const RunContext& context,
               const ScoreSink& sink) override;
  Status Generate(const PromptParts& prompt, std::span<const std::string> rows,
                  const GenerateOptions& options, OnLong on_long, const RunContext& context,
                  const GenerateSink& sink) override;
  Result<int64_t> CountTokens(std::string_view text) override {
    return static_cast<int64_t>(tokenizer_->Encode(text).size());
  }
  Result<PromptTokens> CountPrompt(const PromptParts& parts, std::span<const std::string> rows,
                                   std::span<const ScoreLabel> labels) override;

 private:
  // Room for a row's text behind `prompt`, or kTooLong when not even an empty row fits.
  Result<int64_t> Room(const JobPrompt& prompt, int64_t answer_tokens) const;
  Result<std::shared_ptr<const Sequence>> Prefix(const JobPrompt& prompt,
                                                 const RunContext& context);
  TokenId EndOfTurn() const;
  // Of a decoded answer. `pattern`: one with a pattern.
  std::vector<TokenId> AnswerHead(const PromptParts& parts, bool pattern) const;

  // How labels are scored: what the answer begins with, and the decisions behind it.
  struct LabelPlan {
    std::vector<TokenId> head;
    LabelTrie trie;
  };
  Result<LabelPlan> PlanLabels(const PromptParts& parts, std::span<const ScoreLabel> labels) const;

  ModelInfo info_;
  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<Tokenizer> tokenizer_;
  ChatTokens chat_;
  Engine engine_;
  PrefixStore prefixes_;
  ConstraintStore constraints_;
  BatchLimits limits_;
};

// Hands out the rows of a job as tokens, one by one; those that do not fit go to `fail` at once.
class JobRows {
 public:
  struct Job {
    const JobPrompt& prompt;
    std::span<const std::string> rows;
    int64_t room;
    int64_t context_tokens;
    OnLong on_long;
    uint64_t seed;  // of the rows' random draws
  };
  using Fail = std::function<void(size_t row, Error error)>;

  JobRows(const Job& job, const RunContext& context, Fail fail)
      : job_(job), context_(context), fail_(std::move(fail)) {}

  std::optional<TokenRow> Next() {
    while (next_ < job_.rows.size()) {
      const size_t row = next_++;
      const std::string& text = job_.rows[row];
      std::vector<TokenId> tokens = job_.prompt.EncodeText(text);
      const auto count = static_cast<int64_t>(tokens.size());
      if (count > job_.room && job_.on_long == OnLong::kFail) {
        if (context_.usage) ++context_.usage->rows_done;
        fail_(row, RowTooLong(count, job_.room, job_.context_tokens));
        continue;
      }
      if (count > job_.room) tokens = job_.prompt.EncodeTruncated(text, job_.room);
      job_.prompt.Close(&tokens);
      const DrawKey draws{XXH3_64bits_withSeed(text.data(), text.size(), job_.seed)};
      return TokenRow{row, std::move(tokens), draws};
    }
    return std::nullopt;
  }

 private:
  const Job job_;
  const RunContext& context_;
  Fail fail_;
  size_t next_ = 0;
};

Status LocalModel::Score(const PromptParts& parts, std::span<const std::string> rows,
                         std::span<const ScoreLabel> labels, OnLong on_long,
                         const RunContext& context, const ScoreSink& sink) {
  FATHOM_ASSIGN_OR_RETURN(LabelPlan plan, PlanLabels(parts, labels));
  if (rows.empty()) return {};
  const JobPrompt prompt(*tokenizer_, chat_, parts, std::move(plan.head));
  FATHOM_ASSIGN_OR_RETURN(const int64_t room, Room(prompt, plan.trie.deepest_tokens()));
  FATHOM_ASSIGN_OR_RETURN(const std::shared_ptr<const Sequence> prefix, Prefix(prompt, context));

  JobRows job_rows({prompt, rows, room, info_.context_tokens, on_long, 0}, context,
                   [&](size_t row, Error error) { sink(row, std::move(error)); });
  return ScoreRows(
      engine_, {prefix.get(), &plan.trie, limits_}, [&] { return job_rows.Next(); }, context, sink);
}

Status LocalModel::Generate(const PromptParts& parts, std::span<const std::string> rows,
                            const GenerateOptions& options, OnLong on_long,
                            const RunContext& context, const GenerateSink& sink) {
  FATHOM_RETURN_IF_ERROR(CheckGenerateOptions(options));
  if (rows.empty()) return {};
  const bool has_pattern = options.pattern != nullptr;
  const JobPrompt prompt(*tokenizer_, chat_, parts, AnswerHead(parts, has_pattern));
  FATHOM_ASSIGN_OR_RETURN(const int64_t room, Room(prompt, options.max_tokens));
  FATHOM_ASSIGN_OR_RETURN(const std::shared_ptr<const Sequence> prefix, Prefix(prompt, context));

  const std::shared_ptr<Constraint> constraint =
      has_pattern ? constraints_.Get(*options.pattern) : nullptr;
  const DecodeRequest request{.prefix = prefix.get(),
                              .tokenizer = tokenizer_.get(),
                              .max_tokens = options.max_tokens,
                              .temperature = options.temperature,
                              .stop = options.stop,
                              .scripts = options.scripts,
                              .constraint = constraint.get(),
                              .limits = limits_,
                              .pool = pool_.get()};
  JobRows job_rows({prompt, rows, room, info_.context_tokens, on_long, options.seed}, context,
                   [&](size_t row, Error error) { sink(row, std::move(error)); });
  return DecodeRows(
      engine_, request, [&] { return job_rows.Next(); }, context,
      [&](size_t row, Result<DecodedRow> decoded) {
        if (!decoded.ok()) return sink(row, decoded.error());
        const auto finish = decoded->stopped ? FinishReason::kStop : FinishReason::kLength;
        sink(row, Generation{std::move(decoded->text), finish, decoded->tokens,
                             std::move(decoded->decided)});
      });
}

Result<PromptTokens> LocalModel::CountPrompt(const PromptParts& parts,
                                             std::span<const std::string> rows,
                                             std::span<const ScoreLabel> labels) {
  std::vector<TokenId> head = AnswerHead(parts, /*pattern=*/false);
  int64_t label_tokens = 0;  // of every row, behind its own
  if (!labels.empty()) {
    FATHOM_ASSIGN_OR_RETURN(LabelPlan plan, PlanLabels(parts, labels));
    head = std::move(plan.head);
    label_tokens = plan.trie.fed_tokens();
  }
  const JobPrompt prompt(*tokenizer_, chat_, parts, std::move(head));
  const auto prefix = static_cast<int64_t>(prompt.prefix().size());
  PromptTokens count{.prefix = prefixes_.Has(prompt.prefix()) ? 0 : prefix, .rows = {}};
  const int64_t closing = prompt.fixed_tokens() - prefix + label_tokens;
  for (const std::string& row : rows) {
    count.rows.push_back(static_cast<int64_t>(prompt.EncodeText(row).size()) + closing);
  }
  return count;
}

// Without a head the model itself begins its first word, with or without a blank; where a pattern
// says how it begins, the blank comes before that.
std::vector<TokenId> LocalModel::AnswerHead(const PromptParts& parts, bool pattern) const {
  if (parts.answer_head.empty() && !pattern) return {};
  return tokenizer_->Encode(chat_.after_user.lead + parts.answer_head);
}

Result<LocalModel::LabelPlan> LocalModel::PlanLabels(const PromptParts& parts,
                                                     std::span<const ScoreLabel> labels) const {
  FATHOM_RETURN_IF_ERROR(CheckLabels(labels));
  AnswerTokens answer =
      EncodeLabels(*tokenizer_, chat_.after_user.lead + parts.answer_head, labels);
  FATHOM_ASSIGN_OR_RETURN(LabelTrie trie, LabelTrie::Build(std::move(answer.labels), EndOfTurn()));
  return LabelPlan{std::move(answer.head), std::move(trie)};
}

Result<int64_t> LocalModel::Room(const JobPrompt& prompt, int64_t answer_tokens) const {
  const int64_t room = info_.context_tokens - prompt.fixed_tokens() - answer_tokens;
  const auto empty_row = static_cast<int64_t>(prompt.EncodeText("").size());
  if (empty_row >= room) {
    return PromptTooLong(prompt.fixed_tokens() + empty_row, answer_tokens, info_.context_tokens);
  }
  return room;
}

Result<std::shared_ptr<const Sequence>> LocalModel::Prefix(const JobPrompt& prompt,
                                                           const RunContext& context) {
  if (prompt.prefix().empty()) return std::shared_ptr<const Sequence>();
  return prefixes_.Get(prompt.prefix(), context);
}

// The token that closes an answer, as the chat template closes turns.
TokenId LocalModel::EndOfTurn() const {
  const std::vector<TokenId>& ends = tokenizer_->end_of_generation();
  const auto closes = std::ranges::find_first_of(chat_.after_user.tokens, ends);
  return closes != chat_.after_user.tokens.end() ? *closes : ends.front();
}

// What makes answers out of weights.
std::string Method(Arithmetic arithmetic) {
  const char* products = arithmetic == Arithmetic::kInt8 ? "int8" : "fp32";
  return "/" + RuntimeDescription() + "/" + products + "/" + std::to_string(kNumericsVersion);
}

}  // namespace

Result<std::unique_ptr<LanguageModel>> LoadLocalModel(const std::string& path,
                                                      const LocalModelOptions& options) {
  const int threads = options.threads > 0 ? options.threads : AvailableThreads();
  auto pool = std::make_unique<ThreadPool>(threads);
  FATHOM_ASSIGN_OR_RETURN(const GgufFile file, GgufFile::Open(path));
  FATHOM_ASSIGN_OR_RETURN(std::unique_ptr<Tokenizer> tokenizer, Tokenizer::Load(file));
  FATHOM_ASSIGN_OR_RETURN(ChatTokens chat, LoadChatTemplate(file, *tokenizer));
  FATHOM_ASSIGN_OR_RETURN(std::unique_ptr<Transformer> transformer,
                          Transformer::Load(file, options.arithmetic, pool.get()));
  const ModelConfig& config = transformer->config();
  if (tokenizer->vocabulary_size() != config.vocabulary) {
    return {ErrorCode::kCorrupt,
            path + ": the tokenizer has " + WithThousands(tokenizer->vocabulary_size()) +
                " tokens, the weights have " + WithThousands(config.vocabulary)};
  }
  if (tokenizer->end_of_generation().empty()) {
    return {ErrorCode::kCorrupt, path + ": no token ends an answer (tokenizer.ggml.eos_token_id)"};
  }
  FATHOM_ASSIGN_OR_RETURN(const std::string weights_hash, HashWeights(path, *pool));
  ModelInfo info{.name = options.name,
                 .fingerprint = "gguf:" + weights_hash + Method(options.arithmetic),
                 .context_tokens = config.context_tokens};
  return std::unique_ptr<LanguageModel>(
      std::make_unique<LocalModel>(std::move(info), std::move(pool), std::move(tokenizer),
                                   std::move(chat), std::move(transformer), options));
}

std::string LocalModelMark(const std::string& path, const LocalModelOptions& options) {
  struct stat file = {};
  if (stat(path.c_str(), &file) != 0) return "";
  std::string mark = "file:";
  for (const int64_t field :
       {int64_t{file.st_size}, int64_t{file.st_mtim.tv_sec}, int64_t{file.st_mtim.tv_nsec},
        static_cast<int64_t>(file.st_dev), static_cast<int64_t>(file.st_ino)}) {
    mark += std::to_string(field) + ":";
  }
  return mark + path + Method(options.arithmetic);
}

std::string RuntimeDescription() { return ActiveKernels().name; }

}  // namespace fathom
