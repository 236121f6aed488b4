#include "semantic/typed/json_tree.h"

#include <nlohmann/json.hpp>

namespace fathom {
namespace {

constexpr int kDeepest = 100;

Error NotJson(size_t at) {
  return {ErrorCode::kBadOutput, "the answer is not JSON at byte " + std::to_string(at)};
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<JsonNode> ReadAll() {
    JsonNode root;
    FATHOM_RETURN_IF_ERROR(Read(&root, 0));
    SkipBlanks();
    if (at_ != text_.size()) return NotJson(at_);
    return root;
  }

 private:
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void SkipBlanks() {
    while (Peek() == ' ' || Peek() == '\n' || Peek() == '\r' || Peek() == '\t') ++at_;
  }

  bool Take(char c) {
    SkipBlanks();
    if (Peek() != c) return false;
    ++at_;
    return true;
  }

  // The value at `at_`; node->key is already there.
  Status Read(JsonNode* node, int depth) {
    if (depth > kDeepest) return NotJson(at_);
    node->key_end = at_;
    SkipBlanks();
    node->begin = at_;
    Status status;
    switch (Peek()) {
      case '{': status = ReadParts(node, JsonNode::Kind::kObject, '}', depth); break;
      case '[': status = ReadParts(node, JsonNode::Kind::kArray, ']', depth); break;
      case '"':
        node->kind = JsonNode::Kind::kString;
        status = ReadString(&node->text);
        break;
      default: status = ReadBare(node);
    }
    node->end = at_;
    return status;
  }

  Status ReadParts(JsonNode* node, JsonNode::Kind kind, char close, int depth) {
    node->kind = kind;
    ++at_;
    if (Take(close)) return {};
    do {
      JsonNode part;
      if (kind == JsonNode::Kind::kObject) {
        SkipBlanks();
        FATHOM_RETURN_IF_ERROR(ReadString(&part.key));
        if (!Take(':')) return NotJson(at_);
      }
      FATHOM_RETURN_IF_ERROR(Read(&part, depth + 1));
      node->children.push_back(std::move(part));
    } while (Take(','));
    return Take(close) ? Status() : NotJson(at_);
  }

  Status ReadString(std::string* text) {
    const size_t begin = at_;
    if (Peek() != '"') return NotJson(at_);
    for (++at_; Peek() != '"'; ++at_) {
      if (Peek() == '\\') ++at_;
      if (at_ >= text_.size()) return NotJson(at_);
    }
    ++at_;
    const nlohmann::json string = nlohmann::json::parse(text_.substr(begin, at_ - begin), nullptr,
                                                        /*allow_exceptions=*/false);
    if (!string.is_string()) return NotJson(begin);
    *text = string.get<std::string>();
    return {};
  }

  Status ReadBare(JsonNode* node) {
    const size_t begin = at_;
    while (at_ < text_.size() && std::string_view(" \n\r\t,]}").find(Peek()) == text_.npos) ++at_;
    node->text = text_.substr(begin, at_ - begin);
    const nlohmann::json value =
        nlohmann::json::parse(node->text, nullptr, /*allow_exceptions=*/false);
    if (value.is_null()) {
      node->kind = JsonNode::Kind::kNull;
    } else if (value.is_boolean()) {
      node->kind = JsonNode::Kind::kBoolean;
    } else if (value.is_number()) {
      node->kind = JsonNode::Kind::kNumber;
    } else {
      return NotJson(begin);
    }
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
};

std::string Quoted(const std::string& text) { return nlohmann::json(text).dump(); }

template <typename Node>
void AddLeaves(Node& node, std::vector<Node*>* leaves) {
  if (node.is_leaf()) leaves->push_back(&node);
  for (auto& child : node.children) AddLeaves(child, leaves);
}

}  // namespace

Result<JsonNode> ParseJsonTree(std::string_view text) { return Reader(text).ReadAll(); }

std::string WriteJsonTree(const JsonNode& node) {
  if (node.kind == JsonNode::Kind::kString) return Quoted(node.text);
  if (node.kind != JsonNode::Kind::kObject && node.kind != JsonNode::Kind::kArray) {
    return node.text;
  }
  const bool object = node.kind == JsonNode::Kind::kObject;
  std::string json(1, object ? '{' : '[');
  for (const JsonNode& child : node.children) {
    if (json.size() > 1) json += ", ";
    if (object) json += Quoted(child.key) + ": ";
    json += WriteJsonTree(child);
  }
  return json + (object ? '}' : ']');
}

std::vector<JsonNode*> Leaves(JsonNode& root) {
  std::vector<JsonNode*> leaves;
  AddLeaves(root, &leaves);
  return leaves;
}

std::vector<const JsonNode*> Leaves(const JsonNode& root) {
  std::vector<const JsonNode*> leaves;
  AddLeaves(root, &leaves);
  return leaves;
}

}  // namespace fathom
