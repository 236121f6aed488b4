#include "semantic/filter_form.h"

#include "semantic/opposite.h"

namespace fathom {
namespace {

const std::vector<ScoreLabel>& YesNo(Language language) {
  static const std::vector<ScoreLabel> english{ScoreLabel{{"Yes", "yes"}},
                                               ScoreLabel{{"No", "no"}}};
  static const std::vector<ScoreLabel> chinese{ScoreLabel{{"是"}}, ScoreLabel{{"不是", "否"}}};
  return language == Language::kChinese ? chinese : english;
}

// The user's examples, answered by one of two words or sentences.
std::string ExampleText(const FilterQuestion& question, const std::string& yes,
                        const std::string& no) {
  const bool chinese = question.language == Language::kChinese;
  std::string text;
  for (const Example& example : question.examples) {
    text += (chinese ? "文字：\n" : "Text:\n") + example.input;
    text += (chinese ? "\n回答：" : "\nAnswer: ");
    text += (example.output.front() == "true" ? yes : no) + "\n\n";
  }
  return text;
}

std::string Head(const FilterQuestion& question, const std::string& instruction,
                 const std::string& yes, const std::string& no) {
  const std::string task = question.task.empty() ? "" : question.task + "\n";
  return task + instruction + "\n\n" + ExampleText(question, yes, no) +
         (question.language == Language::kChinese ? "文字：\n" : "Text:\n");
}

// A row that is a statement or a question itself: "Ottawa is in Canada.".
ScoredPrompt BarePrompt(const FilterQuestion& question) {
  const bool chinese = question.language == Language::kChinese;
  PromptParts parts;
  parts.head = Head(question, chinese ? "下面的文字说得对吗？" : "Is what the text says true?",
                    chinese ? "是" : "Yes", chinese ? "不是" : "No");
  parts.tail = chinese ? "\n\n请回答是或不是。" : "\n\nAnswer yes or no.";
  return ScoredPrompt{parts, YesNo(question.language)};
}

// "Does the review mention food?"
ScoredPrompt QuestionPrompt(const FilterQuestion& question) {
  const bool chinese = question.language == Language::kChinese;
  PromptParts parts;
  parts.head = Head(question,
                    chinese ? "阅读文字并回答：" + question.statement
                            : "Read the text and answer: " + question.statement,
                    chinese ? "是" : "Yes", chinese ? "不是" : "No");
  parts.tail = chinese ? "\n\n" + question.statement + "请回答是或不是。"
                       : "\n\n" + question.statement + " Answer yes or no.";
  return ScoredPrompt{parts, YesNo(question.language)};
}

// The model repeats the statement and says whether it is so.
ScoredPrompt VerdictPrompt(const FilterQuestion& question) {
  const bool chinese = question.language == Language::kChinese;
  const std::string& statement = question.statement;
  PromptParts parts;
  parts.head = Head(question, chinese ? "描述文字。" : "Describe the text.", chinese ? "是" : "Yes",
                    chinese ? "不是" : "No");
  parts.tail =
      chinese ? "\n\n" + statement + "，是这样吗？" : "\n\nIs this true: " + statement + "?";
  parts.answer_head = chinese ? "“" + statement + "”：" : "\"" + statement + "\":";
  if (chinese) return ScoredPrompt{parts, YesNo(question.language)};
  return ScoredPrompt{parts, {ScoreLabel{{" yes", " Yes"}}, ScoreLabel{{" no", " No"}}}};
}

// The model writes one sentence about the text; the statement and its opposite are what it may
// write. Nothing in the prompt says what is asked, so nothing leads it.
ScoredPrompt DescribePrompt(const FilterQuestion& question) {
  const bool chinese = question.language == Language::kChinese;
  PromptParts parts;
  parts.head = Head(question, chinese ? "用一句话描述文字。" : "Describe the text in one sentence.",
                    question.statement, question.opposite);
  parts.answer_head = chinese ? "关于这段文字的一句话：“" : "One sentence about this text: \"";
  return ScoredPrompt{parts, {ScoreLabel{{question.statement}}, ScoreLabel{{question.opposite}}}};
}

bool IsQuestion(const std::string& statement) {
  return statement.ends_with("?") || statement.ends_with("？");
}

std::vector<ScoredPrompt> DescribePrompts(const FilterQuestion& question) {
  if (question.statement.empty()) return {BarePrompt(question)};
  if (IsQuestion(question.statement)) return {QuestionPrompt(question)};
  if (PartWhereTheyDiffer(question.statement, question.opposite, question.language)) {
    return {DescribePrompt(question)};
  }
  return {VerdictPrompt(question)};
}

}  // namespace

const FilterForm& DefaultFilterForm() {
  static const FilterForm form{"describe", true, DescribePrompts, 0.25};
  return form;
}

}  // namespace fathom
