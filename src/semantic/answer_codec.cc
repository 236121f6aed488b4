#include "semantic/answer_codec.h"

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

namespace fathom {
namespace {

// One letter for the kind, then the fields: numbers as 8 bytes little-endian, texts behind their
// length.
constexpr char kBoolean = 'b';
constexpr char kDouble = 'd';
constexpr char kText = 't';
constexpr char kTextList = 'l';
constexpr char kTextMap = 'm';
constexpr char kJson = 'j';

// What the model said that was no answer: the message follows.
struct KeptError {
  ErrorCode code;
  char letter;
};
constexpr KeptError kKeptErrors[] = {{ErrorCode::kBadOutput, 'e'},
                                     {ErrorCode::kDegenerateOutput, 'g'},
                                     {ErrorCode::kTruncated, 'c'},
                                     {ErrorCode::kWrongLanguage, 'w'}};

char LetterOf(ErrorCode code) {
  for (const KeptError& kept : kKeptErrors) {
    if (kept.code == code) return kept.letter;
  }
  return '\0';
}

std::optional<ErrorCode> CodeOf(char letter) {
  for (const KeptError& kept : kKeptErrors) {
    if (kept.letter == letter) return kept.code;
  }
  return std::nullopt;
}

static_assert(std::endian::native == std::endian::little);

class Encoder {
 public:
  explicit Encoder(char kind) : bytes_(1, kind) {}

