#!/usr/bin/env python3
"""ai_extract on labelled texts, through build/fathom: which fields are right, and where the quotes stand.

    bench/extract/extract.py [--model qwen2.5-coder-0.5b] [--rows 60] [--sets receipts,entities,questions-en]
                             [--options "{'verbatim': false}"] [--first N] [--results FILE]
    bench/extract/extract.py --peer [--receipts 30] [--model qwen2.5-coder-1.5b]     beside llama.cpp (peer.py)

receipts: company, day, address and total of scanned receipts. entities: names in posts, lists by kind.
questions-en, questions-zh: the answer to a question about a passage, as words of it. A field counts as
right when letters and digits agree, whatever the case; a filled field where the text has none, or has
another, is wrong. Every quote must be a part of its input: the program ends with 1 when one is not. With
receipts it prints what was decoded beside the tokens of the same JSON. Standard library only, but for --peer;
the data sets are read where they lie (../shared/data), without them the program says so and ends with 0.
"""
import argparse
import collections
import json
import pathlib
import re
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import data_sets  # noqa: E402: beside this program
from fathom_runs import append_line, json_lines, run_sql, sql_string  # noqa: E402: in the folder above

RECEIPT_FIELDS = """company VARCHAR COMMENT 'name of the shop that issued the receipt', paid_on DATE COMMENT 'day of the
receipt', address VARCHAR COMMENT 'address of the shop', total DECIMAL(12,2) COMMENT 'total amount to pay'"""
LAST_RUN = "SELECT asked, generated_tokens, seconds FROM ai_runs() ORDER BY id DESC LIMIT 1;"


def plain(value):
    """Letters and digits, so that spelling does not decide."""
    if isinstance(value, float):
        value = f"{value:.2f}"
    return re.sub(r"[\W_]+", "", str(value)).lower()


def extract(options, inputs, fields, task=None):
    """Details of each input, in order; what the run took."""
    settings = ["'details': true", "'quotes': true", f"'model': {sql_string(options.model)}"]
    if task:
        settings.append(f"'task': {sql_string(task)}")
    settings += [part for part in [options.options.strip().strip("{}")] if part]
    values = ", ".join(f"({at}, {sql_string(text)})" for at, text in enumerate(inputs))
    sql = (f"SELECT nr, ai_extract(s, {fields}, {{{', '.join(settings)}}}) AS d FROM (VALUES {values}) v(nr, s) ORDER BY nr;\n"
           f"{LAST_RUN}")
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        done = run_sql(options.fathom, pathlib.Path(folder) / "ledger.db", sql, output="jsonlines")
        seconds = time.monotonic() - started
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    lines = json_lines(done.stdout)
    return [line["d"] for line in lines[:-1]], {**lines[-1], "wall": seconds}


def json_tokens(options, details):
    """Tokens of the answers as texts."""
    texts = [json.dumps(d["value"], ensure_ascii=False) for d in details if d["value"]]
    values = ", ".join(f"({sql_string(text)})" for text in texts)
    done = run_sql(options.fathom, "", f"SELECT sum(ai_count_tokens(s, {sql_string(options.model)})) AS n FROM (VALUES {values}) v(s);",
                   output="jsonlines")
    return int(json.loads(done.stdout)["n"])


def broken_quotes(inputs, details):
    """Quotes that are no part of their input at their place."""
    broken = 0
    for text, d in zip(inputs, details):
        for field in (d["fields"] or {}).values():
            if field["quote"] is not None and text[field["start"]:field["end"]] != field["quote"]:
                broken += 1
    return broken


def quoted(details):
    """Share of filled fields that have a quote."""
    filled = [field for d in details for name, field in (d["fields"] or {}).items()
              if "[" in name or d["value"].get(name) not in (None, [])]
    return sum(field["quote"] is not None for field in filled) / max(len(filled), 1)


def failures(details):
    return dict(collections.Counter(d["error"].split(":")[0] for d in details if d["error"]))


def tally_scalars(rows, details):
    """{field: counts of right, wrong, missing and none, and of the former two those without a quote}; a
    failed row misses all."""
    counts = collections.defaultdict(collections.Counter)
    for (_, truth), d in zip(rows, details):
        for name in (d["value"] or truth):
            got, wanted = (d["value"] or {}).get(name), truth.get(name)
            if got is None:
                counts[name]["missing" if wanted else "none"] += 1
            else:
                outcome = "right" if wanted and plain(got) == plain(wanted) else "wrong"
                counts[name][outcome] += 1
                counts[name][outcome + "_unquoted"] += d["fields"][name]["quote"] is None
    return {name: dict(count) for name, count in counts.items()}


