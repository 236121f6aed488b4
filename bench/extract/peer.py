"""extract.py --peer: receipts through ai_extract and through llama.cpp with a grammar from a JSON schema.

Same weights, same receipts, same threads, in turns of --block receipts; the same fields with the same
descriptions, each nullable. Reading the weights is in nobody's seconds. Of both the right fields are
counted, those filled with something else, and the NULLs. What is not alike:

* ai_extract makes NULL what the input does not say ('verbatim'). So it also runs with 'verbatim': false, and
  llama.cpp's answers are also counted behind that same check (the stub model says them to ai_extract).
* ai_extract asks in its own words. llama.cpp is asked in two forms: "schema", instruction and schema as system
  message and the receipt as user message; and "fathom's words", the message of ai_extract.
* ai_extract's seconds are those of the SQL statement, ledger written; llama.cpp's those of its C API calls.
* Processor seconds are of the whole process: fathom's hold the reading of the weights and a small receipt before.
* DECIMAL(12,2) is a plain number in the schema, and scored to two digits behind the point.

llama.cpp runs in each of MODES on other receipts first, and then in the fastest of them.
"""
import collections
import datetime
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

import data_sets
import llama_json
from extract import RECEIPT_FIELDS, ROOT, plain
from fathom_runs import append_line, run_sql, sql_string

DESCRIPTIONS = {"company": "name of the shop that issued the receipt", "paid_on": "day of the receipt",
                "address": "address of the shop", "total": "total amount to pay"}
TYPES = {"company": {"type": "string"}, "paid_on": {"type": "string", "format": "date"}, "address": {"type": "string"},
         "total": {"type": "number"}}
SCHEMA = {"type": "object", "required": list(TYPES), "additionalProperties": False, "properties": {
    name: {"description": DESCRIPTIONS[name], "anyOf": [form, {"type": "null"}]} for name, form in TYPES.items()}}
MODES = [{"rows": 1, "flash": True, "unified": True}, {"rows": 5, "flash": True, "unified": True},
         {"rows": 5, "flash": False, "unified": True}, {"rows": 5, "flash": True, "unified": False}]
CLOCK = "SELECT epoch_ms(now()) AS at;\n"


def weights(model):
    """The path of its file."""
    fetch = [sys.executable, str(ROOT / "scripts/fetch.py"), model]
    return subprocess.run(fetch, capture_output=True, text=True, check=True).stdout.strip()


def chat(text, wording):
    if wording == "schema":
        return [{"role": "system", "content": "Extract the fields of the receipt that the user sends. Answer with one JSON object of this "
                 "schema, copy values as they stand in the receipt, and write null for what it does not mention.\n" + json.dumps(SCHEMA)},
                {"role": "user", "content": text}]
    words = {"paid_on": " (date, YYYY-MM-DD)", "total": " (number)"}
    lines = "".join(f"- {name}{words.get(name, '')}: {what}\n" for name, what in DESCRIPTIONS.items())
    return [{"role": "user", "content": "Extract these fields from the text. A field that it does not mention is null.\n" + lines +
             f"\nText:\n{text}\n\nWrite {', '.join(DESCRIPTIONS)} of this text as JSON, word for word as they stand in the text."}]


def ask_fathom(args, texts, settings, model=None):
    """(values, {seconds, ...}) of one statement; a statement before it has read the weights."""
    options = "{'details': true" + f", 'model': {sql_string(model or args.model)}" + settings + "}"
    call = lambda text: f"ai_extract({text}, {sql_string(RECEIPT_FIELDS)}, {options})"
    values = ", ".join(f"({at}, {sql_string(text)})" for at, text in enumerate(texts))
    sql = (f"SELECT {call(sql_string('Corner shop, total 1.00'))} AS d;\n{CLOCK}SELECT nr, {call('s')} AS d FROM (VALUES {values}) "
           f"v(nr, s) ORDER BY nr;\n{CLOCK}SELECT prompt_tokens, generated_tokens FROM ai_runs() ORDER BY id DESC LIMIT 1;")
    with tempfile.TemporaryDirectory() as folder:
        done = run_sql(args.fathom, pathlib.Path(folder) / "ledger.db", sql, output="jsonlines")
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    lines = [json.loads(line) for line in done.stdout.splitlines()][1:]
    run = {"seconds": (lines[-2]["at"] - lines[0]["at"]) / 1000, "generated": lines[-1]["generated_tokens"]}
    return [line["d"]["value"] for line in lines[1:-2]], run


def ask_llama(llama, texts, wording, mode):
    answers, run = llama.answers([chat(text, wording) for text in texts], SCHEMA, mode)
    return [as_values(llama_json.parsed(answer)) for answer in answers], run


def as_values(answer):
    """As fathom's values; None of an answer that was cut."""
    return answer and {**answer, "total": None if answer["total"] is None else float(answer["total"])}


def checked(args, texts, values):
    """`values` behind the check of ai_extract: the stub model says them."""
    rules = [{"contains": text, "answer": json.dumps(sayable(value), ensure_ascii=False)} for text, value in zip(texts, values) if value]
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as script:
        json.dump({"rules": rules, "default": "", "context_tokens": 1000000}, script)
        script.flush()
        os.environ["FATHOM_STUB"] = script.name
        try:
            return ask_fathom(args, texts, "", "stub")[0]
        finally:
            del os.environ["FATHOM_STUB"]


