// Goal: seeds are what their names say, so that fuzzing starts behind every check and in front of
// it.
#include "fuzz/seeds.h"

#include <gmock/gmock.h>

#include "fuzz/memory_file.h"
#include "model/chat_template.h"
#include "model/gguf.h"
#include "model/tokenizer.h"
#include "model/transformer.h"

namespace fathom {
namespace {

// Everything that is read of a model file.
Status Load(const std::string& bytes) {
  MemoryFile memory;
  memory.Write(bytes);
  FATHOM_ASSIGN_OR_RETURN(const GgufFile file, GgufFile::Open(memory.path()));
  FATHOM_ASSIGN_OR_RETURN(const auto tokenizer, Tokenizer::Load(file));
  FATHOM_RETURN_IF_ERROR(LoadChatTemplate(file, *tokenizer));
  ThreadPool pool(1);
  FATHOM_RETURN_IF_ERROR(Transformer::Load(file, Arithmetic::kInt8, &pool));
  return {};
}

TEST(FuzzSeeds, ValidModelsLoadAndOthersDoNot) {
  for (const Seed& seed : GgufSeeds()) {
    const Status status = Load(seed.bytes);
    if (seed.name.starts_with("valid-")) {
      EXPECT_TRUE(status.ok()) << seed.name << ": " << status.error().message;
    } else {
      EXPECT_FALSE(status.ok()) << seed.name;
    }
  }
}

TEST(FuzzSeeds, AreSmall) {
  for (const auto& seeds : {GgufSeeds(), ChatSeeds(), QuantSeeds(), TokenizerSeeds()}) {
    for (const Seed& seed : seeds) EXPECT_LT(seed.bytes.size(), 30000U) << seed.name;
  }
}

}  // namespace
}  // namespace fathom
