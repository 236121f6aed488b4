// What a GGUF's metadata are read as; only for tests.
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "model/gguf_test_util.h"
#include "model/model_config.h"

namespace fathom {

inline Result<ModelConfig> ReadConfig(const GgufBuilder& builder) {
  const TempFile temp(builder.Bytes());
  const Result<GgufFile> file = GgufFile::Open(temp.path());
  EXPECT_TRUE(file.ok()) << file.error().message;
  return ReadModelConfig(*file);
}

// Refused with that code, in a message that holds `words` and the path of the file.
inline void ExpectConfigError(const GgufBuilder& builder, ErrorCode code,
                              const std::string& words) {
  const Result<ModelConfig> config = ReadConfig(builder);
  ASSERT_FALSE(config.ok()) << words;
  EXPECT_EQ(config.error().code, code) << config.error().message;
  EXPECT_THAT(config.error().message,
              ::testing::AllOf(::testing::HasSubstr(words), ::testing::HasSubstr(".gguf: ")));
}

}  // namespace fathom