  Encoder& Number(uint64_t value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Encoder& Real(double value) { return Number(std::bit_cast<uint64_t>(value)); }
  Encoder& Text(std::string_view text) {
    Number(text.size());
    bytes_ += text;
    return *this;
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads until something is missing; then `ok()` is false and everything reads as nothing.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }

  char Kind() {
    const std::string_view kind = Take(1);
    return kind.empty() ? '\0' : kind[0];
  }
  uint64_t Number() {
    uint64_t value = 0;
    const std::string_view bytes = Take(sizeof value);
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  double Real() { return std::bit_cast<double>(Number()); }
  std::string Text() { return std::string(Take(Number())); }

 private:
  std::string_view Take(uint64_t size) {
    if (size > bytes_.size()) {
      ok_ = false;
      bytes_ = {};
      return {};
    }
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  std::string_view bytes_;
  bool ok_ = true;
};

struct EncodeValue {
  double confidence;

  std::string operator()(bool value) const {
    return Encoder(kBoolean).Real(confidence).Number(value ? 1 : 0).Take();
  }
  std::string operator()(double value) const {
    return Encoder(kDouble).Real(confidence).Real(value).Take();
  }
  std::string operator()(const std::string& value) const {
    return Encoder(kText).Real(confidence).Text(value).Take();
  }
  std::string operator()(const std::vector<std::string>& value) const {
    Encoder encoder(kTextList);
    encoder.Real(confidence).Number(value.size());
    for (const std::string& text : value) encoder.Text(text);
    return encoder.Take();
  }
  std::string operator()(const TextMap& value) const {
    Encoder encoder(kTextMap);
    encoder.Real(confidence).Number(value.size());
    for (const auto& [key, text] : value) encoder.Text(key).Text(text);
    return encoder.Take();
  }
  std::string operator()(const JsonText& value) const {
    Encoder encoder(kJson);
    encoder.Real(confidence).Text(value.text).Number(value.log_probs.size());
    for (const double log_prob : value.log_probs) encoder.Real(log_prob);
    return encoder.Take();
  }
};

std::optional<TaskValue> DecodeValue(char kind, Decoder& decoder) {
  switch (kind) {
    case kBoolean: return TaskValue(decoder.Number() != 0);
    case kDouble: return TaskValue(decoder.Real());
    case kText: return TaskValue(decoder.Text());
    case kTextList: {
      std::vector<std::string> list;
      for (uint64_t left = decoder.Number(); left > 0 && decoder.ok(); --left) {
        list.push_back(decoder.Text());
      }
      return TaskValue(std::move(list));
    }
    case kTextMap: {
      TextMap map;
      for (uint64_t left = decoder.Number(); left > 0 && decoder.ok(); --left) {
        std::string key = decoder.Text();
        map.emplace_back(std::move(key), decoder.Text());
      }
      return TaskValue(std::move(map));
    }
    case kJson: {
      JsonText json{decoder.Text(), {}};
      for (uint64_t left = decoder.Number(); left > 0 && decoder.ok(); --left) {
        json.log_probs.push_back(decoder.Real());
      }
      return TaskValue(std::move(json));
    }
    default: return std::nullopt;
  }
}

struct ValueToJson {
  template <typename T>
  nlohmann::json operator()(const T& value) const {
    return value;
  }
  nlohmann::json operator()(const TextMap& value) const {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& [key, text] : value) object[key] = text;
    return object;
  }
  nlohmann::json operator()(const JsonText& value) const {
    return nlohmann::json::parse(value.text, nullptr, /*allow_exceptions=*/false);
  }
};

}  // namespace

bool IsKept(const Result<Answer>& outcome) {
  return outcome.ok() || LetterOf(outcome.error().code) != '\0';
}

std::string EncodeOutcome(const Result<Answer>& outcome) {
  FATHOM_ASSERT(IsKept(outcome));
  if (!outcome.ok()) {
    return Encoder(LetterOf(outcome.error().code)).Text(outcome.error().message).Take();
  }
  return std::visit(EncodeValue{outcome->confidence}, outcome->value);
}

Result<Result<Answer>> DecodeOutcome(std::string_view bytes) {
  Decoder decoder(bytes);
  Result<Answer> outcome(Error{ErrorCode::kBadOutput, ""});
  const char kind = decoder.Kind();
  if (const std::optional<ErrorCode> code = CodeOf(kind)) {
    outcome = Error{*code, decoder.Text()};
  } else {
    const double confidence = decoder.Real();
    std::optional<TaskValue> value = DecodeValue(kind, decoder);
    if (!value) return Error{ErrorCode::kCorrupt, "the ledger holds an answer of unknown kind"};
    outcome = Answer{std::move(*value), confidence};
  }
  if (decoder.ok() && decoder.at_end()) return outcome;
  return Error{ErrorCode::kCorrupt, "the ledger holds an answer that is cut off or too long"};
}

std::string EncodeInput(std::span<const std::string_view> args) {
  if (args.size() == 1) return std::string(args[0]);
  std::string input;
  for (const std::string_view arg : args) {
    input += std::to_string(arg.size());
    input += ':';
    input += arg;
  }
  return input;
}

std::string EncodeInput(std::span<const std::string> args) {
  return EncodeInput(std::vector<std::string_view>(args.begin(), args.end()));
}

std::vector<std::string> DecodeInput(std::string_view input, size_t args) {
  if (args == 1) return {std::string(input)};
  std::vector<std::string> decoded;
  for (; decoded.size() < args; input.remove_prefix(decoded.back().size())) {
    const size_t colon = input.find(':');
    size_t size = 0;
    const auto end = std::from_chars(input.data(), input.data() + colon, size).ptr;
    FATHOM_ASSERT(colon < input.size() && end == input.data() + colon &&
                  size <= input.size() - colon - 1);
    input.remove_prefix(colon + 1);
    decoded.emplace_back(input.substr(0, size));
  }
  FATHOM_ASSERT(input.empty());
  return decoded;
}

std::string OutcomeToJson(const Result<Answer>& outcome) {
  nlohmann::json json;
  if (outcome.ok()) {
    json["value"] = std::visit(ValueToJson{}, outcome->value);
    json["confidence"] = outcome->confidence;
  } else {
    json["error"] = ErrorCodeName(outcome.error().code);
    json["message"] = outcome.error().message;
  }
  return json.dump();
}

}  // namespace fathom
