// What a model decided in a constrained answer.
#pragma once

#include <cstddef>

namespace fathom {

struct DecidedToken {
  size_t end_byte = 0;  // of the answer's text, behind the token's; of the one that ended it: all
  // Natural log-probability among the tokens that were allowed, at temperature 1.
  double log_prob = 0;

  bool operator==(const DecidedToken&) const = default;
};

}  // namespace fathom
