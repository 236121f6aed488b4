#!/usr/bin/env python3
"""What int8 arithmetic changes: rows of fathom_accuracy's results file that were asked in int8 and in fp32.

    fathom_accuracy --model M.gguf --results R.jsonl ... ; the same with --fp32 ; decisions.py R.jsonl

For each model, set and form: rows with both answers, share with the same decision, accuracy in either
arithmetic, and the rms difference of the scores (log-odds of a filter; log-probabilities of the labels).
"""
import collections
import json
import math
import pathlib
import sys


def read(path):
    """{(weights, set, form): {row: {arithmetic: (scores, truth)}}}; lines with a cost have no row."""
    table = collections.defaultdict(lambda: collections.defaultdict(dict))
    for line in pathlib.Path(path).read_text().splitlines():
        entry = json.loads(line)
        if "row" not in entry:
            continue
        weights, _kernels, arithmetic, _version = entry["model"].split("/")
        cell = table[weights, entry["set"], entry["form"]]
        cell[entry["row"]][arithmetic] = entry["scores"], entry["truth"]
    return table


def decision(scores):
    return int(scores[0] > 0) if len(scores) == 1 else scores.index(max(scores))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("| weights | set | form | rows | same decision | accuracy int8 | accuracy fp32 | rms |\n"
          "|---|---|---|--:|--:|--:|--:|--:|")
    for (weights, name, form), cell in sorted(read(sys.argv[1]).items()):
        pairs = [(row["int8"], row["fp32"]) for row in cell.values() if len(row) == 2]
        if not pairs:
            continue
        n = len(pairs)
        same = sum(decision(a) == decision(b) for (a, _), (b, _) in pairs)
        right = [sum(decision(pair[side][0]) == pair[side][1] for pair in pairs) / n for side in (0, 1)]
        squares = [(x - y) ** 2 for (a, _), (b, _) in pairs for x, y in zip(a, b)]
        print(f"| {weights.removeprefix('gguf:')[:8]} | {name} | {form} | {n} | {same / n:.4f} | {right[0]:.4f} | "
              f"{right[1]:.4f} | {math.sqrt(sum(squares) / len(squares)):.4f} |")


if __name__ == "__main__":
    main()
