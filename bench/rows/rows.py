#!/usr/bin/env python3
"""Rows per second of label scoring, fathom against llama.cpp: same weights, same token ids, one run.

    bench/rows/rows.py MODEL.gguf [--rows 128] [--repeats 3] [--prefix 128] [--binary build/bench/fathom_rows]

Job "128+32": a prefix of 128 tokens shared by all rows, ragged rows of 16 to 48 tokens, the logits of
four labels at each row's last token. Both sides compute the prefix once per repeat and then the rows.
llama.cpp runs in every mode of MODES (one unified KV cache, sequences copied from the prefix; batch
size; flash attention on or off): its best mode is found first, then it and fathom take turns and the
best repeat of each counts. Needs the Python environment that `scripts/setup bench` makes.
"""
import argparse
import ctypes
import itertools
import json
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

MODES = [  # (rows per batch, flash attention)
    {"rows_per_batch": rows, "flash_attention": flash}
    for rows, flash in itertools.product((16, 64), (True, False))
]


def make_job(prefix_tokens, rows, vocabulary, seed=1):
    """Random ordinary tokens; the ids stay clear of the special ones at both ends."""
    draw = random.Random(seed)
    token = lambda: draw.randrange(1000, min(vocabulary, 40000))
    return {
        "prefix": [token() for _ in range(prefix_tokens)],
        "rows": [[token() for _ in range(draw.randint(16, 48))] for _ in range(rows)],
        "labels": [token() for _ in range(4)],
    }


class LlamaCpp:
    """One model, one context per mode."""

    def __init__(self, path, threads):
        import llama_cpp  # noqa: PLC0415: only the bench environment has it
        self.lib, self.threads = llama_cpp, threads
        llama_cpp.llama_backend_init()
        quiet = llama_cpp.llama_log_callback(lambda *_: None)
        self.quiet = quiet  # must outlive the library's use of it
        llama_cpp.llama_log_set(quiet, ctypes.c_void_p(0))
        params = llama_cpp.llama_model_default_params()
        self.model = llama_cpp.llama_model_load_from_file(path.encode(), params)
        if not self.model:
            sys.exit(f"rows.py: llama.cpp cannot load {path}")
        vocab = llama_cpp.llama_model_get_vocab(self.model)
        self.vocabulary = llama_cpp.llama_vocab_n_tokens(vocab)

    def context(self, job, mode):
        lib = self.lib
        params = lib.llama_context_default_params()
        longest = max(map(len, job["rows"]))
        per_batch = mode["rows_per_batch"]
        params.n_ctx = len(job["prefix"]) + per_batch * longest
        params.n_batch = params.n_ubatch = max(len(job["prefix"]), per_batch * longest)
        params.n_seq_max = per_batch + 1
        params.n_threads = params.n_threads_batch = self.threads
        params.kv_unified = True
        params.flash_attn_type = 1 if mode["flash_attention"] else 0
        context = lib.llama_init_from_model(self.model, params)
        if not context:
            sys.exit(f"rows.py: llama.cpp makes no context for {mode}")
        return context

    def decode(self, context, sequences, wants_last):
        """sequences: (sequence id, first position, tokens); returns the last-token batch indices."""
        lib = self.lib
        total = sum(len(tokens) for _, _, tokens in sequences)
        batch = lib.llama_batch_init(total, 0, 1)
        at, last = 0, []
        for sequence, position, tokens in sequences:
            for i, token in enumerate(tokens):
                batch.token[at], batch.pos[at] = token, position + i
                batch.n_seq_id[at], batch.seq_id[at][0] = 1, sequence
                batch.logits[at] = wants_last and i == len(tokens) - 1
                at += 1
            last.append(at - 1)
        batch.n_tokens = total
        status = lib.llama_decode(context, batch)
        lib.llama_batch_free(batch)
        if status != 0:
            sys.exit(f"rows.py: llama_decode says {status}")
        return last

    def run(self, job, mode, context):
        lib = self.lib
        start = time.perf_counter()
        memory = lib.llama_get_memory(context)
        lib.llama_memory_clear(memory, False)
        self.decode(context, [(0, 0, job["prefix"])], wants_last=False)
        logits = []
        rows, size, prefix = job["rows"], mode["rows_per_batch"], len(job["prefix"])
        for begin in range(0, len(rows), size):
            batch = rows[begin:begin + size]
            for i in range(len(batch)):
                lib.llama_memory_seq_cp(memory, 0, i + 1, 0, prefix)
            last = self.decode(context, [(i + 1, prefix, row) for i, row in enumerate(batch)], True)
            for at in last:
                pointer = lib.llama_get_logits_ith(context, at)
                logits += [pointer[label] for label in job["labels"]]
            for i in range(len(batch)):
                lib.llama_memory_seq_rm(memory, i + 1, -1, -1)
        return time.perf_counter() - start, logits


