// Natural languages that can be asked for by name.
#pragma once

#include <span>
#include <string_view>

#include "base/script.h"

namespace fathom {

struct NaturalLanguage {
  std::string_view code;  // ISO 639-1
  std::string_view name;  // English
  ScriptSet scripts;      // that it is written in; English and German look alike
};

std::span<const NaturalLanguage> Languages();

// By code, also with a region ("zh-CN"), or by name, in any case; null for one that is not listed.
const NaturalLanguage* FindLanguage(std::string_view language);

}  // namespace fathom
