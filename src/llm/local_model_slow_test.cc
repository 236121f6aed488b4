// The bits of the default model; minutes on two cores.
#include <gtest/gtest.h>

#include "llm/bit_identity.h"
#include "llm/model_catalog.h"

namespace fathom {
namespace {

TEST(BitIdentity, DefaultModel) { CheckBitIdentity(FindKnownModel(kDefaultModel)->file, 200); }

}  // namespace
}  // namespace fathom
