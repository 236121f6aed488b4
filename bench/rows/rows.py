#!/usr/bin/env python3
"""Rows or tokens per second, fathom against llama.cpp: same weights, same token ids, one run.

    bench/rows/rows.py MODEL.gguf [--rows 512] [--prefix 128] [--repeats 3]
    bench/rows/rows.py MODEL.gguf --new-tokens 64 [--rows 64]

Job "128+32": a prefix of 128 tokens shared by all rows, ragged rows of 16 to 48 tokens, the logits of
four labels at each row's last token. Both sides compute the prefix once per repeat and then the rows;
the rate is rows per second. With --new-tokens N all rows at once are continued by N tokens, greedily
and whatever they are; the rate is these tokens per second, prefix and rows not counted.

llama.cpp runs in every mode of MODES (sequences copied from the prefix in one unified KV cache; rows
per batch; flash attention on or off): its best mode is found first, then it and fathom take turns,
and what the machine can do is measured between them. The best repeat of each side counts. Needs the
Python environment that `scripts/setup bench` makes. --json FILE appends the result for the figures of
docs/PERFORMANCE.md.
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


def make_job(prefix_tokens, rows, vocabulary, new_tokens, seed=1):
    """Random ordinary tokens; the ids stay clear of the special ones at both ends."""
    draw = random.Random(seed)
    token = lambda: draw.randrange(1000, min(vocabulary, 40000))
    return {
        "prefix": [token() for _ in range(prefix_tokens)],
        "rows": [[token() for _ in range(draw.randint(16, 48))] for _ in range(rows)],
        "labels": [token() for _ in range(4)],
        "new_tokens": new_tokens,
    }


class LlamaCpp:
    """One model, one context per mode."""

    def __init__(self, path, threads):
        import llama_cpp  # noqa: PLC0415: only the bench environment has it
        import numpy  # noqa: PLC0415: comes with it
        self.numpy = numpy
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
        longest = max(map(len, job["rows"])) + job["new_tokens"]
        per_batch = len(job["rows"]) if job["new_tokens"] else mode["rows_per_batch"]
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

    def start(self, job, context):
        """An empty cache that holds the prefix as sequence 0; a prompt goes in pieces that fit a batch."""
        self.lib.llama_memory_clear(self.lib.llama_get_memory(context), False)
        size = self.lib.llama_n_batch(context)
        for at in range(0, len(job["prefix"]), size):
            self.decode(context, [(0, at, job["prefix"][at:at + size])], wants_last=False)

    def feed(self, job, context, batch):
        """The rows of a batch as sequences 1, 2, ... behind the prefix; the indices of their last tokens."""
        memory, prefix = self.lib.llama_get_memory(context), len(job["prefix"])
        for i in range(len(batch)):
            self.lib.llama_memory_seq_cp(memory, 0, i + 1, 0, prefix)
        return self.decode(context, [(i + 1, prefix, row) for i, row in enumerate(batch)], True)

    def run(self, job, mode, context):
        return self.grow(job, context) if job["new_tokens"] else self.score(job, mode, context)

    def score(self, job, mode, context):
        lib = self.lib
        start = time.perf_counter()
        self.start(job, context)
        logits = []
        rows, size = job["rows"], mode["rows_per_batch"]
        for begin in range(0, len(rows), size):
            batch = rows[begin:begin + size]
            for at in self.feed(job, context, batch):
                pointer = lib.llama_get_logits_ith(context, at)
                logits += [pointer[label] for label in job["labels"]]
            for i in range(len(batch)):
                lib.llama_memory_seq_rm(lib.llama_get_memory(context), i + 1, -1, -1)
        return time.perf_counter() - start, logits

    def greedy(self, context, last):
        """The likeliest token at each of the indices `last`."""
        logits = (self.lib.llama_get_logits_ith(context, at) for at in last)
        return [int(self.numpy.ctypeslib.as_array(row, (self.vocabulary,)).argmax()) for row in logits]

    def grow(self, job, context):
        self.start(job, context)
        next_tokens = self.greedy(context, self.feed(job, context, job["rows"]))
        ends = [len(job["prefix"]) + len(row) for row in job["rows"]]
        tokens = [[] for _ in job["rows"]]
        start = time.perf_counter()
        for step in range(job["new_tokens"]):
            for row, token in zip(tokens, next_tokens):
                row.append(token)
            last = self.decode(
                context, [(i + 1, end + step, [token]) for i, (end, token) in enumerate(zip(ends, next_tokens))], True)
            next_tokens = self.greedy(context, last)
        return time.perf_counter() - start, tokens


class Fathom:
    def __init__(self, binary, model, job_path, threads):
        self.process = subprocess.Popen([binary, model, job_path, "--threads", str(threads)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit("rows.py: fathom_rows ended")
        return json.loads(answer)

    def run(self):
        answer = self.ask("run")
        return answer["seconds"], answer.get("logits") or answer["tokens"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def agreement(job, ours, theirs):
    """How alike the answers are, in words."""
    if job["new_tokens"]:
        pairs = [x == y for a, b in zip(ours, theirs) for x, y in zip(a, b)]
        return f"same tokens {sum(pairs) / len(pairs):.3f}"
    labels, same, squares, n = len(job["labels"]), 0, 0.0, 0
    for i in range(0, len(ours), labels):
        a, b = ours[i:i + labels], theirs[i:i + labels]
        same += a.index(max(a)) == b.index(max(b))
        for j in range(1, labels):
            squares += ((a[j] - a[0]) - (b[j] - b[0])) ** 2
            n += 1
    return f"same best label {same * labels / len(ours):.3f}, log-odds rms {math.sqrt(squares / n):.3f}"


def best_mode(llama, job):
    """The fastest of MODES on up to 64 rows of the job."""
    trial = dict(job, rows=job["rows"][:64])
    rates = []
    for mode in modes_for(job):
        context = llama.context(job, mode)
        seconds = llama.run(trial, mode, context)[0]
        rates.append((work(trial) / seconds, MODES.index(mode)))
        print(f"llama.cpp {mode}: {rates[-1][0]:.2f} {unit(job)}", flush=True)
        llama.lib.llama_free(context)
    return MODES[max(rates)[1]]


def modes_for(job):
    """Rows that are continued are all in one batch: its size is no choice."""
    return [mode for mode in MODES if not job["new_tokens"] or mode["rows_per_batch"] == 64]


def unit(job):
    return "tokens/s" if job["new_tokens"] else "rows/s"


def work(job):
    return len(job["rows"]) * (job["new_tokens"] or 1)


def tokens_per_unit(job):
    """Tokens that go through the layers for a row (prefix spread over all) or a token."""
    if job["new_tokens"]:
        return 1
    return (sum(map(len, job["rows"])) + len(job["prefix"])) / len(job["rows"])


def share_of_machine(result):
    """Of the int8 peak, or for a single row of what reading the weights allows; `result`: a line of --json."""
    machine, best = result["machine"], max(result["rates"]["fathom"])
    if result["new_tokens"] and result["rows"] == 1:
        return best * machine["weight_bytes"] / machine["read_bytes"]
    return best * result["tokens_per_unit"] * machine["operations_per_token"] / machine["peak_operations"]


def shares(result):
    """The same in words. Weights that are not tied hold an embedding that no token reads."""
    machine = result["machine"]
    if not result["new_tokens"]:
        return f"; {share_of_machine(result):.0%} of the int8 peak, {machine['peak_operations'] / 1e9:.0f} Gop/s"
    if result["rows"] > 1 or not machine["tied_output"]:
        return ""
    return f"; {share_of_machine(result):.0%} of reading the weights at {machine['read_bytes'] / 1e9:.1f} GB/s"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--rows", type=int, help="512; 64 with --new-tokens")
    parser.add_argument("--prefix", type=int, default=128)
    parser.add_argument("--new-tokens", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--binary", default=str(root / "build/bench/fathom_rows"))
    parser.add_argument("--at-least", type=float, default=0, help="exit with 1 below this ratio")
    parser.add_argument("--json", help="file that gets the result as one more line")
    args = parser.parse_args()

    llama = LlamaCpp(args.model, args.threads)
    rows = args.rows or (64 if args.new_tokens else 512)
    job = make_job(args.prefix, rows, llama.vocabulary, args.new_tokens)
    mode = best_mode(llama, job)
    rates = {"fathom": [], "llama.cpp": []}
    machine = {}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(job, file)
        file.flush()
        fathom = Fathom(args.binary, args.model, file.name, args.threads)
        context = llama.context(job, mode)
        for repeat in range(args.repeats):
            for key, value in fathom.ask("machine").items():
                machine[key] = max(machine.get(key, value), value)
            ours_seconds, ours = fathom.run()
            theirs_seconds, theirs = llama.run(job, mode, context)
            rates["fathom"].append(work(job) / ours_seconds)
            rates["llama.cpp"].append(work(job) / theirs_seconds)
            print(f"repeat {repeat + 1}: fathom {rates['fathom'][-1]:.2f} {unit(job)}, "
                  f"llama.cpp {rates['llama.cpp'][-1]:.2f} {unit(job)}", flush=True)
        fathom.close()
    best = {side: max(values) for side, values in rates.items()}
    ratio = best["fathom"] / best["llama.cpp"]
    result = {"model": pathlib.Path(args.model).stem, "rows": rows, "prefix": args.prefix, "threads": args.threads,
              "new_tokens": args.new_tokens, "unit": unit(job), "tokens_per_unit": tokens_per_unit(job), "mode": mode,
              "rates": rates, "machine": machine}
    print(f"best of {args.repeats}: fathom {best['fathom']:.2f} {unit(job)}, llama.cpp {best['llama.cpp']:.2f} "
          f"{unit(job)} ({mode}), ratio {ratio:.2f}{shares(result)}; {agreement(job, ours, theirs)}")
    if args.json:
        with open(args.json, "a", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")
    return 1 if ratio < args.at_least else 0


if __name__ == "__main__":
    sys.exit(main())
