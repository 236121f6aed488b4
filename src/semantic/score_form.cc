#include "semantic/score_form.h"

namespace fathom {
namespace {

std::string ExampleText(const ScoreQuestion& question, bool chinese) {
  std::string text;
  for (const Example& example : question.examples) {
    text += (chinese ? "文字：\n" : "Text:\n") + example.input;
    text += (chinese ? "\n评分：" : "\nScore: ") + example.output.front() + "\n\n";
  }
  return text;
}

}  // namespace

ScoredPrompt ScalePrompt(const ScoreQuestion& question) {
  const bool chinese = question.language == Language::kChinese;
  const std::string low = std::to_string(question.low);
  const std::string high = std::to_string(question.high);
  std::string head = question.task.empty() ? "" : question.task + "\n";
  std::string tail = question.frame.after;
  if (chinese) {
    head += "请按以下标准给文字评分：" + question.criterion + "\n评分从" + low + "（最低）到" +
            high + "（最高）。\n\n";
    tail +=
        "\n\n标准：" + question.criterion + "\n请给出" + low + "到" + high + "的评分，只回答数字。";
  } else {
    head += "Score the text by this criterion: " + question.criterion + "\nThe scale goes from " +
            low + " (lowest) to " + high + " (highest).\n\n";
    tail += "\n\nCriterion: " + question.criterion + "\nScore from " + low + " to " + high +
            ". Answer with the number only.";
  }
  head += ExampleText(question, chinese) + (chinese ? "文字：\n" : "Text:\n");
  head += question.frame.before;
  ScoredPrompt prompt{PromptParts{"", head, tail, ""}, {}};
  for (int value = question.low; value <= question.high; ++value) {
    prompt.labels.push_back(ScoreLabel{{std::to_string(value)}});
  }
  return prompt;
}

}  // namespace fathom
