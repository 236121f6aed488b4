#!/usr/bin/env python3
"""What fathom itself costs: 1,000,000 rows with 50,000 distinct texts whose answers are all in the
ledger, beside the same query with length(text) in place of the call.

    bench/overhead/overhead.py [--rounds 5]

Seconds of the whole program, best of the rounds, the two interleaved; peak memory of the call's.
Ends with 1 when a query takes more than 3 times as long or 2 GB. The texts are made up, the model is
a stub: nothing asks it while the clock runs. Standard library only.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FATHOM = ROOT / "build/fathom"
RATIO_MAX, BYTES_MAX = 3.0, 2 * 10**9
TABLE = """CREATE TABLE t AS SELECT i AS id,
             'message ' || j || ' says: ' || repeat(chr((97 + j % 26)::INT) || ' word ', 5 + j % 25) AS text
           FROM (SELECT i, (i * 7919) % 50000 AS j FROM range(1000000) r(i))"""
CALL = "ai_classify(text, ['bill', 'parcel', 'praise'])"
QUERIES = {
    "CREATE TABLE AS": "CREATE OR REPLACE TABLE o AS SELECT id, {} AS a FROM t",
    "COPY to Parquet": "COPY (SELECT id, {} AS a FROM t) TO 'o.parquet'",
    "GROUP BY": "SELECT {} AS a, count(*) FROM t GROUP BY ALL",
    "filter": "SELECT count(*) FROM t WHERE {}::VARCHAR = 'bill'",
}


def run(folder, sql):
    """Seconds and peak bytes."""
    arguments = [FATHOM, "-q", "-d", "t.duckdb", "--model", "stub", "--ledger", "ledger.db", "-c", sql]
    begin = time.monotonic()
    child = subprocess.Popen(arguments, cwd=folder, stdout=subprocess.DEVNULL,
                             env={**os.environ, "FATHOM_STUB": "stub.json"})
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if status != 0:
        sys.exit(f"failed: {sql}")
    return seconds, usage.ru_maxrss * 1024


def measure(folder, query, rounds):
    """The best seconds with the call and with length(text), the highest peak of the former."""
    asked, plain, peaks = [], [], []
    for _ in range(rounds):
        seconds, peak = run(folder, query.format(CALL))
        asked.append(seconds)
        peaks.append(peak)
        plain.append(run(folder, query.format("length(text)"))[0])
    return min(asked), min(plain), max(peaks)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    if rounds < 1:
        parser.error("--rounds must be at least 1")
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "stub.json").write_text(json.dumps({"rules": [], "default": "parcel"}))
        run(folder, TABLE)
        run(folder, f"SELECT count({CALL}) FROM t")
        print(f"{'query':18}{'ai_classify':>12}{'length':>9}{'ratio':>7}{'peak':>10}")
        for name, query in QUERIES.items():
            asked, plain, peak = measure(folder, query, rounds)
            missed |= asked > RATIO_MAX * plain or peak > BYTES_MAX
            print(f"{name:18}{asked:10.3f} s{plain:7.3f} s{asked / plain:7.2f}{peak / 1e6:7.0f} MB", flush=True)
    print(f"target: at most {RATIO_MAX:.0f} times, {BYTES_MAX / 1e9:.0f} GB: " + ("MISSED" if missed else "met"))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