class Fathom:
    def __init__(self, binary, model, job_path, threads):
        self.process = subprocess.Popen([binary, model, job_path, "--threads", str(threads)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit("rows.py: fathom_rows ended")
        answer = json.loads(line)
        return answer["seconds"], answer["logits"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def agreement(ours, theirs, labels):
    """Share of rows with the same best label, and the rms difference of the log-odds against label 0."""
    same, squares, n = 0, 0.0, 0
    for i in range(0, len(ours), labels):
        a, b = ours[i:i + labels], theirs[i:i + labels]
        same += a.index(max(a)) == b.index(max(b))
        for j in range(1, labels):
            squares += ((a[j] - a[0]) - (b[j] - b[0])) ** 2
            n += 1
    return same / (len(ours) // labels), math.sqrt(squares / n)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--rows", type=int, default=128)
    parser.add_argument("--prefix", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--binary", default=str(root / "build/bench/fathom_rows"))
    parser.add_argument("--at-least", type=float, default=0, help="exit with 1 below this ratio")
    args = parser.parse_args()

    llama = LlamaCpp(args.model, args.threads)
    job = make_job(args.prefix, args.rows, llama.vocabulary)
    trial = dict(job, rows=job["rows"][:64])
    rates = []
    for mode in MODES:
        context = llama.context(job, mode)
        seconds = min(llama.run(trial, mode, context)[0] for _ in range(2))
        rates.append((len(trial["rows"]) / seconds, MODES.index(mode)))
        print(f"llama.cpp {mode}: {rates[-1][0]:.2f} rows/s", flush=True)
        llama.lib.llama_free(context)
    mode = MODES[max(rates)[1]]

    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(job, file)
        file.flush()
        fathom = Fathom(args.binary, args.model, file.name, args.threads)
        context = llama.context(job, mode)
        best = {"fathom": math.inf, "llama.cpp": math.inf}
        for repeat in range(args.repeats):
            ours_seconds, ours = fathom.run()
            theirs_seconds, theirs = llama.run(job, mode, context)
            best["fathom"] = min(best["fathom"], ours_seconds)
            best["llama.cpp"] = min(best["llama.cpp"], theirs_seconds)
            print(f"repeat {repeat + 1}: fathom {args.rows / ours_seconds:.2f} rows/s, "
                  f"llama.cpp {args.rows / theirs_seconds:.2f} rows/s", flush=True)
        fathom.close()
    same, rms = agreement(ours, theirs, len(job["labels"]))
    ratio = best["llama.cpp"] / best["fathom"]
    print(f"best of {args.repeats}: fathom {args.rows / best['fathom']:.2f} rows/s, llama.cpp "
          f"{args.rows / best['llama.cpp']:.2f} rows/s ({mode}), ratio {ratio:.2f}; "
          f"same best label {same:.3f}, log-odds rms {rms:.3f}")
    return 1 if ratio < args.at_least else 0


if __name__ == "__main__":
    sys.exit(main())
