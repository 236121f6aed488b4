#include "model/config_reader.h"

#include <cmath>

namespace fathom {

Result<int64_t> ConfigReader::Integer(std::string_view key, int64_t min, int64_t max) const {
  FATHOM_ASSIGN_OR_RETURN(const uint32_t value, file_.GetU32(Key(key)));
  if (value < min || value > max) {
    return file_.Corrupt("metadata key " + Key(key) + " is " + std::to_string(value) +
                         ", allowed are " + std::to_string(min) + " to " + std::to_string(max));
  }
  return int64_t{value};
}

Result<int64_t> ConfigReader::IntegerOr(std::string_view key, int64_t fallback, int64_t min,
                                        int64_t max) const {
  if (Find(key) == nullptr) return fallback;
  return Integer(key, min, max);
}

Result<float> ConfigReader::PositiveOr(std::string_view key, float fallback) const {
  if (Find(key) == nullptr) return fallback;
  FATHOM_ASSIGN_OR_RETURN(const float value, file_.GetF32(Key(key)));
  if (!(std::isfinite(value) && value > 0)) {
    return file_.Corrupt(Key(key) + " is not a positive number");
  }
  return value;
}

}  // namespace fathom