def tally_lists(rows, details):
    """{kind: found, of how many, given}"""
    counts = collections.defaultdict(collections.Counter)
    for (_, truth), d in zip(rows, details):
        for kind, wanted in truth.items():
            got = {plain(value) for value in (d["value"] or {}).get(kind.replace("-", "_")) or []}
            wanted = {plain(value) for value in wanted}
            counts[kind].update(found=len(got & wanted), labelled=len(wanted), given=len(got))
    return {kind: dict(count) for kind, count in counts.items()}


def measure_receipts(options, rows):
    fields = sql_string(RECEIPT_FIELDS)
    details, run = extract(options, [text for text, _ in rows], fields)
    answered = max(sum(d["value"] is not None for d in details), 1)
    cost = {"decided_per_field": run["generated_tokens"] / answered / 4,
            "json_tokens_per_field": json_tokens(options, details) / answered / 4}
    return [text for text, _ in rows], details, {**run, **cost, "counts": tally_scalars(rows, details)}


def measure_entities(options, rows):
    fields = ", ".join('"' + kind.replace("-", "_") + '" VARCHAR[]' for kind in data_sets.ENTITY_KINDS)
    details, run = extract(options, [text for text, _ in rows], sql_string(fields),
                           "Find the names of persons, places, companies, products, creative works and groups.")
    return [text for text, _ in rows], details, {**run, "counts": tally_lists(rows, details)}


def measure_questions(options, rows):
    """The question goes with the input: it differs from row to row."""
    inputs = [f"{passage}\n\n{question}" for (passage, question), _ in rows]
    details, run = extract(options, inputs, "'answer VARCHAR COMMENT ''the words of the text that answer the question at its end'''")
    right = sum(any(plain((d["value"] or {}).get("answer")) == plain(text) for text in truth["answer"])
                for (_, truth), d in zip(rows, details))
    filled = sum(bool(d["value"] and d["value"]["answer"]) for d in details)
    return inputs, details, {**run, "counts": {"answer": {"right": right, "wrong": filled - right, "missing": len(rows) - filled}}}


SETS = {"receipts": (data_sets.receipts, measure_receipts), "entities": (data_sets.entities, measure_entities),
        "questions-en": (lambda data, rows: data_sets.questions(data, rows, "en"), measure_questions),
        "questions-zh": (lambda data, rows: data_sets.questions(data, rows, "zh"), measure_questions)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="qwen2.5-coder-0.5b; with --peer the 1.5b")
    parser.add_argument("--rows", type=int, default=60)
    parser.add_argument("--first", type=int, default=0, help="rows that are left out")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--options", default="", help="further options of ai_extract, as SQL")
    parser.add_argument("--fathom", default=str(ROOT / "build/fathom"))
    parser.add_argument("--results", type=pathlib.Path, help="append each result as a JSON line")
    parser.add_argument("--show", action="store_true", help="print every value beside its label")
    beside = parser.add_argument_group("--peer, receipts beside llama.cpp")
    beside.add_argument("--peer", action="store_true")
    beside.add_argument("--receipts", type=int, default=30)
    beside.add_argument("--block", type=int, default=5, help="receipts of a turn")
    beside.add_argument("--mode", help="of llama.cpp, as JSON, instead of the fastest")
    beside.add_argument("--threads", type=int, help="of llama.cpp; as fathom: every core it may use")
    args = parser.parse_args()
    args.model = args.model or ("qwen2.5-coder-1.5b" if args.peer else "qwen2.5-coder-0.5b")
    data = ROOT.parent / "shared/data"
    if not data.exists():
        print(f"{data} is absent: nothing to measure")
        return 0
    if args.peer:
        import peer  # noqa: PLC0415: needs llama.cpp
        return peer.compare(args, data)
    broken = 0
    for name in args.sets.split(","):
        read, measure = SETS[name]
        rows = list(read(data, args.first + args.rows))[args.first:]
        inputs, details, result = measure(args, rows)
        broken += broken_quotes(inputs, details)
        result = {"set": name, "model": args.model, "rows": len(rows), "failed": failures(details),
                  "quoted": round(quoted(details), 3), **result}
        print(json.dumps(result), flush=True)
        if args.show:
            for (_, truth), d in zip(rows, details):
                print(json.dumps({"got": d["value"], "label": truth, "error": d["error"]}, ensure_ascii=False))
        if args.results:
            append_line(args.results, result)
    if broken:
        print(f"{broken} quotes are no part of their input")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
