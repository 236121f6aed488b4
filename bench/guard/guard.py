#!/usr/bin/env python3
"""The guards against degenerate text: false alarms on sound texts, what they say about a text that
broke down, how soon they notice loops that are made of real text, and what becomes of texts in
another language than the one asked for.

    bench/guard/guard.py [--looped 150] [--seed 1] [--show 5]

Sound: every text of the data sets and of this repository, through LoopDetector and AssessText.
Looped: for English and Chinese and each kind of change --looped texts: word for word, with a counter
that goes up, with one word that is another one in every round. Wasted is what was written behind the
first round when LoopDetector spoke, in characters; tokens are taken as 4 characters of English and
1.5 of Chinese. Ends with 1 when a target is missed; targets stand beside the figures. Standard
library only. Without the data sets (../shared/data) the program says so and ends with 0.
"""
import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys

from texts import looped_texts, sound_texts

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHARACTERS_PER_TOKEN = {"en": 4, "zh": 1.5}
FALSE_ALARMS_MAX = .001
TOKENS_WASTED_MAX = 64
FOUND_MIN = {"none": .99, "counter": .9, "word": .75}
SECONDS_PER_MB_MAX = .5
OTHER_LANGUAGE_MIN = .95
LONG_CHARACTERS = {"en": 500, "zh": 100}  # of texts in the other language


def ask(program, texts):
    """An answer for every text, and the program's own times."""
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=True)
    *answers, totals = map(json.loads, done.stdout.splitlines())
    return answers, totals


def judge(name, value, good, target):
    print(f"  {name}: {value} (target {target}){'' if good else '  MISSED'}")
    return good


def false_alarms(options, groups):
    print("| sound texts | texts | MB | loops | not ok |\n|---|--:|--:|--:|--:|")
    texts, loops, defects, examples, seconds = 0, 0, 0, [], [0, 0, 0]
    for name, group in groups.items():
        answers, totals = ask(options.program, group)
        told = [answer["told"] is not None for answer in answers]
        bad = [answer["kind"] not in ("none", "empty") for answer in answers]
        print(f"| {name} | {len(group):,} | {totals['bytes'] / 1e6:.1f} | {sum(told)} | {sum(bad)} |")
        examples += [(name, text, answer) for text, answer, *flags in zip(group, answers, told, bad) if any(flags)]
        texts, loops, defects = texts + len(group), loops + sum(told), defects + sum(bad)
        seconds = [a + b for a, b in zip(seconds, (totals["bytes"], totals["detector_seconds"], totals["assess_seconds"]))]
    for name, text, answer in examples[:options.show]:
        print(f"  {name}: {json.dumps(answer)}: {json.dumps(text[:200], ensure_ascii=False)}")
    megabytes = seconds[0] / 1e6
    return all([
        judge("texts", f"{texts:,}", texts >= 5000, "5,000"),
        judge("LoopDetector speaks on", f"{loops / texts:.3%}", loops / texts <= FALSE_ALARMS_MAX, f"{FALSE_ALARMS_MAX:.1%}"),
        judge("AssessText finds a defect in", f"{defects / texts:.3%}", defects / texts <= FALSE_ALARMS_MAX, f"{FALSE_ALARMS_MAX:.1%}"),
        judge("LoopDetector, seconds a MB", f"{seconds[1] / megabytes:.3f}", seconds[1] / megabytes <= SECONDS_PER_MB_MAX, SECONDS_PER_MB_MAX),
        judge("AssessText, seconds a MB", f"{seconds[2] / megabytes:.3f}", seconds[2] / megabytes <= SECONDS_PER_MB_MAX, SECONDS_PER_MB_MAX),
    ])


def broken_down(options):
    text = (options.data / "degenerate/loop_zh.txt").read_text(encoding="utf-8")
    (answer,), _ = ask(options.program, [text])
    begin, period = answer["loop_begin_characters"], answer["period_characters"]
    loop = re.search(r"(\S{2,20}?)\1{5,}", text)
    first, phrase, rounds = loop.start(), loop[1], len(loop[0]) // len(loop[1])
    print(f"the text that broke down, {answer['characters']:,} characters: {json.dumps(answer)}")
    return all([
        judge("kind", answer["kind"], answer["kind"] == "loop", "loop"),
        judge("begins at character", begin, abs(begin - first) <= 2, f"{first}, give or take 2"),
        judge("period", period, period == len(phrase), f"{len(phrase)}: {phrase}"),
        judge("repeats", answer["repeats"], answer["repeats"] >= rounds, f"{rounds} word for word, more with what follows"),
        judge("readable characters", answer["readable_characters"], first <= answer["readable_characters"] <= first + period + 2, f"{first} to {first + period + 2}"),
        judge("broken characters", f"{answer['broken_characters']:,}", answer["broken_characters"] == text.count("\ufffd"), f"{text.count(chr(0xfffd)):,}"),
        judge("told by byte", answer["told"]["at"], True, "none"),
    ])


def wasted(looped, answer):
    """Characters behind the first round when the detector spoke, none below zero."""
    behind = looped.text.encode()[looped.begin + looped.period_bytes:answer["told"]["at"]]
    return len(behind.decode("utf-8", errors="ignore"))


def percentile_95(values):
    return sorted(values)[int(.95 * (len(values) - 1))]


