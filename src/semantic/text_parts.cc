#include "semantic/text_parts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/utf8_scan.h"

namespace fathom {
namespace {

constexpr std::string_view kMark = "- ";
constexpr int64_t kMarkTokens = 3;  // of the mark and the line's end

struct Piece {
  std::string_view text;
  int64_t tokens;
};

// Up to `bytes` of `text`: to the last blank, if there is one in their second half.
size_t CutBetweenWords(std::string_view text, size_t bytes) {
  const size_t end = std::max<size_t>(Utf8Floor(text, bytes), 1);
  const size_t blank = text.substr(0, end).find_last_of(" \t\n");
  return blank != std::string_view::npos && blank > end / 2 ? blank + 1 : end;
}

// `text`, if it `may_cut` in pieces of about `tokens` tokens.
Result<std::vector<Piece>> PiecesOf(LanguageModel& model, std::string_view text, int64_t tokens,
                                    bool may_cut) {
  FATHOM_ASSIGN_OR_RETURN(const int64_t all, model.CountTokens(text));
  if (all + kMarkTokens <= tokens || !may_cut) return std::vector<Piece>{{text, all + kMarkTokens}};
  const double share = static_cast<double>(tokens) / static_cast<double>(all + kMarkTokens);
  const auto bytes =
      std::max<size_t>(static_cast<size_t>(static_cast<double>(text.size()) * share * .9), 4);
  std::vector<Piece> pieces;
  while (!text.empty()) {
    const size_t cut = text.size() <= bytes ? text.size() : CutBetweenWords(text, bytes);
    pieces.push_back({text.substr(0, cut), tokens});
    text.remove_prefix(cut);
  }
  return pieces;
}

}  // namespace

Result<std::vector<std::string>> ReadTexts(std::string_view json) {
  const auto list = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  const auto is_text = [](const nlohmann::json& entry) { return entry.is_string(); };
  if (!list.is_array() || !std::ranges::all_of(list, is_text)) {
    return Error{ErrorCode::kInvalidArgument, "a group's texts are no JSON array of strings"};
  }
  return list.get<std::vector<std::string>>();
}

Result<std::vector<std::string>> PartsOf(LanguageModel& model, std::span<const std::string> texts,
                                         int64_t tokens, size_t texts_min) {
  std::vector<std::string> parts;
  int64_t room = 0;
  size_t in_part = texts_min;  // as if one were full
  for (const std::string& text : texts) {
    FATHOM_ASSIGN_OR_RETURN(const std::vector<Piece> pieces,
                            PiecesOf(model, text, tokens, texts_min == 1));
    for (const Piece& piece : pieces) {
      if (piece.tokens > room && in_part >= texts_min) {
        parts.emplace_back();
        room = tokens;
        in_part = 0;
      }
      parts.back() += std::string(kMark) + std::string(piece.text) + "\n";
      room -= piece.tokens;
      ++in_part;
    }
  }
  return parts;
}

}  // namespace fathom
