#include "semantic/classify_form.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "semantic/filter_form.h"

namespace fathom {
namespace {

std::string LabelLines(const std::vector<Label>& labels, bool chinese) {
  std::string text;
  for (const Label& label : labels) {
    text += "- " + label.label;
    if (!label.description.empty()) text += (chinese ? "：" : ": ") + label.description;
    text += "\n";
  }
  return text;
}

// "a, b or c"; a long list is named once, before the row, and not repeated behind it.
std::string LabelChoice(const std::vector<Label>& labels, bool chinese) {
  constexpr size_t kMaxRepeated = 12;
  if (labels.size() > kMaxRepeated) return chinese ? "以上标签" : "the labels above";
  std::string text;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (i > 0) text += chinese ? "、" : (i + 1 < labels.size() ? ", " : " or ");
    text += labels[i].label;
  }
  return text;
}

std::string ExampleText(const ClassifyQuestion& question, bool chinese) {
  std::string text;
  for (const Example& example : question.examples) {
    text += (chinese ? "文字：\n" : "Text:\n") + example.input;
    text += (chinese ? "\n标签：" : "\nLabel: ") + example.output.front() + "\n\n";
  }
  return text;
}

std::vector<ScoredPrompt> ChoicePrompts(const ClassifyQuestion& question) {
  const bool chinese = question.language == Language::kChinese;
  std::string head = question.task.empty() ? "" : question.task + "\n";
  head += chinese ? "请用下列标签之一标注文字：\n" : "Label the text with one of these labels:\n";
  head += LabelLines(question.labels, chinese) + "\n" + ExampleText(question, chinese);
  head += (chinese ? "文字：\n" : "Text:\n") + question.frame.before;
  const std::string choice = LabelChoice(question.labels, chinese);
  const std::string tail =
      chinese ? "\n\n哪个标签最符合这段文字：" + choice + "？只回答标签。"
              : "\n\nWhich label fits the text best: " + choice + "? Answer with the label only.";
  return {ScoredPrompt{PromptParts{"", head, question.frame.after + tail, ""},
                       SpellingsOf(question.labels)}};
}

// The filter that asks whether one label fits.
FilterQuestion FitQuestion(const ClassifyQuestion& question, const Label& label) {
  const bool chinese = question.language == Language::kChinese;
  std::string named = chinese ? "标签“" + label.label + "”" : "the label \"" + label.label + "\"";
  if (!label.description.empty()) {
    named += chinese ? "（" + label.description + "）" : " (" + label.description + ")";
  }
  FilterQuestion fit;
  fit.language = question.language;
  fit.task = question.task;
  fit.statement = named + (chinese ? "适用" : " applies");
  fit.opposite = named + (chinese ? "不适用" : " does not apply");
  for (const Example& example : question.examples) {
    const bool holds = std::find(example.output.begin(), example.output.end(), label.label) !=
                       example.output.end();
    fit.examples.push_back(Example{example.input, {holds ? "true" : "false"}});
  }
  return fit;
}

// `text` with its first ASCII letter in the other case; empty when it does not start with one.
std::string OtherCase(const std::string& text) {
  const unsigned char first = static_cast<unsigned char>(text[0]);
  if (std::isalpha(first) == 0) return "";
  std::string other = text;
  other[0] =
      static_cast<char>(std::islower(first) != 0 ? std::toupper(first) : std::tolower(first));
  return other;
}

}  // namespace

std::vector<std::vector<ScoredPrompt>> MultiPrompts(const ClassifyQuestion& question) {
  std::vector<std::vector<ScoredPrompt>> per_label;
  for (const Label& label : question.labels) {
    per_label.push_back(DefaultFilterForm().prompts(FitQuestion(question, label)));
    for (ScoredPrompt& prompt : per_label.back()) {
      prompt.parts.head += question.frame.before;
      prompt.parts.tail = question.frame.after + prompt.parts.tail;
    }
  }
  return per_label;
}

std::vector<ScoreLabel> SpellingsOf(const std::vector<Label>& labels) {
  std::map<std::string, int> uses;  // how many labels could be spelled so
  for (const Label& label : labels) {
    ++uses[label.label];
    ++uses[OtherCase(label.label)];
  }
  std::vector<ScoreLabel> spellings;
  for (const Label& label : labels) {
    ScoreLabel spelling{{label.label}};
    const std::string other = OtherCase(label.label);
    if (!other.empty() && uses[other] == 1) spelling.spellings.push_back(other);
    spellings.push_back(std::move(spelling));
  }
  return spellings;
}

const ClassifyForm& DefaultClassifyForm() {
  static const ClassifyForm form{"choice", ChoicePrompts, 0.75};
  return form;
}

}  // namespace fathom
