// How the families of chat models write an exchange: a table.
#pragma once

#include <array>
#include <string_view>

namespace fathom {

struct ChatFamily {
  using Texts = std::array<std::string_view, 5>;  // "" = unused

  const char* name;
  // A template is of the first family whose `has` all stand in it, and of whose `lacks` none does.
  Texts has;
  Texts lacks;
  // The control tokens among the texts below. All else in them is plain text.
  Texts markers;
  bool markers_may_be_text = false;  // whatever the vocabulary does not know is written out
  // What stands around the texts, as in ChatTokens. A blank at the end belongs to the text that
  // follows: it is one token with the first word.
  std::string_view before_system;
  std::string_view after_system;
  std::string_view before_user_only;
  std::string_view after_user;
};

// "<|im_sep|>" belongs to a relative of ChatML (Phi-4) that has it in place of the line break.
// Gemma and Mistral know no system role: its text goes before the user's, as their templates do it.
// Phi-3's template writes a line break behind each marker, and its tokenizer drops it again.
// Zephyr's relatives without "</s>" (GLM-4) and Llama 2 look like families of the table.
inline constexpr std::array kChatFamilies = {
    ChatFamily{.name = "ChatML (Qwen, SmolLM2)",
               .has = {"<|im_start|>", "<|im_end|>", "assistant"},
               .lacks = {"<|im_sep|>"},
               .markers = {"<|im_start|>", "<|im_end|>"},
               .before_system = "<|im_start|>system\n",
               .after_system = "<|im_end|>\n<|im_start|>user\n",
               .before_user_only = "<|im_start|>user\n",
               .after_user = "<|im_end|>\n<|im_start|>assistant\n"},
    ChatFamily{.name = "Llama 3",
               .has = {"<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"},
               .lacks = {},
               .markers = {"<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"},
               .before_system = "<|start_header_id|>system<|end_header_id|>\n\n",
               .after_system = "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n",
               .before_user_only = "<|start_header_id|>user<|end_header_id|>\n\n",
               .after_user = "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"},
    ChatFamily{.name = "Gemma",
               .has = {"<start_of_turn>", "<end_of_turn>"},
               .lacks = {},
               .markers = {"<start_of_turn>", "<end_of_turn>"},
               .before_system = "<start_of_turn>user\n",
               .after_system = "\n\n",
               .before_user_only = "<start_of_turn>user\n",
               .after_user = "<end_of_turn>\n<start_of_turn>model\n"},
    ChatFamily{.name = "Phi-3",
               .has = {"<|user|>", "<|end|>", "<|assistant|>"},
               .lacks = {},
               .markers = {"<|system|>", "<|user|>", "<|end|>", "<|assistant|>"},
               .before_system = "<|system|>",
               .after_system = "<|end|><|user|>",
               .before_user_only = "<|user|>",
               .after_user = "<|end|><|assistant|>"},
    ChatFamily{.name = "Mistral",
               .has = {"[INST] ", " [/INST]"},
               .lacks = {"<<SYS>>", "[SYSTEM_PROMPT]"},
               .markers = {"[INST]", "[/INST]"},
               .markers_may_be_text = true,
               .before_system = "[INST] ",
               .after_system = "\n\n",
               .before_user_only = "[INST] ",
               .after_user = " [/INST] "},
    ChatFamily{.name = "Mistral v0.3",
               .has = {"[INST] ", "[/INST]"},
               .lacks = {"<<SYS>>", "[SYSTEM_PROMPT]"},
               .markers = {"[INST]", "[/INST]"},
               .before_system = "[INST] ",
               .after_system = "\n\n",
               .before_user_only = "[INST] ",
               .after_user = "[/INST] "},
    ChatFamily{.name = "Zephyr",
               .has = {"<|user|>", "<|assistant|>"},
               .lacks = {"<|end|>", "[gMASK]"},
               .markers = {"</s>"},
               .before_system = "<|system|>\n",
               .after_system = "</s>\n<|user|>\n",
               .before_user_only = "<|user|>\n",
               .after_user = "</s>\n<|assistant|>\n"},
};

// Models without a template, which were not trained to answer: texts one below the other.
inline constexpr ChatFamily kPlainText = {.name = "plain text",
                                          .has = {},
                                          .lacks = {},
                                          .markers = {},
                                          .before_system = "",
                                          .after_system = "\n\n",
                                          .before_user_only = "",
                                          .after_user = "\n"};

}  // namespace fathom
