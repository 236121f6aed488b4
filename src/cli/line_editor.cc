#include "cli/line_editor.h"

#include <histedit.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cwchar>

#include "base/assert.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "cli/text_width.h"

namespace fathom {
namespace {

constexpr int kHistoryMax = 2000;
constexpr size_t kChoicesMax = 200;  // more would scroll away what is being typed
constexpr wchar_t kCtrlC = 3;
constexpr wchar_t kBadByte = L'?';  // for what is typed or pasted and is not UTF-8

// Waits until standard input has something to read; false = Ctrl-C came first, be it before the
// call.
bool WaitForInput() {
  pollfd sources[] = {{STDIN_FILENO, POLLIN, 0}, {InterruptDescriptor(), POLLIN, 0}};
  while (!Interrupted()) {
    const int ready = poll(sources, 2, -1);
    if (ready < 0 && errno != EINTR) return true;  // read() will say what is wrong
    if (ready > 0 && sources[0].revents != 0) return true;
    if (ready > 0 && !Interrupted()) ClearInterrupt();  // what is left of one that was dealt with
  }
  return false;
}

// libedit's source of characters: 1 = one came, 0 = end of input. SIGINT from elsewhere counts as
// the key.
int ReadCharacter(EditLine* editor, wchar_t* character) {
  std::mbstate_t state{};
  while (true) {
    if (!WaitForInput()) {
      ClearInterrupt();
      *character = kCtrlC;
      return 1;
    }
    char byte = 0;
    const ssize_t size = read(STDIN_FILENO, &byte, 1);
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (size <= 0) return 0;
    el_resize(editor);  // a window of a new size is noticed at the next key
    const size_t used = std::mbrtowc(character, &byte, 1, &state);
    if (used == static_cast<size_t>(-2)) continue;  // the character has more bytes
    if (used == static_cast<size_t>(-1)) *character = kBadByte;
    return 1;
  }
}

}  // namespace

struct LineEditor::State {
  EditLine* editor = nullptr;
  ::History* history = nullptr;
  Completer completer;
  std::string prompt;
  bool interrupted = false;

  static State* Of(EditLine* editor) {
    void* state = nullptr;
    el_get(editor, EL_CLIENTDATA, &state);
    return static_cast<State*>(state);
  }

  static char* Prompt(EditLine* editor) { return Of(editor)->prompt.data(); }

  static unsigned char OnInterrupt(EditLine* editor, int) {
    Of(editor)->interrupted = true;
    return CC_NEWLINE;
  }

  static unsigned char OnSuspend(EditLine* editor, int) {
    el_set(editor, EL_PREP_TERM, 0);
    kill(0, SIGTSTP);  // stops here, with whatever else runs in front
    el_set(editor, EL_PREP_TERM, 1);
    return CC_REDISPLAY;
  }

  static unsigned char OnTab(EditLine* editor, int) {
    const LineInfo* line = el_line(editor);
    const std::string before(line->buffer, line->cursor);
    if (before.empty() || before.back() == ' ') {  // a pasted tab, most likely
      el_insertstr(editor, " ");
      return CC_REFRESH;
    }
    const Completion completion = Of(editor)->completer(before);
    if (!completion.insert.empty()) {
      return el_insertstr(editor, completion.insert.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
    }
    if (completion.choices.empty()) return CC_REFRESH_BEEP;
    ShowChoices(completion.choices);
    return CC_REDISPLAY;
  }

  // In columns, below the line.
  static void ShowChoices(const std::vector<std::string>& choices) {
    const size_t shown = std::min(choices.size(), kChoicesMax);
    size_t widest = 0;
    for (size_t i = 0; i < shown; ++i) widest = std::max(widest, DisplayWidth(choices[i]));
    const size_t columns = std::max<size_t>(1, TerminalWidth(STDOUT_FILENO) / (widest + 2));
    std::string text = "\n";
    for (size_t i = 0; i < shown; ++i) {
      text += Printable(choices[i]);
      const bool ends_row = (i + 1) % columns == 0 || i + 1 == shown;
      text += ends_row ? "\n" : std::string(widest + 2 - DisplayWidth(choices[i]), ' ');
    }
    if (shown < choices.size()) {
      text += "... and " + std::to_string(choices.size() - shown) + " more\n";
    }
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }
};

LineEditor::LineEditor(Completer completer) : state_(std::make_unique<State>()) {
  state_->completer = std::move(completer);
  EditLine* editor = el_init("fathom", stdin, stdout, stderr);
  FATHOM_ASSERT(editor != nullptr);
  state_->editor = editor;
  el_set(editor, EL_CLIENTDATA, state_.get());
  el_set(editor, EL_PROMPT, &State::Prompt);
  el_set(editor, EL_EDITOR, "emacs");
  // While a line is edited Ctrl-C and Ctrl-Z are keys, and libedit handles no signal (EL_SIGNAL):
  // its handler may run on any thread while Read ends on this one, and then reads a null pointer.
  el_set(editor, EL_SETTY, "-d", "-isig", nullptr);
  el_set(editor, EL_GETCFN, &ReadCharacter);
  el_set(editor, EL_ADDFN, "fathom-interrupt", "Drop the line", &State::OnInterrupt);
  el_set(editor, EL_BIND, "^C", "fathom-interrupt", nullptr);
  el_set(editor, EL_ADDFN, "fathom-suspend", "Stop, as Ctrl-Z does", &State::OnSuspend);
  el_set(editor, EL_BIND, "^Z", "fathom-suspend", nullptr);
  el_set(editor, EL_ADDFN, "fathom-complete", "Complete the word", &State::OnTab);
  el_set(editor, EL_BIND, "^I", "fathom-complete", nullptr);
  el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);

  state_->history = history_init();
  FATHOM_ASSERT(state_->history != nullptr);
  HistEvent event;
  history(state_->history, &event, H_SETSIZE, kHistoryMax);
  history(state_->history, &event, H_SETUNIQUE, 1);
  el_set(editor, EL_HIST, &history, state_->history);
}

LineEditor::~LineEditor() {
  el_end(state_->editor);
  history_end(state_->history);
}

Line LineEditor::Read(const std::string& prompt) {
  state_->prompt = prompt;
  state_->interrupted = false;
  el_set(state_->editor, EL_PREP_TERM, 1);  // before the prompt: from then on keys are keys
  int bytes = 0;
  const char* text = el_gets(state_->editor, &bytes);
  if (state_->interrupted) return {LineEnd::kInterrupted, ""};
  if (text == nullptr || bytes <= 0) return {LineEnd::kEndOfInput, ""};
  Line line{LineEnd::kEntered, std::string(text)};
  while (line.text.ends_with('\n') || line.text.ends_with('\r')) line.text.pop_back();
  return line;
}

void LineEditor::AddHistory(const std::string& entry) {
  HistEvent event;
  history(state_->history, &event, H_ENTER, entry.c_str());
}

}  // namespace fathom
