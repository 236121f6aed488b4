// libFuzzer target: any bytes as a model file. Opening, hyperparameters, tokenizer, chat template
// and every tensor's last bytes may fail, but only with an Error.
//
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Isrc fuzz/gguf_fuzz.cc \
//     src/base/{half,result}.cc src/io/file.cc src/model/{chat_template,model_config}.cc \
//     src/model/{architecture,config_reader,layer_positions,model_tensors}.cc \
//     src/model/{gguf,gguf_cursor,gguf_metadata,quant,quant_codes,quoted,unicode}.cc \
//     src/model/tokenizer{,_bpe,_literals,_piece_vocabulary,_pieces,_special,_split}.cc \
//     src/model/tokenizer_vocabulary.cc -lutf8proc -o gguf_fuzz
//   ./gguf_fuzz -max_len=65536 CORPUS   (any small GGUF files are good seeds)
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "model/chat_template.h"
#include "model/gguf.h"
#include "model/model_config.h"
#include "model/tokenizer.h"

namespace {

void ReadTensors(const fathom::GgufFile& file) {
  for (const fathom::GgufTensor& tensor : file.tensors()) {
    std::vector<uint8_t> bytes(std::min<uint64_t>(tensor.bytes, 4096));
    if (!file.ReadTensor(tensor, tensor.bytes - bytes.size(), bytes).ok()) std::abort();
  }
}

void OpenAll(const std::string& path) {
  const fathom::Result<fathom::GgufFile> file = fathom::GgufFile::Open(path);
  if (!file.ok()) return;
  ReadTensors(*file);
  const fathom::Result<fathom::ModelConfig> config = fathom::ReadModelConfig(*file);
  const fathom::Result<std::unique_ptr<fathom::Tokenizer>> tokenizer =
      fathom::Tokenizer::Load(*file);
  if (!tokenizer.ok()) return;
  const fathom::Result<fathom::ChatTokens> chat = fathom::LoadChatTemplate(*file, **tokenizer);
  for (const fathom::TokenId id : (*tokenizer)->Encode("It's the year 2024!\n\n \xFF")) {
    if (id < 0 || id >= (*tokenizer)->vocabulary_size()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const int descriptor = memfd_create("gguf_fuzz", 0);  // a file that needs no disk
  if (ftruncate(descriptor, static_cast<off_t>(size)) != 0) std::abort();
  if (pwrite(descriptor, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
  OpenAll("/proc/self/fd/" + std::to_string(descriptor));
  return 0;
}
