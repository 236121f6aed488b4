#include "semantic/typed/field_confidence.h"

#include <algorithm>
#include <cmath>

namespace fathom {
namespace {

struct Region {
  size_t begin;  // tokens that end behind it, and not in the next region
  JsonNode* leaf;
};

void AddRegions(size_t begin, JsonNode* node, std::vector<Region>* regions) {
  if (node->is_leaf()) regions->push_back({begin, node});
  for (JsonNode& child : node->children) {
    AddRegions(&child == node->children.data() ? begin : child.key_end, &child, regions);
  }
}

}  // namespace

void AddLogProbs(std::span<const DecidedToken> decided, JsonNode* root) {
  std::vector<Region> regions;
  AddRegions(0, root, &regions);
  for (const DecidedToken& token : decided) {
    auto region = std::ranges::lower_bound(regions, token.end_byte, {}, &Region::begin);
    if (region != regions.begin()) --region;
    region->leaf->log_prob += token.log_prob;
  }
}

double ConfidenceOf(const JsonNode& node) {
  double log_prob = 0;
  for (const JsonNode* leaf : Leaves(node)) log_prob += leaf->log_prob;
  return std::exp(log_prob);
}

double AnswerConfidence(const JsonNode& root) {
  if (root.kind != JsonNode::Kind::kObject) return ConfidenceOf(root);
  double lowest = 1;
  for (const JsonNode& field : root.children) lowest = std::min(lowest, ConfidenceOf(field));
  return lowest;
}

}  // namespace fathom