def sayable(value):
    """What has the declared types: no 30th of February, no bar code for a total."""
    try:
        datetime.date.fromisoformat(value["paid_on"] or "0001-01-01")
    except ValueError:
        value = {**value, "paid_on": None}
    if value["total"] is not None:
        fits = abs(value["total"]) < 1e10
        value = {**value, "total": round(value["total"], 2) if fits else None}
    return value


def score(rows, values):
    """{field: Counter of right, wrong, null}"""
    counts = {name: collections.Counter(right=0, wrong=0, null=0) for name in TYPES}
    for (_, truth), value in zip(rows, values):
        for name in TYPES:
            got = (value or {}).get(name)
            right = name in truth and plain(got) == plain(truth[name])
            counts[name]["null" if got is None else "right" if right else "wrong"] += 1
    return counts


def cpu_seconds():
    """Of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def fastest_mode(llama, texts):
    rates = []
    for mode in MODES:
        before = cpu_seconds()
        _, run = ask_llama(llama, texts, "schema", mode)
        rates.append(len(texts) / run["seconds"])
        print(f"llama.cpp {mode}: {rates[-1]:.3f} receipts/s, {(cpu_seconds() - before) / len(texts):.1f} processor seconds each", flush=True)
    return MODES[rates.index(max(rates))]


def in_turns(texts, block, sides):
    """({side: values}, {side: runs}, loads before each run)"""
    values, runs, loads = {side: [] for side in sides}, {side: [] for side in sides}, []
    for at in range(0, len(texts), block):
        part = texts[at:at + block]
        for side, ask in sides.items():
            loads.append(os.getloadavg()[0])
            before = cpu_seconds()
            answers, run = ask(part)
            values[side] += answers
            runs[side].append({**run, "cpu": cpu_seconds() - before})
        print(f"{at + len(part)} receipts, load {loads[-1]:.1f}, seconds (of processors) of these {len(part)}: " +
              ", ".join(f"{side} {runs[side][-1]['seconds']:.1f} ({runs[side][-1]['cpu']:.1f})" for side in sides), flush=True)
    return values, runs, loads


def print_table(rows, values, runs):
    print(f"| right / wrong but filled / NULL of {len(rows)} | " + " | ".join(TYPES) +
          " | all | receipts/s | processor s each | tokens decided |\n|---|" + "--:|" * (len(TYPES) + 4))
    for side in values:
        counts = score(rows, values[side])
        cells = [f"{c['right']} / {c['wrong']} / {c['null']}" for c in [*counts.values(), sum(counts.values(), collections.Counter())]]
        total = collections.Counter()
        for run in runs.get(side, []):
            total.update(run)
        if total:
            cells += [f"{len(rows) / total['seconds']:.3f}", f"{total['cpu'] / len(rows):.1f}", str(total["generated"])]
        print(f"| {side} | " + " | ".join(cells) + " |")


def print_ratios(runs):
    """How many times as fast fathom is, all blocks together and block by block."""
    for side in runs:
        if side.startswith("llama.cpp"):
            blocks = [theirs["seconds"] / ours["seconds"] for ours, theirs in zip(runs["fathom"], runs[side])]
            whole = {what: sum(r[what] for r in runs[side]) / sum(r[what] for r in runs["fathom"]) for what in ("seconds", "cpu")}
            print(f"fathom beside {side}: {whole['seconds']:.2f} times the receipts/s (blocks {min(blocks):.2f} to {max(blocks):.2f}, "
                  f"median {statistics.median(blocks):.2f}); processor seconds 1 / {whole['cpu']:.2f}")


def compare(args, data):
    trial = 5
    rows = list(data_sets.receipts(data, args.first + args.receipts + trial))[args.first:]
    rows, others = rows[:args.receipts], [text for text, _ in rows[args.receipts:]]
    texts = [text for text, _ in rows]
    file = weights(args.model)
    amx = llama_json.amx_works(file)
    llama = llama_json.LlamaJson(file, args.threads, amx)
    print(f"{llama.threads} threads each; llama.cpp: {llama.system}{'' if amx else 'without AMX, of which it dies'}; "
          f"load {os.getloadavg()[0]:.1f}", flush=True)
    mode = json.loads(args.mode) if args.mode else fastest_mode(llama, others)
    values, runs, loads = in_turns(texts, args.block, {
        "fathom": lambda part: ask_fathom(args, part, ""),
        "llama.cpp, schema": lambda part: ask_llama(llama, part, "schema", mode),
        "llama.cpp, fathom's words": lambda part: ask_llama(llama, part, "fathom", mode),
        "fathom, 'verbatim': false": lambda part: ask_fathom(args, part, ", 'verbatim': false")})
    for side in [side for side in values if side.startswith("llama.cpp")]:
        values[side + ", same check"] = checked(args, texts, values[side])
    print_table(rows, values, runs)
    print_ratios(runs)
    print(f"llama.cpp's mode {mode}; load {min(loads):.1f} to {max(loads):.1f}")
    if args.show:
        for at, (_, truth) in enumerate(rows):
            print(json.dumps({"label": truth, **{side: values[side][at] for side in values}}, ensure_ascii=False))
    if args.results:
        append_line(args.results, {"set": "receipts beside llama.cpp", "model": args.model, "rows": len(rows), "mode": mode, "amx": amx,
                                   "loads": loads, "runs": runs, "counts": {side: score(rows, values[side]) for side in values}})
    return 0
