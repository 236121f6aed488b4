// ai_redact with categories that no rule finds: a model lists what the text has of them (as
// ai_extract does, so that nothing is listed that does not stand there), every place where it
// stands is taken out, and what the rules find too.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "semantic/extract_form.h"
#include "semantic/pii/find_pii.h"
#include "semantic/pii/redact.h"
#include "semantic/rows.h"
#include "semantic/text_task.h"
#include "semantic/typed/answer_format.h"
#include "semantic/typed/json_answer.h"
#include "semantic/typed/quotes.h"

namespace fathom {
namespace {

struct ModelCategory {
  PiiCategory category;
  std::string_view field;
  std::string_view description;
};

constexpr ModelCategory kModelCategories[] = {
    {PiiCategory::kName, "names", "names of persons"},
    {PiiCategory::kAddress, "addresses", "street addresses"},
    {PiiCategory::kLocation, "places", "cities, regions and countries"},
    {PiiCategory::kOrganization, "organizations", "companies and other organizations"},
    {PiiCategory::kAge, "ages", "ages of persons"},
    {PiiCategory::kGender, "genders", "words that tell the gender of a person"},
    {PiiCategory::kNationality, "nationalities", "nationalities of persons"},
};

// A list of texts for each category that a model finds.
std::string SchemaOf(PiiCategories categories) {
  std::string fields;
  for (const ModelCategory& known : kModelCategories) {
    if (!categories.Has(known.category)) continue;
    fields += (fields.empty() ? "\"" : ", \"") + std::string(known.field) +
              R"(": {"type": "array", "maxItems": 24, "items": {"type": "string", "minLength": 2, )"
              R"("maxLength": 80}, "description": ")" +
              std::string(known.description) + "\"}";
  }
  return R"({"type": "object", "properties": {)" + fields + "}}";
}

bool IsWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= 'a' && byte <= 'z');
}

// Neither end inside of a word of ASCII letters.
bool IsWhole(std::string_view text, TextSpan span) {
  const bool begins =
      span.begin == 0 || !IsWordByte(text[span.begin]) || !IsWordByte(text[span.begin - 1]);
  const bool ends =
      span.end == text.size() || !IsWordByte(text[span.end - 1]) || !IsWordByte(text[span.end]);
  return begins && ends;
}

// Every place of `words` in the text that no span covers so far.
void AddPlaces(const TextFinder& finder, std::string_view words, PiiCategory category,
               std::vector<PiiSpan>* spans) {
  size_t from = 0;
  while (const std::optional<TextSpan> found = finder.Find(words, from)) {
    from = found->end;
    const bool is_free = std::ranges::none_of(*spans, [&](const PiiSpan& span) {
      return span.begin < found->end && found->begin < span.end;
    });
    if (is_free && IsWhole(finder.text(), *found)) {
      spans->push_back({found->begin, found->end, category, PiiCertainty::kContext});
    }
  }
}

std::vector<PiiSpan> SpansOf(std::string_view text, const JsonNode& listed,
                             PiiCategories categories) {
  std::vector<PiiSpan> spans = FindPii(text, categories);
  const TextFinder finder(text);
  for (const JsonNode& field : listed.children) {
    const auto known = std::ranges::find(kModelCategories, field.key, &ModelCategory::field);
    for (const JsonNode& value : field.children) {
      if (!value.is_null()) AddPlaces(finder, value.text, known->category, &spans);
    }
  }
  std::ranges::sort(spans, {}, &PiiSpan::begin);
  return spans;
}

int64_t Characters(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; });
}

// {"value": "...", "spans": [{"start": 0, "end": 3, "category": "NAME", "text": "Bob"}, ...]}
std::string RedactionJson(std::string_view text, std::span<const PiiSpan> spans) {
  nlohmann::ordered_json json;
  json["value"] = Redact(text, spans);
  json["spans"] = nlohmann::ordered_json::array();
  for (const PiiSpan& span : spans) {
    json["spans"].push_back({{"start", Characters(text.substr(0, span.begin))},
                             {"end", Characters(text.substr(0, span.end))},
                             {"category", PiiCategoryName(span.category)},
                             {"text", text.substr(span.begin, span.end - span.begin)}});
  }
  return json.dump();
}

Result<Answer> WriteAnswer(std::string_view text, std::span<const PiiSpan> spans, bool with_spans,
                           double confidence) {
  if (!with_spans) return Answer{Redact(text, spans), confidence};
  FATHOM_ASSIGN_OR_RETURN(const JsonNode root, ParseJsonTree(RedactionJson(text, spans)));
  Answer answer = ToJsonAnswer(root);
  answer.confidence = confidence;
  return answer;
}

// What the rules are asked to find, for the fingerprint.
std::string NamesOf(PiiCategories categories) {
  std::string names;
  for (size_t i = 0; i < kPiiCategoryCount; ++i) {
    const auto category = static_cast<PiiCategory>(i);
    if (categories.Has(category)) names += " " + std::string(PiiCategoryName(category));
  }
  return names;
}

}  // namespace

Result<std::unique_ptr<Task>> MakeRedactTask(InputTemplate input, PiiCategories categories,
                                             bool with_spans, TaskOptions options) {
  FATHOM_ASSERT(!(categories & PiiCategories::ByModel()).IsEmpty());
  FATHOM_ASSIGN_OR_RETURN(std::string schema, WithNullableFields(SchemaOf(categories)));
  FATHOM_ASSIGN_OR_RETURN(const AnswerFormat format, FormatOfSchema(std::move(schema)));
  PromptParts prompt =
      ExtractPrompt({Language::kEnglish, options.task, format.type, {}, FrameOf(input), true});
  const auto read = [=](const Generation& generation,
                        std::span<const std::string> args) -> Result<Answer> {
    FATHOM_ASSIGN_OR_RETURN(const JsonNode listed, ReadJsonAnswer(generation));
    const std::string text = input.Render(args);
    return WriteAnswer(text, SpansOf(text, listed, categories), with_spans,
                       ToJsonAnswer(listed).confidence);
  };
  TextForm form{.function = "ai_redact",
                .version = (with_spans ? "1 spans" : "1") + NamesOf(categories),
                .input = input,
                .prompt = std::move(prompt),
                .pattern = format.pattern,
                .read = read,
                .value_type = with_spans ? ValueType::kJson : ValueType::kVarchar};
  return MakeTextTask(std::move(form), std::move(options));
}

}  // namespace fathom
