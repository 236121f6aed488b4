#!/usr/bin/env python3
"""Everything docs/PERFORMANCE.md says about speed beside llama.cpp, measured again.

    bench/performance/performance.py [--results performance.jsonl] [--only smollm2] [--repeats 3]
    bench/performance/performance.py --results performance.jsonl --render

Runs bench/rows/rows.py for each of the four models and each job, one process after the other; what the
results file already holds is not run again, so a run can be ended at any time. Then (or, with --render,
at once) prints the table of the page and writes its picture. Needs an otherwise idle machine, an hour
and a half on two cores, and the Python environment with llama_cpp that `scripts/setup bench` makes.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

import picture

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rows"))
import rows  # noqa: E402: the folder beside this one

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = {  # file: name
    "smollm2-135m-instruct-q4_1": "SmolLM2 135M",
    "gemma-3-270m-q4_k_m": "Gemma 3 270M",
    "qwen2.5-coder-0.5b-instruct-q4_k_m": "Qwen2.5 0.5B",
    "qwen2.5-coder-1.5b-instruct-q4_k_m": "Qwen2.5 1.5B",
}
JOBS = {  # name: (options of rows.py, target ratios in the order of MODELS)
    "rows, prefix 128": (["--prefix", "128", "--rows", "512"], (8, 6, 6, 4)),
    "rows, prefix 1,024": (["--prefix", "1024", "--rows", "512"], (8, 6, 6, 4)),
    "64 texts at once": (["--new-tokens", "64", "--rows", "64"], (4, 4, 4, 4)),
    "one text": (["--new-tokens", "64", "--rows", "1"], (1.3, 1.3, 1.3, 1.3)),
}


def weights_folder():
    cache = os.environ.get("FATHOM_CACHE") or pathlib.Path(
        os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "fathom"
    return pathlib.Path(cache) / "models"


def read(path):
    """{(model, job): result}"""
    if not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {(line["model"], job_of(line)): line for line in lines}


def job_of(result):
    if result["new_tokens"]:
        return "one text" if result["rows"] == 1 else "64 texts at once"
    return "rows, prefix 1,024" if result["prefix"] == 1024 else "rows, prefix 128"


def measure(path, only, repeats):
    for model in MODELS:
        if only and only not in model:
            continue
        for job, (options, _) in JOBS.items():
            if (model, job) in read(path):
                continue
            print(f"== {MODELS[model]}: {job}", flush=True)
            subprocess.run([sys.executable, str(ROOT / "bench/rows/rows.py"), str(weights_folder() / f"{model}.gguf"),
                            *options, "--repeats", str(repeats), "--json", str(path)], check=True)


def table(results):
    print("| model | job | fathom | llama.cpp (its best mode) | ratio | target | worst repeat of each | share of the machine |\n"
          "|---|---|--:|--:|--:|--:|--:|--:|")
    for place, model in enumerate(MODELS):
        for job, (_, targets) in JOBS.items():
            if (result := results.get((model, job))) is None:
                continue
            ours, theirs = (result["rates"][side] for side in ("fathom", "llama.cpp"))
            mode = f"{result['mode']['rows_per_batch']}, {'flash' if result['mode']['flash_attention'] else 'plain'}"
            print(f"| {MODELS[model]} | {job} | {max(ours):.1f} {result['unit']} | {max(theirs):.1f} ({mode}) | "
                  f"{max(ours) / max(theirs):.2f} | {targets[place]} | {min(ours):.1f}, {min(theirs):.1f} | {rows.share_of_machine(result):.0%} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=pathlib.Path, default=pathlib.Path("performance.jsonl"))
    parser.add_argument("--only", help="models whose file name holds this")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--render", action="store_true", help="measure nothing")
    parser.add_argument("--picture", type=pathlib.Path, default=ROOT / "docs/performance.svg")
    args = parser.parse_args()
    if not args.render:
        measure(args.results, args.only, args.repeats)
    results = read(args.results)
    table(results)
    args.picture.write_text(picture.draw(results, MODELS, JOBS), encoding="utf-8")


if __name__ == "__main__":
    main()
