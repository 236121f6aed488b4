#!/usr/bin/env python3
"""SemBench, movie scenario: the queries published for Snowflake, verbatim, through build/fathom.

    bench/sembench/sembench.py [--queries Q1,Q3] [--model qwen2.5-coder-1.5b] [--results FILE]

Prints one line per query: quality by the scenario's own measure, seconds, tokens. Each query begins
with an empty ledger; with --one-ledger they share one, in the order given. Q7 runs for Q7_SECONDS,
partial, and what EXPLAIN says of it stands below the table. Standard library only. The data set is read where it lies (../shared/data); without it the program says so and ends
with 0.
"""
import argparse
import csv
import io
import json
import pathlib
import re
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from fathom_runs import append_line, forecast, run_sql, sql_string  # noqa: E402: in the folder above

QUERIES = ["Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "Q9", "Q10"]
Q7_SECONDS = 60


def read_csv(text):
    """Rows by column name; of columns with one name each has its number."""
    lines = list(csv.reader(io.StringIO(text)))
    names = [name if lines[0].count(name) == 1 else f"{name}{at}" for at, name in enumerate(lines[0])]
    return [dict(zip(names, line)) for line in lines[1:]]


def f1(limit=None):
    """Of rows as sets. LIMIT k has no order, so k right rows are a perfect answer: recall counts up
    to k."""
    def measure(rows, truth):
        wanted = {tuple(row.values()) for row in truth}
        got = [tuple(row.values()) for row in rows]
        hits = len(wanted.intersection(got))
        if hits == 0:
            return 0.0
        precision = hits / len(got)
        recall = hits / min(limit or len(wanted), len(wanted))
        return 2 * precision * recall / (precision + recall)
    return measure


def relative_error(got, truth):
    return abs(got - truth) / abs(truth)


def error_of_single_value(rows, truth):
    return relative_error(float(list(rows[0].values())[0]), float(list(truth[0].values())[0]))


def error_of_groups(rows, truth):
    """Mean over the true groups; a group that is missing counts as 0 rows."""
    counts = {row["scoreSentiment"]: float(row["count"]) for row in rows}
    errors = [relative_error(counts.get(row["scoreSentiment"], 0.0), float(row["count"]))
              for row in truth]
    return sum(errors) / len(errors)


def ranks(values):
    """Ranks from 1, ties share their mean."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    result = [0.0] * len(values)
    begin = 0
    while begin < len(order):
        end = begin
        while end < len(order) and values[order[end]] == values[order[begin]]:
            end += 1
        for i in order[begin:end]:
            result[i] = (begin + 1 + end) / 2
        begin = end
    return result


def spearman(xs, ys):
    xs, ys = ranks(xs), ranks(ys)
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys))
    variance_x = sum((x - mean_x) ** 2 for x in xs)
    variance_y = sum((y - mean_y) ** 2 for y in ys)
    if variance_x == 0 or variance_y == 0:
        return 0.0
    return covariance / (variance_x * variance_y) ** 0.5


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def rank_correlation(key, value):
    """Spearman's rho over the keys that both sides have a number for."""
    def measure(rows, truth):
        got = {row[key]: number(row[value]) for row in rows}
        pairs = [(got.get(row[key]), number(row[value])) for row in truth]
        pairs = [(x, y) for x, y in pairs if x is not None and y is not None]
        return spearman([x for x, _ in pairs], [y for _, y in pairs])
    return measure


MEASURES = {
    "Q1": ("F1", f1(limit=5)),
    "Q2": ("F1", f1(limit=5)),
    "Q3": ("relative error", error_of_single_value),
    "Q4": ("relative error", error_of_single_value),
    "Q5": ("F1", f1(limit=10)),
    "Q6": ("F1", f1(limit=10)),
    "Q7": ("F1", f1()),
    "Q8": ("relative error", error_of_groups),
    "Q9": ("Spearman", rank_correlation("reviewId", "reviewScore")),
    "Q10": ("Spearman", rank_correlation("movieId", "movieScore")),
}


def script(query, folder, model, explain=False):
    """The published query behind what Snowflake's user had: a table, and the foreign model's name."""
    published = (folder / "queries" / "snowflake" / f"{query}.sql").read_text(encoding="utf-8")
    reviews = sql_string(str(folder / "Reviews.csv"))
    return "\n".join([
        f"SET ai_model = {sql_string(model)};",
        f"SET ai_model_alias = MAP {{'llama4-maverick': {sql_string(model)}}};",
        f"CREATE VIEW reviews AS SELECT * FROM read_csv({reviews}, header = true);",
        *([f"SET ai_max_seconds = {Q7_SECONDS};", "SET ai_on_budget = 'partial';"]
          if query == "Q7" and not explain else []),
        ("EXPLAIN (FORMAT json) " if explain else "") + published.rstrip().rstrip(";") + ";",
    ])


def tokens_of(summary):
    """The number before the word "tokens" in the summary line on stderr; None when there is none."""
    found = re.findall(r"([\d,.]+)([kM]?) tokens?", summary)
    if not found:
        return None
    digits, unit = found[-1]
    return round(float(digits.replace(",", "")) * {"": 1, "k": 1e3, "M": 1e6}[unit])


def run(query, folder, options):
    """One query in a process of its own."""
    with tempfile.TemporaryDirectory() as temporary:
        ledger = options.one_ledger or f"{temporary}/ledger.db"
        start = time.monotonic()
        done = run_sql(options.fathom, ledger, script(query, folder, options.model))
        seconds = time.monotonic() - start
    if done.returncode != 0:
        return {"query": query, "error": done.stderr.strip().splitlines()[-1:], "seconds": seconds}
    truth = read_csv((folder / "ground_truth" / f"{query}.csv").read_text(encoding="utf-8"))
    name, measure = MEASURES[query]
    return {"query": query, "measure": name, "quality": measure(read_csv(done.stdout), truth),
            "seconds": seconds, "tokens": tokens_of(done.stderr), "model": options.model}


def forecast_of(query, folder, options):
    """What EXPLAIN says that the query would take, from an empty ledger."""
    with tempfile.TemporaryDirectory() as temporary:
        done = run_sql(options.fathom, f"{temporary}/ledger.db",
                       script(query, folder, options.model, explain=True), output="jsonlines")
    if done.returncode != 0:
        return f"failed: {done.stderr.strip()}"
    figures = forecast(json.loads(done.stdout)["explain_value"])
    return f"{figures['asked']:,.0f} inputs, {figures['tokens']:,.0f} tokens, {figures['seconds']:,.0f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fathom", default=str(ROOT / "build" / "fathom"))
    parser.add_argument("--data", default=str(ROOT.parent / "shared" / "data" / "sembench_movie"))
    parser.add_argument("--queries", default=",".join(QUERIES))
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--one-ledger", help="a file that the queries share")
    parser.add_argument("--results", help="JSON-lines file that one line per query is appended to")
    options = parser.parse_args()
    folder = pathlib.Path(options.data)
    if not folder.is_dir():
        print(f"skipped: the data set is not at {folder} (--data)")
        return 0
    print("| query | measure | quality | seconds | tokens |\n|---|---|--:|--:|--:|")
    failed = False
    for query in options.queries.split(","):
        result = run(query, folder, options)
        failed = failed or "error" in result
        if "error" in result:
            print(f"| {query} | failed: {' '.join(result['error'])} | | {result['seconds']:.1f} | |")
        else:
            print(f"| {query} | {result['measure']} | {result['quality']:.3f} | "
                  f"{result['seconds']:.1f} | {result['tokens'] or '?'} |", flush=True)
        if options.results:
            append_line(options.results, result)
    if "Q7" in options.queries.split(","):
        print(f"\nQ7 to its end, as EXPLAIN says: {forecast_of('Q7', folder, options)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
