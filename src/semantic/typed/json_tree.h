// A JSON text as a tree that knows where in the text each value stands.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace fathom {

struct JsonNode {
  enum class Kind { kNull, kBoolean, kNumber, kString, kObject, kArray };

  Kind kind = Kind::kNull;
  std::string key;     // of a member of an object
  std::string text;    // a string's characters; true, false, null and numbers as they are written
  size_t key_end = 0;  // bytes of the JSON: behind the colon; begin where there is no key
  size_t begin = 0, end = 0;  // of the value
  double log_prob = 0;  // natural; of what a model decided to write it. Of a leaf only (Leaves)
  std::vector<JsonNode> children;  // of objects and arrays, in the order written

  bool is_null() const { return kind == Kind::kNull; }
  bool is_leaf() const { return children.empty(); }
};

// Errors: kBadOutput: `text` is not one JSON value, or nests more than 100 deep.
Result<JsonNode> ParseJsonTree(std::string_view text);

// The tree as JSON, written as answers are: `{"a": 1, "b": [2, 3]}`. Places are not looked at.
std::string WriteJsonTree(const JsonNode& node);

// The values without parts (an empty array is one), in the order written.
std::vector<JsonNode*> Leaves(JsonNode& root);
std::vector<const JsonNode*> Leaves(const JsonNode& root);

}  // namespace fathom
