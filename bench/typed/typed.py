#!/usr/bin/env python3
"""Are typed answers of their type? Random JSON schemas, random and real texts, every answer validated.

    bench/typed/typed.py [--schemas 50] [--seed 1] [--model smollm2-135m]

Each schema is asked about three ways, two texts each: ai_complete with it as 'response_format' at
temperature 0 and at 1.2, and ai_extract, whose fields may all be null. The answers are read from the
ledger as the model wrote them ('verbatim' is false, which would take text out of them) and validated by
jsonschema, which knows nothing of fathom. Prints the share of answers, why the others
are NULL, and ends with 1 when an answer is invalid, is not UTF-8, or fathom died. The texts come from
../shared/data; without it they are random only. Needs jsonschema (scripts/bench brings it).
"""
import argparse
import collections
import csv
import datetime
import decimal
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import jsonschema  # noqa: E402: in the environment that scripts/bench makes
from fathom_runs import json_lines, sql_string  # noqa: E402: in the folder above
from schemas import SchemaMaker, nullable_fields, random_text  # noqa: E402: beside this program

MAX_TOKENS = 150
JOBS = {  # name: (SQL, its answers as a schema of the schema)
    "complete": ("ai_complete(prompt('Describe this: {{0}}', s), {{'response_format': {schema}, {options}}})", lambda schema: schema),
    "complete, 1.2": ("ai_complete(prompt('Describe this: {{0}}', s), {{'response_format': {schema}, 'temperature': 1.2, {options}}})",
                      lambda schema: schema),
    "extract": ("ai_extract(s, {schema}, {{'verbatim': false, {options}}})", nullable_fields),
}


def parse_day_and_time(text):
    return len(text) > 18 and datetime.datetime.fromisoformat(text)


FORMATS = jsonschema.FormatChecker(formats=["email", "uuid"])
for name, check in {"date": datetime.date.fromisoformat, "date-time": parse_day_and_time, "timestamp": parse_day_and_time,
                    "time": datetime.time.fromisoformat, "time-local": datetime.time.fromisoformat}.items():
    FORMATS.checks(name, raises=ValueError)(lambda text, check=check: bool(not isinstance(text, str) or check(text) is not None))


def real_texts(data):
    """Reviews, receipts and Chinese reviews, cut to 300 characters."""
    if not data.exists():
        return []
    receipts = [json.loads(line)["text"] for line in (data / "sroie_receipts/receipts.jsonl").read_text(encoding="utf-8").splitlines()]
    with open(next((data / "sembench_movie").rglob("Reviews.csv")), encoding="utf-8", newline="") as file:
        reviews = [row["reviewText"] for row in csv.DictReader(file)]
    with open(next((data / "zh_waimai_10k").glob("*.csv")), encoding="utf-8", newline="") as file:
        waimai = [row["review"] for row in csv.DictReader(file)]
    return [text[:300] for texts in zip(receipts, reviews, waimai) for text in texts if text.strip()]


def statement(schema, job, texts, model):
    call = JOBS[job][0].format(schema=sql_string(json.dumps(schema, ensure_ascii=False)),
                               options=f"'max_tokens': {MAX_TOKENS}, 'details': true, 'model': {sql_string(model)}")
    values = ", ".join(f"({sql_string(text)})" for text in texts)
    return f"SELECT {sql_string(job)} AS job, s, {call} AS d FROM (VALUES {values}) v(s);"


def fathom(args, ledger, arguments, sql=None):
    return subprocess.run([args.fathom, "--ledger", str(ledger), *arguments], input=sql and sql.encode(), capture_output=True, check=False)


def written_answers(args, ledger, run):
    """{input: the JSON as the model wrote it}; bytes that are no UTF-8 raise."""
    lines = fathom(args, ledger, ["runs", "export", str(run)]).stdout.decode("utf-8").split("\n")
    records = [json.loads(line, parse_float=decimal.Decimal) for line in lines if line]
    return {record["template"].replace("{0}", record["input"]): record["value"] for record in records if "value" in record}


def check(schema, answer):
    """What is wrong, or nothing."""
    exact = json.loads(json.dumps(schema), parse_float=decimal.Decimal)
    errors = jsonschema.Draft202012Validator(exact, format_checker=FORMATS).iter_errors(answer)
    return next((f"{'/'.join(map(str, error.path))}: {error.message}" for error in errors), "")


def judge(schema, job, rows, written, found):
    """Counts the answers of one statement into `found`."""
    for row in rows:
        answer = written.get(f"Describe this: {row['s']}" if job.startswith("complete") else row["s"])
        if row["d"]["error"]:
            found[row["d"]["error"].split(":")[0]] += 1
            continue
        wrong = "no answer in the ledger" if answer is None else check(JOBS[job][1](schema), answer)
        found["invalid" if wrong else "valid"] += 1
        if wrong:
            print(f"INVALID ({job}): {wrong}\n  {json.dumps(schema, ensure_ascii=False)}\n  {answer}")


def ask(args, ledger, schema, asked, found):
    """All jobs about one schema, in one process; each statement is a run of the ledger."""
    sql = "\n".join(statement(schema, job, texts, args.model) for job, texts in asked.items())
    done = fathom(args, ledger, ["--format", "jsonlines", "-"], sql)
    if done.returncode != 0:
        found["died" if done.returncode < 0 else "refused"] += 1
        print(f"{done.returncode}: {done.stderr.decode(errors='replace')[:400]}\n  {json.dumps(schema, ensure_ascii=False)}")
        return
    try:
        rows = json_lines(done.stdout.decode("utf-8"))
        for run, (job, texts) in enumerate(asked.items(), 1):
            judge(schema, job, [row for row in rows if row["job"] == job], written_answers(args, ledger, run), found)
    except UnicodeDecodeError as error:
        found["not UTF-8"] += 1
        print(error)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schemas", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--fathom", default=str(ROOT / "build/fathom"))
    args = parser.parse_args()
    draw = random.Random(args.seed)
    texts = real_texts(ROOT.parent / "shared/data") or [random_text(draw, 200) for _ in range(100)]
    found, started = collections.Counter(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(args.schemas):
            schema = SchemaMaker(draw).make()
            asked = {job: [random_text(draw, draw.randint(1, 120)), draw.choice(texts)] for job in JOBS}
            ask(args, pathlib.Path(folder) / f"{number}.db", schema, asked, found)
    print(json.dumps({"schemas": args.schemas, "model": args.model, "seconds": round(time.monotonic() - started, 1), **found}))
    bad = found["invalid"] + found["died"] + found["not UTF-8"] + found["refused"]
    if found["valid"] + bad:
        print(f"valid: {found['valid'] / (found['valid'] + found['invalid'] or 1):.2%} of the answers")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
