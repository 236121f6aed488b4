#include "semantic/extract_form.h"

namespace fathom {
namespace {

using Kind = AnswerType::Kind;

std::string TypeWord(Kind kind, bool chinese) {
  switch (kind) {
    case Kind::kBoolean: return chinese ? "true 或 false" : "true or false";
    case Kind::kInteger: return chinese ? "整数" : "whole number";
    case Kind::kNumber: return chinese ? "数字" : "number";
    case Kind::kDate: return chinese ? "日期，YYYY-MM-DD" : "date, YYYY-MM-DD";
    case Kind::kTime:
    case Kind::kTimeZoned: return chinese ? "时间" : "time";
    case Kind::kTimestamp:
    case Kind::kTimestampZoned: return chinese ? "日期和时间" : "date and time";
    case Kind::kUuid: return "UUID";
    default: return "";
  }
}

std::string Choices(const AnswerType& type, bool chinese) {
  std::string text;
  for (size_t i = 0; i < type.choices.size(); ++i) {
    if (i > 0) text += chinese ? "、" : (i + 1 < type.choices.size() ? ", " : " or ");
    text += type.choices[i];
  }
  return text;
}

std::string TypeWords(const AnswerType& type, bool chinese);

std::string ListWords(const AnswerType& item, bool chinese) {
  const std::string words = TypeWords(item, chinese);
  if (words.empty()) return chinese ? "列表" : "list";
  return (chinese ? "列表，每项：" : "list of ") + words;
}

// "number", "list of (name, price: number)"; nothing for text.
std::string TypeWords(const AnswerType& type, bool chinese) {
  if (type.kind == Kind::kChoice) return Choices(type, chinese);
  if (type.kind == Kind::kList) return ListWords(type.parts[0], chinese);
  if (type.kind != Kind::kStruct) return TypeWord(type.kind, chinese);
  std::string text = "(";
  for (const AnswerType& part : type.parts) {
    if (text.size() > 1) text += ", ";
    text += part.name;
    const std::string words = TypeWords(part, chinese);
    if (!words.empty()) text += ": " + words;
  }
  return text + ")";
}

std::string FieldLines(const AnswerType& fields, bool chinese) {
  std::string text;
  for (const AnswerType& field : fields.parts) {
    text += "- " + field.name;
    const std::string words = TypeWords(field, chinese);
    if (!words.empty()) text += " (" + words + ")";
    if (!field.description.empty()) text += (chinese ? "：" : ": ") + field.description;
    text += "\n";
  }
  return text;
}

// Behind the text, where small models look: a long list is named once, before it, and not repeated.
std::string AskForJson(const ExtractQuestion& question, bool chinese) {
  constexpr size_t kMostRepeated = 12;
  std::string names;
  if (question.fields.parts.size() > kMostRepeated) {
    names = chinese ? "以上字段" : "the fields";
  } else {
    for (const AnswerType& field : question.fields.parts) {
      names += (names.empty() ? "" : chinese ? "、" : ", ") + field.name;
    }
  }
  if (chinese) {
    return "\n\n把这段文字的" + names + "写成 JSON" +
           (question.verbatim ? "，一字不改地照抄原文。" : "。");
  }
  return "\n\nWrite " + names + " of this text as JSON" +
         (question.verbatim ? ", word for word as they stand in the text." : ".");
}

}  // namespace

std::string WordsOf(const AnswerType& fields) {
  std::string text = fields.name + " " + fields.description;
  for (const std::string& choice : fields.choices) text += " " + choice;
  for (const AnswerType& part : fields.parts) text += " " + WordsOf(part);
  return text;
}

std::string FormatWords(const AnswerType& type) {
  const bool chinese = DetectLanguage(WordsOf(type)) == Language::kChinese;
  if (type.kind == Kind::kStruct) {
    return (chinese ? "用 JSON 回答，字段如下：\n" : "Answer in JSON with these fields:\n") +
           FieldLines(type, chinese) + "\n";
  }
  const std::string words = TypeWords(type, chinese);
  if (words.empty()) return "";
  return (chinese ? "只回答：" : "Answer with this only: ") + words + "\n\n";
}

PromptParts ExtractPrompt(const ExtractQuestion& question) {
  const bool chinese = question.language == Language::kChinese;
  const std::string before_text = chinese ? "文字：\n" : "Text:\n";
  const std::string before_json = AskForJson(question, chinese);
  std::string head = question.task.empty() ? "" : question.task + "\n";
  head += chinese
              ? "从文字中提取下列字段。文字没有提到的字段写 null。\n"
              : "Extract these fields from the text. A field that it does not mention is null.\n";
  head += FieldLines(question.fields, chinese) + "\n";
  for (const Example& example : question.examples) {
    head += before_text + example.input + before_json + "\n" + example.output.front() + "\n\n";
  }
  head += before_text + question.frame.before;
  return PromptParts{"", head, question.frame.after + before_json, ""};
}

}  // namespace fathom
