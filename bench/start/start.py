#!/usr/bin/env python3
"""From the start of the program to its first answer, beside reading the model's file.

    bench/start/start.py [--model qwen2.5-coder-1.5b] [--repeats 5]

In turns: all bytes of the file read (from the page cache, after the first time), then `fathom -c` with
one ai_filter call. Prints every pair, the best and the median, in seconds, and the memory of the
program beside the size of the file.
"""
import argparse
import csv
import io
import os
import pathlib
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FATHOM = ROOT / "build/fathom"
QUERY = "SELECT ai_filter('Is this review positive? A fine film.')"


def path_of(model):
    listing = subprocess.run([FATHOM, "models"], check=True, capture_output=True, text=True).stdout
    paths = {row["name"]: row["path"] for row in csv.DictReader(io.StringIO(listing)) if row["installed"] == "true"}
    if model not in paths:
        raise SystemExit(f"{model} is not installed; installed: {', '.join(paths)}; fathom model pull {model}")
    return paths[model]


def seconds_to_read(path):
    begin = time.monotonic()
    with open(path, "rb", buffering=0) as file:
        while file.read(8 << 20):
            pass
    return time.monotonic() - begin


def first_answer(model):
    """(seconds, peak memory in bytes)"""
    begin = time.monotonic()
    process = subprocess.Popen([FATHOM, "-c", f"SET ai_model = '{model}'", "-c", QUERY],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    messages = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"fathom failed:\n{messages}")
    return time.monotonic() - begin, usage.ru_maxrss * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    path = path_of(args.model)
    seconds_to_read(path)
    pairs, peak = [], 0
    for _ in range(args.repeats):
        read = seconds_to_read(path)
        answer, memory = first_answer(args.model)
        peak = max(peak, memory)
        pairs.append((read, answer))
        print(f"reading {read:.2f} s, first answer {answer:.2f} s", flush=True)
    above = [answer - read for read, answer in pairs]
    size = os.path.getsize(path)
    print(f"first answer above reading the file: best {min(above):.2f} s, median {statistics.median(above):.2f} s\n"
          f"memory {peak / 1e6:.0f} MB = {peak / size:.2f} x the file")


if __name__ == "__main__":
    main()
