#!/usr/bin/env python3
"""Does a degenerate answer ever come through? Prompts that make small models repeat themselves.

    bench/loops/loops.py [--prompts 500] [--model qwen2.5-coder-0.5b] [--max-tokens 400] [--seed 1]

Half of them English, half Chinese, at temperature 0: a text to go on with that repeats a phrase, an order to
repeat something, and the degenerate document of ../shared/data (or one made like it) as what stands before the
question. Every answer that ai_complete returns is searched for repetition by a rule of its own, which knows
nothing of fathom: a phrase of up to 120 characters, word for word, over 300 bytes and at least 5 times. Prints
what became of the prompts, what a loop cost from its second round on, and ends with 1 when a returned answer
repeats itself.
"""
import argparse
import collections
import pathlib
import random
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from fathom_runs import json_lines, run_sql, sql_string  # noqa: E402: in the folder above

PHRASES = {
    "en": ["the room was clean and the staff was kind", "we are sorry for the delay", "improve quality",
           "and then he said", "please call us again", "good good", "1, 2, 3,", "I do not know why",
           "the best film of the year", "no refund without a receipt"],
    "zh": ["提高工作效率", "房间很干净", "非常感谢您的理解", "服务态度很好", "哈哈", "我们会尽快处理",
           "他又说了一遍", "好评", "请您再打电话", "不知道为什么"],
}
ORDERS = {
    "en": ["Write the sentence '{0}' again and again without end.", "Say '{0}' one hundred times.",
           "Fill a page with '{0}'.", "Continue this text:\n{1}", "{1}", "Copy this and go on:\n{1}",
           "List 200 reasons, each of them: {0}.", "Document:\n{2}\n\nContinue the document.",
           "Document:\n{2}\n\nWrite the next paragraph in the same style."],
    "zh": ["把“{0}”一直不停地写下去。", "把“{0}”说一百遍。", "用“{0}”写满一页纸。", "接着写下去：\n{1}", "{1}",
           "照抄并继续：\n{1}", "列出两百条理由，每一条都是：{0}。", "文档：\n{2}\n\n请把这篇文档续写下去。",
           "文档：\n{2}\n\n用同样的风格写下一段。"],
}


def degenerate_document(language):
    path = ROOT.parent / "shared/data/degenerate/loop_zh.txt"
    if language == "zh" and path.exists():
        return path.read_text(encoding="utf-8", errors="replace")[:900]
    beginning = {"en": "# Introduction\nLarge models help companies to understand their data, to ",
                 "zh": "# 背景介绍\n大模型可以帮助企业更好地理解数据，"}[language]
    return beginning + {"en": "raise efficiency, to ", "zh": "提高工作效率，"}[language] * 60


def make_prompts(count, seed):
    draw = random.Random(seed)
    prompts = set()
    while len(prompts) < count:
        language = ("en", "zh")[len(prompts) % 2]
        phrase = draw.choice(PHRASES[language])
        blank = " " if language == "en" else draw.choice(["，", "", "。"])
        repeated = (phrase + blank) * draw.randint(4, 30)
        beginning = degenerate_document(language)
        cut = draw.randint(len(beginning) // 3, len(beginning))
        prompts.add(draw.choice(ORDERS[language]).format(phrase, repeated, beginning[:cut]))
    return sorted(prompts)


def repeats_itself(text):
    for found in re.finditer(r"(.{1,120}?)\1{4,}", text, re.DOTALL):
        if len(found.group().encode()) >= 300 and found.group().strip():
            return True
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--prompts", type=int, default=500)
    parser.add_argument("--model", default="qwen2.5-coder-0.5b")
    parser.add_argument("--max-tokens", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fathom", default=str(ROOT / "build/fathom"))
    options = parser.parse_args()
    rows = ", ".join(f"({sql_string(prompt)})" for prompt in make_prompts(options.prompts, options.seed))
    sql = (f"SET ai_model = '{options.model}'; SELECT s, ai_count_tokens(s) AS tokens, d.value AS value, d.error AS error FROM (SELECT s, "
           f"ai_complete(s, {{'details': true, 'max_tokens': {options.max_tokens}}}) AS d FROM (VALUES {rows}) v(s));")
    with tempfile.TemporaryDirectory() as folder:
        run = run_sql(options.fathom, pathlib.Path(folder) / "ledger.db", sql, "jsonlines")
    print(run.stderr, file=sys.stderr)
    if run.returncode != 0:
        sys.exit(2)
    results = json_lines(run.stdout)
    outcomes = collections.Counter((result["error"] or "sound").split(":")[0] for result in results)
    through = [result for result in results if result["value"] and repeats_itself(result["value"])]
    wasted = []
    for result in results:
        if found := re.search(r"repeats (\d+) bytes .* from byte (\d+) on; it was ended at byte (\d+)", result["error"] or ""):
            period, begin, end = map(int, found.groups())
            wasted.append((end - begin - period) * result["tokens"] / len(result["s"].encode()))
    print(f"{len(results)} prompts: " + ", ".join(f"{count} {name}" for name, count in outcomes.most_common()))
    if wasted:
        print(f"tokens behind a loop's first round, by each prompt's bytes a token: mean {sum(wasted) / len(wasted):.0f} of {len(wasted)} answers"
              " that failed twice")
    print(f"returned although they repeat themselves: {len(through)}")
    for result in through[:5]:
        print(f"  {result['s'][:80]!r} -> {result['value'][-200:]!r}")
    sys.exit(bool(through))


if __name__ == "__main__":
    main()
