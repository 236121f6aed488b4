#include "accuracy/forms.h"

#include <algorithm>

namespace fathom::accuracy {
namespace {

bool IsChinese(const FilterQuestion& question) { return question.language == Language::kChinese; }

std::string StatementHead(const FilterQuestion& question) {
  return IsChinese(question)
             ? "阅读文字，判断这一说法是否成立：" + question.statement + "。\n\n文字：\n"
             : "Read the text and decide whether this holds: " + question.statement +
                   ".\n\nText:\n";
}

// Is it so, yes or no? The statement stands before and after the row.
std::vector<ScoredPrompt> YesNo(const FilterQuestion& question) {
  if (IsChinese(question)) {
    const std::string tail = "\n\n问题：“" + question.statement + "”，是这样吗？请回答是或不是。";
    return {ScoredPrompt{PromptParts{"", StatementHead(question), tail, ""},
                         {ScoreLabel{{"是"}}, ScoreLabel{{"不是", "否"}}}}};
  }
  const std::string tail =
      "\n\nQuestion: Is it true that \"" + question.statement + "\"? Answer yes or no.";
  return {ScoredPrompt{PromptParts{"", StatementHead(question), tail, ""},
                       {ScoreLabel{{"Yes", "yes"}}, ScoreLabel{{"No", "no"}}}}};
}

// The assistant repeats the statement and says yes or no; the head does not name it.
std::vector<ScoredPrompt> Verdict(const FilterQuestion& question) {
  FilterQuestion alone = question;
  alone.opposite.clear();  // what the default form asks where there is no opposite
  return DefaultFilterForm().prompts(alone);
}

// Statement and opposite named behind the row, in this order.
ScoredPrompt WhichIsRight(const FilterQuestion& question, const std::string& first,
                          const std::string& second) {
  const std::string tail = IsChinese(question)
                               ? "\n\n哪一句正确：“" + first + "”还是“" + second + "”？"
                               : "\n\nWhich is right: \"" + first + "\" or \"" + second + "\"?";
  return ScoredPrompt{PromptParts{"", StatementHead(question), tail, ""},
                      {ScoreLabel{{question.statement}}, ScoreLabel{{question.opposite}}}};
}

std::vector<ScoredPrompt> StatementFirst(const FilterQuestion& question) {
  return {WhichIsRight(question, question.statement, question.opposite)};
}

std::vector<ScoredPrompt> OppositeFirst(const FilterQuestion& question) {
  return {WhichIsRight(question, question.opposite, question.statement)};
}

std::vector<ScoredPrompt> BothOrders(const FilterQuestion& question) {
  return {WhichIsRight(question, question.statement, question.opposite),
          WhichIsRight(question, question.opposite, question.statement)};
}

std::vector<ScoredPrompt> DescribeAndWhich(const FilterQuestion& question) {
  std::vector<ScoredPrompt> prompts = DefaultFilterForm().prompts(question);
  prompts.push_back(WhichIsRight(question, question.statement, question.opposite));
  return prompts;
}

// The default form with its lead in the user's turn, behind the row.
std::vector<ScoredPrompt> DescribeBehind(const FilterQuestion& question) {
  std::vector<ScoredPrompt> prompts = DefaultFilterForm().prompts(question);
  PromptParts& parts = prompts[0].parts;
  if (!parts.tail.empty()) return prompts;  // not asked to describe: the verdict, or a question
  parts.answer_head.clear();
  parts.tail =
      IsChinese(question) ? "\n\n关于这段文字的一句话：" : "\n\nOne sentence about this text:";
  return prompts;
}

FilterForm WithWeight(FilterForm form, std::string name, double weight) {
  form.name = std::move(name);
  form.neutral_weight = weight;
  return form;
}

const std::vector<FilterForm>& FilterForms() {
  static const std::vector<FilterForm> forms{
      DefaultFilterForm(),
      WithWeight(DefaultFilterForm(), "describe-raw", 0),
      {"describe-behind", true, DescribeBehind, DefaultFilterForm().neutral_weight},
      {"yes-no", false, YesNo},
      {"verdict", false, Verdict},
      {"which-is-right", true, StatementFirst},
      {"which-is-right-swapped", true, OppositeFirst},
      {"which-is-right-both", true, BothOrders},
      {"describe-and-which", true, DescribeAndWhich},
  };
  return forms;
}

// The label list in the other order, before and behind the row.
std::vector<ScoredPrompt> ReversedList(const ClassifyQuestion& question) {
  ClassifyQuestion reversed = question;
  std::reverse(reversed.labels.begin(), reversed.labels.end());
  std::vector<ScoredPrompt> prompts = DefaultClassifyForm().prompts(reversed);
  for (ScoredPrompt& prompt : prompts) std::reverse(prompt.labels.begin(), prompt.labels.end());
  return prompts;
}

const std::vector<ClassifyForm>& ClassifyForms() {
  static const std::vector<ClassifyForm> forms{
      DefaultClassifyForm(),
      {"choice-raw", DefaultClassifyForm().prompts, 0},
      {"reversed-list", ReversedList, DefaultClassifyForm().neutral_weight},
  };
  return forms;
}

template <typename Form>
const Form* Find(const std::vector<Form>& forms, const std::string& name) {
  const auto found =
      std::find_if(forms.begin(), forms.end(), [&](const Form& f) { return f.name == name; });
  return found == forms.end() ? nullptr : &*found;
}

}  // namespace

std::vector<std::string> FormNames() {
  std::vector<std::string> names;
  for (const FilterForm& form : FilterForms()) names.push_back(form.name);
  for (const ClassifyForm& form : ClassifyForms()) names.push_back(form.name);
  return names;
}

const FilterForm* FindFilterForm(const std::string& name) { return Find(FilterForms(), name); }
const ClassifyForm* FindClassifyForm(const std::string& name) {
  return Find(ClassifyForms(), name);
}

}  // namespace fathom::accuracy
