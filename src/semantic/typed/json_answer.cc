#include "semantic/typed/json_answer.h"

#include "semantic/typed/field_confidence.h"

namespace fathom {

Result<JsonNode> ReadJsonAnswer(const Generation& generation) {
  FATHOM_ASSIGN_OR_RETURN(JsonNode root, ParseJsonTree(generation.text));
  AddLogProbs(generation.decided, &root);
  return root;
}

Answer ToJsonAnswer(const JsonNode& root) {
  JsonText json{WriteJsonTree(root), {}};
  for (const JsonNode* leaf : Leaves(root)) json.log_probs.push_back(leaf->log_prob);
  return Answer{std::move(json), AnswerConfidence(root)};
}

Result<JsonNode> TreeOf(const JsonText& json) {
  Result<JsonNode> root = ParseJsonTree(json.text);
  if (!root.ok()) return Error{ErrorCode::kCorrupt, root.error().message};
  const std::vector<JsonNode*> leaves = Leaves(*root);
  if (leaves.size() != json.log_probs.size()) {
    return Error{ErrorCode::kCorrupt, "an answer in JSON has other parts than its figures"};
  }
  for (size_t i = 0; i < leaves.size(); ++i) leaves[i]->log_prob = json.log_probs[i];
  return root;
}

}  // namespace fathom
