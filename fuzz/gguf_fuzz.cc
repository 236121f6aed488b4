// libFuzzer target: any bytes as a model file. Opening, hyperparameters, tokenizer, chat template
// and weights may fail, but only with an Error whose message no terminal can be controlled by; and
// what opens can be computed with.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "fuzz/memory_file.h"
#include "model/chat_template.h"
#include "model/gguf.h"
#include "model/model_config.h"
#include "model/tokenizer.h"
#include "model/transformer.h"

namespace fathom {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void RequirePlain(const Error& error) {
  const auto is_printable = [](char c) { return c >= 0x20 && c < 0x7F; };
  Require(!error.message.empty() && std::ranges::all_of(error.message, is_printable));
}

void ReadTensors(const GgufFile& file) {
  for (const GgufTensor& tensor : file.tensors()) {
    std::vector<uint8_t> bytes(std::min<uint64_t>(tensor.bytes, 4096));
    Require(file.ReadTensor(tensor, tensor.bytes - bytes.size(), bytes).ok());
  }
}

void ReadTokenizer(const GgufFile& file) {
  const Result<std::unique_ptr<Tokenizer>> tokenizer = Tokenizer::Load(file);
  if (!tokenizer.ok()) return RequirePlain(tokenizer.error());
  const auto in_range = [&](TokenId id) { return id >= 0 && id < (*tokenizer)->vocabulary_size(); };
  for (const TokenId id : (*tokenizer)->Encode("It's the year 2024!\n\n \xE2\x96\x81\xFF")) {
    Require(in_range(id));
    (*tokenizer)->TokenBytes(id);
  }
  const Result<ChatTokens> chat = LoadChatTemplate(file, **tokenizer);
  if (!chat.ok()) return RequirePlain(chat.error());
  for (const ChatPart* part :
       {&chat->before_system, &chat->after_system, &chat->before_user_only, &chat->after_user}) {
    Require(std::ranges::all_of(part->tokens, in_range));
  }
}

// Three tokens, the last one behind the others' keys and values.
void Compute(const GgufFile& file) {
  static ThreadPool pool(1);
  const Result<std::unique_ptr<Transformer>> model =
      Transformer::Load(file, Arithmetic::kInt8, &pool);
  if (!model.ok()) return RequirePlain(model.error());
  const ModelConfig& config = (*model)->config();
  Sequence sequence = (*model)->NewSequence(nullptr, 3);
  std::vector<float> hidden(config.d_model), logits(config.vocabulary);
  const TokenId last = static_cast<TokenId>(config.vocabulary - 1);
  for (const std::vector<TokenId>& tokens : {std::vector<TokenId>{0, last}, {last / 2}}) {
    const Step step{&sequence, tokens};
    (*model)->Forward({&step, 1}, hidden);
  }
  (*model)->AllLogits(hidden, logits);
}

}  // namespace
}  // namespace fathom

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static fathom::MemoryFile memory;
  memory.Write({reinterpret_cast<const char*>(data), size});
  const fathom::Result<fathom::GgufFile> file = fathom::GgufFile::Open(memory.path());
  if (!file.ok()) {
    fathom::RequirePlain(file.error());
    return 0;
  }
  fathom::ReadTensors(*file);
  fathom::ReadTokenizer(*file);
  fathom::Compute(*file);
  return 0;
}
