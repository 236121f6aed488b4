// Candidate wordings: those that compete with the ones in src/semantic, which are listed too.
#pragma once

#include <string>
#include <vector>

#include "semantic/classify_form.h"
#include "semantic/filter_form.h"

namespace fathom::accuracy {

std::vector<std::string> FormNames();

// nullptr when no form of that kind has the name.
const FilterForm* FindFilterForm(const std::string& name);
const ClassifyForm* FindClassifyForm(const std::string& name);

}  // namespace fathom::accuracy