def loops_found(options, sources):
    looped = looped_texts(options.looped, sources, options.seed)
    answers, _ = ask(options.program, [text.text for text in looped])
    print(f"looped texts: {len(looped):,}, seed {options.seed}\n"
          "| language | change | texts | told | not ok | characters wasted: mean | 95 % | tokens wasted: mean |\n|---|---|--:|--:|--:|--:|--:|--:|")
    good, tokens = True, {"short": [], "long": [], "all": []}
    for language in sources:
        for change in FOUND_MIN:
            pairs = [pair for pair in zip(looped, answers) if (pair[0].language, pair[0].change) == (language, change)]
            told = [pair for pair in pairs if pair[1]["told"]]
            waste = [wasted(*pair) for pair in told]
            share = len(told) / len(pairs)
            bad = sum(answer["kind"] != "none" for _, answer in pairs)
            mean_tokens = statistics.mean(waste) / CHARACTERS_PER_TOKEN[language]
            good &= share >= FOUND_MIN[change]
            print(f"| {language} | {change} | {len(pairs)} | {share:.1%} (target {FOUND_MIN[change]:.0%}) | {bad / len(pairs):.1%} | "
                  f"{statistics.mean(waste):.0f} | {percentile_95(waste)} | {mean_tokens:.0f} |")
            for (text, _), characters in zip(told, waste):
                is_short = text.period <= TOKENS_WASTED_MAX * CHARACTERS_PER_TOKEN[language]
                if change == "none":
                    tokens["short" if is_short else "long"].append(characters / CHARACTERS_PER_TOKEN[language])
                tokens["all"].append(characters / CHARACTERS_PER_TOKEN[language])
    mean = statistics.mean(tokens["short"])
    good &= judge("tokens wasted, word for word, periods up to 64 tokens, mean", f"{mean:.0f}", mean <= TOKENS_WASTED_MAX, TOKENS_WASTED_MAX)
    judge("tokens wasted, word for word, longer periods, mean", f"{statistics.mean(tokens['long']):.0f}", True, "a round and a little")
    judge("tokens wasted, all of these texts, mean", f"{statistics.mean(tokens['all']):.0f}", True, "none")
    for text, answer in [pair for pair in zip(looped, answers) if not pair[1]["told"]][:options.show]:
        print(f"  missed: {text.language} {text.change} {text.period}: {json.dumps(text.text[-2 * text.period - 20:][:300], ensure_ascii=False)}")
    return good


def languages(options, sources):
    """What LooksLike and LanguageDrift say about texts in the language asked for, in the other one, and
    in one that turns into the other."""
    print("| asked | texts | LooksLike: no | drifts on the way | the other language: LooksLike: no | turning: told | tokens to tell: mean |\n"
          "|---|--:|--:|--:|--:|--:|--:|")
    good, false = True, 0
    for asked, other in (("en", "zh"), ("zh", "en")):
        right = [answer["languages"][asked] for answer in ask(options.program, sources[asked])[0]]
        long = [text for text in sources[other] if len(text) >= LONG_CHARACTERS[other]]
        wrong = [answer["languages"][asked] for answer in ask(options.program, long)[0]]
        starts = [text + "\n" for text in sources[asked] if len(text) >= LONG_CHARACTERS[asked]][:len(long)]
        turns = [answer["languages"][asked]["drift"] for answer in ask(options.program, [a + b for a, b in zip(starts, long)])[0]]
        waste = [len((start + text).encode()[len(start.encode()):drift["at"]].decode(errors="ignore")) / CHARACTERS_PER_TOKEN[other]
                 for start, text, drift in zip(starts, long, turns) if drift]
        no, on_the_way = (sum(bool(flag) for flag in flags) for flags in
                          ((not answer["looks_like"] for answer in right), (answer["drift"] for answer in right)))
        found = sum(not answer["looks_like"] for answer in wrong) / len(wrong)
        told = len(waste) / len(turns)
        print(f"| {asked} | {len(right):,} | {no} | {on_the_way} | {found:.1%} of {len(wrong):,} | {told:.1%} of {len(turns):,} | {statistics.mean(waste):.0f} |")
        false += no + on_the_way
        good &= found >= OTHER_LANGUAGE_MIN and told >= OTHER_LANGUAGE_MIN
    texts = sum(map(len, sources.values()))
    return all([
        judge("said of texts in the right language", f"{false / texts:.3%}", false / texts <= FALSE_ALARMS_MAX, f"{FALSE_ALARMS_MAX:.1%}"),
        judge("the other language told", "yes" if good else "no", good, f"{OTHER_LANGUAGE_MIN:.0%} of texts with {LONG_CHARACTERS} characters"),
    ])


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "build/bench/guard/fathom_guard"))
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--looped", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5, help="false alarms and missed loops to print")
    return parser.parse_args()


def main():
    options = parse_options()
    if not options.data.is_dir():
        print(f"skipped: the data sets are not at {options.data} (--data)")
        return 0
    groups = sound_texts(options.data, ROOT)
    sources = {"en": groups["movie reviews"] + groups["news"], "zh": groups["Chinese hotels"] + groups["Chinese take-away"]}
    good = [false_alarms(options, groups), broken_down(options), loops_found(options, sources),
            languages(options, {**sources, "en": groups["movie reviews"] + groups["abstracts"] + groups["long reviews"]})]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
