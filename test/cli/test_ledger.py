"""Answers that were paid for: kept at once, never asked twice, whatever happens to the process.

Every query runs in a process of its own; the stub model says how often it was asked through the
summary line, and the ledger itself is read with Python's sqlite3.
"""

import contextlib
import json
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

import harness

STUB = {
    "rules": [
        {"contains": "great", "answer": "yes"},
        {"contains": "boom", "error": "too_long"},
    ],
    "default": "no",
}
ROWS = "(SELECT i, CASE WHEN i % 3 = 0 THEN 'great ' ELSE 'poor ' END || (i % {distinct}) AS s FROM range({rows}) r(i))"
KILLS = int(os.environ.get("FATHOM_KILLS", "12"))  # 100 for the figure of docs/PERFORMANCE.md


class LedgerTest(harness.CliTest):
    def setUp(self) -> None:
        super().setUp()
        self.stub(STUB)
        self.path = self.folder / "ledger.db"
        self.env["FATHOM_LEDGER"] = str(self.path)

    def query(self, rows: int = 2000, distinct: int = 2000) -> str:
        return ("SELECT count(*) FILTER (WHERE ai_filter(s)), count(*) FROM "
                + ROWS.format(rows=rows, distinct=distinct))

    def run_sql(self, *statements: str):
        args = [arg for sql in statements for arg in ("-c", sql)]
        return self.run_fathom("--model", "stub", *args)

    def asked(self, result) -> int:
        """What the summary line of the (last) statement says."""
        found = re.findall(r"([\d,]+) asked", result.stderr)
        self.assertTrue(found, result.stderr)
        return int(found[-1].replace(",", ""))

    def answers(self) -> list:
        """The answers of a ledger that nobody has open, or that has none yet. Read from a copy:
        SQLite repairs what a kill left behind when it reads it, and that is fathom's to do."""
        copy = self.folder / "copy" / "ledger.db"
        shutil.rmtree(copy.parent, ignore_errors=True)
        copy.parent.mkdir()
        for suffix in ("", "-wal", "-journal"):
            if (beside := self.path.with_name(self.path.name + suffix)).exists():
                shutil.copy(beside, copy.with_name(copy.name + suffix))
        with contextlib.closing(sqlite3.connect(copy)) as ledger:
            if not ledger.execute("SELECT 1 FROM sqlite_schema WHERE name = 'answers'").fetchone():
                return []  # killed before it was made
            return ledger.execute("SELECT input, payload, at_ms FROM answers ORDER BY 1").fetchall()

    def start(self, sql: str) -> subprocess.Popen:
        return subprocess.Popen(
            [harness.PROGRAM, "--model", "stub", "-c", sql], env=self.env, cwd=self.folder,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


class OnceEver(LedgerTest):
    def test_the_second_time_nothing_is_asked(self) -> None:
        first = self.run_sql(self.query())
        again = self.run_sql(self.query())
        self.assertEqual((self.asked(first), self.asked(again)), (2000, 0))
        self.assertEqual(first.stdout, again.stdout)
        self.assertIn("2,000 from the ledger", again.stderr)

    def test_rows_from_the_ledger_keep_their_order(self) -> None:
        result = self.run_sql(
            "CREATE TABLE t AS FROM " + ROWS.format(rows=400000, distinct=500),
            "SELECT count(ai_filter(s)) FROM t",
            "CREATE TABLE answered AS SELECT i, s, ai_filter(s) AS answer FROM t",
            "SELECT 'wrong: ' || count(*) FILTER (rowid <> i OR answer <> contains(s, 'great'))"
            " FROM answered",
        )
        self.assertIn("wrong: 0\n", result.stdout)
        self.assertEqual(self.asked(result), 0)

    def test_a_grown_table_costs_its_new_rows(self) -> None:
        self.run_sql(self.query(rows=2000))
        self.assertEqual(self.asked(self.run_sql(self.query(rows=2100, distinct=2100))), 100)

    def test_a_forecast_counts_what_the_ledger_has(self) -> None:
        for predicate in ("ai_filter(s)", "ai_filter(s) AND ai_filter('so: ' || s)"):
            sql = "SELECT count(*) FROM " + ROWS.format(rows=100, distinct=100) + " WHERE " + predicate
            self.run_sql(sql)
            plan = self.run_sql("EXPLAIN " + sql).stdout
            self.assertRegex(plan, r"Asked: 0\b", predicate)
            self.assertRegex(plan, r"From ledger: 1\d\d\b", predicate)

    def test_under_a_limit_too(self) -> None:
        sql = "SELECT s FROM " + ROWS.format(rows=500, distinct=500) + " WHERE ai_filter(s) LIMIT 3"
        first = self.run_sql(sql)
        again = self.run_sql(sql)
        self.assertEqual(again.stdout, first.stdout)
        self.assertEqual([self.asked(first), self.asked(again)], [16, 0])

    def test_explain_changes_nothing_and_says_what_it_cannot_do(self) -> None:
        made = ("CREATE SEQUENCE n", "EXPLAIN SELECT ai_filter('s' || nextval('n')) FROM range(50)",
                "SELECT nextval('n')")
        done = self.run_sql(*made)
        self.assertEqual(done.stdout.split()[-1], "1")
        self.assertIn("EXPLAIN shows no forecast, or not all of it: running the query would have a lasting effect", done.stderr)
        done = self.run_sql("PREPARE p AS SELECT ai_filter('p' || i) FROM range(50) r(i) WHERE i < $1", "EXPLAIN EXECUTE p(10)")
        self.assertIn("Rows: 10", done.stdout)

    def test_none_keeps_nothing(self) -> None:
        done = self.run_fathom("--model", "stub", "--ledger", "", "-c", self.query(20, 20))
        self.assertEqual(self.asked(done), 20)
        self.assertFalse(self.path.exists())

    def test_details_say_what_was_cached(self) -> None:
        sql = "SELECT (ai_filter('great', true)).cached"
        self.assertEqual(self.run_sql(sql).stdout.split()[-1], "false")
        self.assertEqual(self.run_sql(sql).stdout.split()[-1], "true")

    def test_another_question_is_asked(self) -> None:
        self.run_sql(self.query())
        other = self.query().replace("ai_filter(s)", "ai_filter('so: ' || s)")
        self.assertEqual(self.asked(self.run_sql(other)), 2000)

    def test_switched_off_it_neither_reads_nor_writes(self) -> None:
        self.run_sql(self.query())
        before = self.answers()
        again = self.run_sql("SET ai_cache = false", self.query(rows=2100, distinct=2100))
        self.assertEqual(self.asked(again), 2100)
        self.assertEqual(self.answers(), before)

    def test_failed_rows_are_asked_again(self) -> None:
        sql = "SELECT ai_filter(s) FROM (VALUES ('boom'), ('great')) v(s)"
        self.run_sql(sql)
        self.assertEqual(self.asked(self.run_sql(sql)), 1)


class Crashes(LedgerTest):
    """kill -9 at random moments: no answer of the ledger is lost or asked twice."""

    def test_killed_again_and_again(self) -> None:
        self.stub({**STUB, "delay_ms_per_row": 1})
        undisturbed = self.run_fathom("--model", "stub", "--ledger", str(self.folder / "other.db"),
                                      "-c", self.query())
        seed = random.randrange(1 << 30)
        moments = random.Random(seed)
        known: dict = {}
        kills = 0
        for _ in range(KILLS):
            process = self.start(self.query())
            time.sleep(moments.uniform(0.02, 0.5))
            kills += process.poll() is None
            process.kill()
            process.communicate()
            kept = {row[0]: row[1:] for row in self.answers()}
            for text, answer in known.items():
                self.assertEqual(kept.get(text), answer, f"lost or asked again; seed {seed}")
            known = kept
            if len(known) == 2000:  # all is answered: from here on nothing would be at stake
                os.replace(self.path, self.folder / f"full{_}.db")
                for suffix in ("-wal", "-shm", "-owners"):
                    (self.folder / f"ledger.db{suffix}").unlink(missing_ok=True)
                known = {}
        self.assertGreater(kills, KILLS // 2, f"seed {seed}")
        last = self.run_sql(self.query())
        self.assertEqual(last.stdout, undisturbed.stdout)
        self.assertEqual(self.asked(last), 2000 - len(known))
        self.assertEqual(len(self.answers()), 2000)
        with sqlite3.connect(self.path) as ledger:
            self.assertEqual(ledger.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            self.assertEqual(ledger.execute("SELECT count(*) FROM claims").fetchone(), (0,))

    def test_a_killed_run_is_shown_and_resumed(self) -> None:
        self.stub({**STUB, "delay_ms_per_row": 2})
        self.write("data.csv", "s\n" + "\n".join(f"great {i}" for i in range(1000)))
        process = subprocess.Popen(
            [harness.PROGRAM, "--model", "stub", "-c", "CREATE VIEW t AS FROM 'data.csv'",
             "-c", "SELECT count(*) FROM t WHERE ai_filter(s)"],
            env=self.env, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.8)
        process.kill()
        process.wait()
        paid = len(self.answers())
        self.assertGreater(paid, 0)
        runs = json.loads(self.run_fathom("runs", "--format", "json").stdout)
        self.assertEqual([run["state"] for run in runs], ["died"])
        resumed = self.run_fathom("runs", "resume", str(runs[0]["id"]))
        self.assertEqual(resumed.returncode, 0, resumed.stderr)
        self.assertEqual(resumed.stdout.split()[-1], "1000")
        self.assertEqual(self.asked(resumed), 1000 - paid)

    def test_ctrl_c_keeps_what_was_paid(self) -> None:
        self.stub({**STUB, "delay_ms_per_row": 2})
        process = self.start(self.query())
        time.sleep(0.8)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130)
        paid = len(self.answers())
        self.assertGreater(paid, 0)
        runs = json.loads(self.run_fathom("runs", "--format", "json").stdout)
        self.assertEqual([run["state"] for run in runs], ["cancelled"])
        self.assertEqual(self.asked(self.run_sql(self.query())), 2000 - paid)


class TwoProcesses(LedgerTest):
    def test_equal_work_is_asked_once_in_total(self) -> None:
        self.stub({**STUB, "delay_ms_per_row": 1})
        processes = [self.start(self.query()) for _ in range(2)]
        outputs = [process.communicate(timeout=60) for process in processes]
        self.assertEqual([process.returncode for process in processes], [0, 0], outputs)
        self.assertEqual(outputs[0][0], outputs[1][0])
        asked = [int(re.findall(r"([\d,]+) asked", err)[-1].replace(",", "")) for _, err in outputs]
        self.assertEqual(sum(asked), 2000, outputs)
        self.assertEqual(len(self.answers()), 2000)


class BadLedgers(LedgerTest):
    """A ledger that cannot be used is left as it is, named, and can be done without."""

    def check_refused(self, *words: str) -> None:
        before = self.path.read_bytes() if self.path.is_file() else None
        result = self.run_sql(self.query(10, 10))
        self.assertEqual(result.returncode, 1)
        for word in (str(self.path), "SET ai_cache = false", *words):
            self.assertIn(word, result.stderr)
        if before is not None:
            self.assertEqual(self.path.read_bytes(), before)
        without = self.run_sql("SET ai_cache = false", self.query(10, 10))
        self.assertEqual(without.returncode, 0, without.stderr)

    def test_removed_while_in_use(self) -> None:
        self.stub(STUB | {"delay_ms_per_row": 5})
        process = self.start(self.query(rows=400, distinct=400))
        while not self.path.exists():
            time.sleep(.01)
        time.sleep(.3)
        self.path.unlink()
        _, errors = process.communicate(timeout=60)
        self.assertIn("was removed or replaced while it was in use", errors)

    def test_not_a_ledger(self) -> None:
        self.path.write_bytes(b"these are my holiday pictures " * 1000)
        self.check_refused()

    def test_damaged(self) -> None:
        self.run_sql(self.query())
        content = bytearray(self.path.read_bytes())
        content[1024 * 8:1024 * 200] = os.urandom(1024 * 192)
        self.path.write_bytes(content)
        self.check_refused()

    def test_of_a_later_version(self) -> None:
        self.run_sql(self.query(10, 10))
        with sqlite3.connect(self.path) as ledger:
            ledger.execute("PRAGMA user_version = 999")
        ledger.close()
        self.check_refused("newer")

    def test_in_a_place_that_cannot_be_written(self) -> None:
        self.env["FATHOM_LEDGER"] = "/proc/ledger.db"
        self.path = type(self.path)("/proc/ledger.db")
        self.check_refused()

    def test_a_full_disk(self) -> None:
        self.run_sql(self.query(100, 100))
        before = self.answers()
        limit = self.path.stat().st_size + 40_000

        def small_files() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        process = subprocess.run(
            [harness.PROGRAM, "--model", "stub", "-c", self.query(20_000, 20_000)], env=self.env,
            cwd=self.folder, capture_output=True, text=True, timeout=60, preexec_fn=small_files)
        self.assertEqual(process.returncode, 1, process.stderr)
        self.assertIn(str(self.path), process.stderr)
        self.assertIn("SET ai_cache = false", process.stderr)
        kept = self.answers()
        self.assertEqual([row for row in kept if row in before], before)
        with sqlite3.connect(self.path) as ledger:
            self.assertEqual(ledger.execute("PRAGMA integrity_check").fetchone(), ("ok",))
        again = self.run_sql(self.query(20_000, 20_000))
        self.assertEqual(self.asked(again), 20_000 - len(kept))


class Budgets(LedgerTest):
    PARTIAL = "SET ai_on_budget = 'partial'"

    def errors(self, *statements: str) -> dict:
        result = self.run_sql(*statements,
                              "SELECT reason, sum(rows)::INT AS n FROM ai_run_errors() GROUP BY 1")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = result.stdout.split("reason,n\n")[-1].split()
        return {line.split(",")[0]: int(line.split(",")[1]) for line in lines}

    def tokens(self) -> int:
        run = json.loads(self.run_fathom("runs", "--format", "json").stdout)[0]
        return int(run["tokens"])

    def test_tokens_are_never_exceeded(self) -> None:
        failed = self.run_sql("SET ai_max_tokens = 1000", self.query())
        self.assertEqual(failed.returncode, 1)
        self.assertIn("ai_max_tokens", failed.stderr)
        self.assertLessEqual(self.tokens(), 1000)
        self.assertGreater(self.tokens(), 800)

    def test_partial_marks_the_rows_that_are_missing(self) -> None:
        errors = self.errors("SET ai_max_tokens = 1000", self.PARTIAL, self.query())
        self.assertEqual(set(errors), {"over_budget"})
        self.assertEqual(errors["over_budget"], 2000 - len(self.answers()))
        self.assertLessEqual(self.tokens(), 1000)

    def test_as_much_time_as_one_likes(self) -> None:
        done = self.run_sql("SET ai_max_seconds = 1e30", self.query(20, 20))
        self.assertEqual(self.asked(done), 20)

    def test_time_ends_a_run(self) -> None:
        self.stub({**STUB, "delay_ms_per_row": 2})
        begin = time.monotonic()
        errors = self.errors("SET ai_max_seconds = 0.5", self.PARTIAL, self.query())
        self.assertLess(time.monotonic() - begin, 2)
        self.assertEqual(errors["over_budget"], 2000 - len(self.answers()))

    def test_money_is_never_exceeded(self) -> None:
        self.stub({**STUB, "price": {"prompt": 100}})
        errors = self.errors("SET ai_max_cost = 0.05", self.PARTIAL, self.query())
        self.assertGreater(errors["over_budget"], 1000)
        run = json.loads(self.run_fathom("runs", "--format", "json").stdout)[0]
        self.assertLessEqual(float(run["cost"]), 0.05)
        self.assertGreater(float(run["cost"]), 0.04)


class Runs(LedgerTest):
    def test_lists_shows_exports_and_prunes(self) -> None:
        self.run_sql("CREATE TEMP TABLE t AS SELECT 1", self.query(10, 10))
        runs = json.loads(self.run_fathom("runs", "--format", "json").stdout)
        self.assertEqual([(run["state"], run["asked"]) for run in runs], [("done", 10)])
        shown = self.run_fathom("runs", "show", "1", "--format", "json")
        self.assertIn("CREATE TEMP TABLE", json.loads(shown.stdout)[0]["setup"])
        exported = [json.loads(line) for line in
                    self.run_fathom("runs", "export", "1").stdout.splitlines()]
        self.assertEqual(len(exported), 10)
        self.assertEqual({answer["function"] for answer in exported}, {"ai_filter"})
        self.assertEqual({answer["value"] for answer in exported if "great" in answer["input"]},
                         {True})
        pruned = self.run_fathom("runs", "prune", "--max-size", "0")
        self.assertIn("10 answers", pruned.stdout)
        self.assertEqual(self.answers(), [])

    def test_a_write_of_a_transaction_is_resumed(self) -> None:
        database = str(self.folder / "d.duckdb")
        self.run_fathom("--model", "stub", "-d", database, "-c", "CREATE TABLE b (i BIGINT, f BOOLEAN)", "-c", "BEGIN", "-c",
                        "INSERT INTO b SELECT i, ai_filter('great ' || i) FROM range(5) r(i)", "-c", "ROLLBACK")
        self.assertEqual(self.run_fathom("runs", "resume", "1").returncode, 0)
        left = self.run_fathom("-d", database, "-c", "SELECT count(*) FROM b")
        self.assertEqual(left.stdout.split()[-1], "5")

    def test_exports_no_run_that_is_not_there(self) -> None:
        self.run_sql(self.query(20, 20))
        missing = self.run_fathom("runs", "export", "99")
        self.assertEqual(missing.returncode, 1)
        self.assertIn("there is no run 99", missing.stderr)

    def test_says_what_is_wrong(self) -> None:
        for args, words in ((["show", "7"], "no ledger"), (["show"], "which run"),
                            (["prune"], "--older-than"), (["show", "x"], "whole number")):
            result = self.run_fathom("runs", *args)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn(words, result.stderr)
        self.run_sql(self.query(10, 10))
        self.assertIn("7", self.run_fathom("runs", "show", "7").stderr)


if __name__ == "__main__":
    unittest.main()
