#!/usr/bin/env python3
"""What EXPLAIN says that a query will take, beside what it then takes: the queries of queries.sql.

    bench/explain/explain.py [--queries predicate,exists] [--model qwen2.5-coder-0.5b] [--results FILE]

Every query has a ledger of its own: a copy of one in which the model's speed on this machine stands,
measured and corrected by a run over other texts. EXPLAIN and the query run in one process; a query's
tokens and seconds are what the ledger recorded of its run, the model's loading left out: EXPLAIN has
loaded it. Ends with 1 when fewer than 27 of 30 queries are within 10 % in tokens or 40 % in seconds
(of fewer queries, nine tenths); --tokens-only judges tokens alone, for a machine that is not idle.
Standard library only. The data sets are read where they lie (../shared/data); without them the
program says so and ends with 0.
"""
import argparse
import json
import pathlib
import re
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from fathom_runs import append_line, forecast, run_sql, sql_string  # noqa: E402: in the folder above

TOLERANCES = {"tokens": .10, "seconds": .40}
SHARE_WITHIN = .9
LAST_RUN = "SELECT prompt_tokens + generated_tokens AS tokens, generated_tokens AS generated, seconds, asked FROM ai_runs() ORDER BY id DESC LIMIT 1;"
# Texts that no query asks about: nothing of a query is known when it begins.
WARM_UP = """SELECT count(*) FROM news WHERE nr > 5000 AND nr <= 5150 AND ai_filter(prompt('The article is cheerful: {0}', description));
SELECT ai_complete(prompt('What is this about? {0}', title), {'max_tokens': 16}) FROM news WHERE nr > 5150 AND nr <= 5166;"""


def read_queries(path):
    """The tables' statements; {name: (what runs before or "", the query)}."""
    parts = re.split(r"^-- @(\w+) ?(\w*)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    blocks = {(kind, name): text.strip() for kind, name, text in zip(parts[::3], parts[1::3], parts[2::3])}
    queries = {name: (blocks.get(("before", name), ""), text)
               for (kind, name), text in blocks.items() if kind == "query"}
    return blocks["tables", ""], queries


def run(options, ledger, sql):
    """What the statements print, a JSON object a line."""
    done = run_sql(options.fathom, ledger, sql, output="jsonlines")
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return done.stdout.splitlines()


def warm_up(options, tables, ledger):
    """Twice: the second run is corrected by what the first has learnt."""
    for question in ("cheerful", "sad"):
        run(options, ledger, f"{tables}\nEXPLAIN {WARM_UP}\n{WARM_UP}".replace("cheerful", question))


def compare(name, before, query, options, tables, ledger):
    """Forecast and run of one query."""
    if before:
        run(options, ledger, f"{tables}\n{before}")
    lines = run(options, ledger, f"{tables}\nEXPLAIN (FORMAT json) {query}\n{query}\n{LAST_RUN}")
    explained = next(row for row in map(json.loads, lines) if "explain_value" in row)
    return {"query": name, "model": options.model, "forecast": forecast(explained["explain_value"]),
            "run": json.loads(lines[-1])}


def ratio(result, figure):
    """Forecast by run; 1 where neither is anything."""
    expected, taken = result["forecast"][figure], result["run"][figure]
    if taken == 0:
        return 1.0 if expected == 0 else float("inf")
    return expected / taken


def row(result):
    cells = [result["query"]]
    for figure, digits in (("asked", 0), ("tokens", 0), ("seconds", 1)):
        cells += [f"{result[side][figure]:,.{digits}f}" for side in ("forecast", "run")]
        if figure in TOLERANCES:
            cells.append(f"{ratio(result, figure):.2f}")
    return "| " + " | ".join(cells) + " |"


def judge(results, figure):
    """Prints how many queries are near and which are not; are there enough?"""
    missed = [result for result in results if abs(ratio(result, figure) - 1) > TOLERANCES[figure]]
    within, target = len(results) - len(missed), SHARE_WITHIN * len(results)
    print(f"{figure} within {TOLERANCES[figure]:.0%}: {within} of {len(results)} (target {target:.0f})"
          + "".join(f"; {result['query']} {ratio(result, figure) - 1:+.0%}" for result in missed))
    return within >= target


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fathom", default=str(ROOT / "build" / "fathom"))
    parser.add_argument("--data", default=str(ROOT.parent / "shared" / "data"))
    parser.add_argument("--queries", help="names, separated by commas; all without")
    parser.add_argument("--model", default="qwen2.5-coder-0.5b")
    parser.add_argument("--tokens-only", action="store_true", help="seconds are shown and not judged")
    parser.add_argument("--results", help="JSON-lines file that one line per query is appended to")
    return parser.parse_args()


def choose(queries, names):
    if unknown := [name for name in names if name not in queries]:
        sys.exit(f"explain: no query {', '.join(unknown)}; there are: {', '.join(queries)}")
    return {name: queries[name] for name in names}


def main():
    options = parse_options()
    if not pathlib.Path(options.data).is_dir():
        print(f"skipped: the data sets are not at {options.data} (--data)")
        return 0
    tables, queries = read_queries(pathlib.Path(__file__).with_name("queries.sql"))
    tables = f"SET ai_model = {sql_string(options.model)};\n" + tables.replace("{data}", options.data)
    queries = choose(queries, options.queries.split(",")) if options.queries else queries
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        warm, ledger = (pathlib.Path(temporary) / name for name in ("warm.db", "ledger.db"))
        warm_up(options, tables, warm)
        print("| query | asked: EXPLAIN | run | tokens: EXPLAIN | run | ratio | seconds: EXPLAIN | run | ratio |\n"
              "|---|--:|--:|--:|--:|--:|--:|--:|--:|")
        for name, (before, query) in queries.items():
            shutil.copy(warm, ledger)
            results.append(compare(name, before, query, options, tables, ledger))
            print(row(results[-1]), flush=True)
            if options.results:
                append_line(options.results, results[-1])
    figures = ["tokens"] if options.tokens_only else list(TOLERANCES)
    return 0 if all([judge(results, figure) for figure in figures]) else 1


if __name__ == "__main__":
    sys.exit(main())
