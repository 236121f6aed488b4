// Texts that say nothing: how a model answers a question about them is its leaning, not its
// judgement.
#pragma once

#include <span>
#include <string>

#include "semantic/text.h"

namespace fathom {

std::span<const std::string> NeutralTexts(Language language);

}  // namespace fathom
