"""What the tests of this folder share: fathom with installed sources, tables of tickets, and a run
that ends with 77 when this machine cannot do it."""

from __future__ import annotations

import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from harness import CliTest  # noqa: E402  # the path above leads to it

SOURCES = pathlib.Path(os.environ.get("FATHOM_SOURCES", ""))  # that set-up fetched

# 1,000 tickets, every tenth from Bern, numbers in their texts; TOPIC gives each a label.
TICKETS = """SELECT i AS id, CASE WHEN i % 10 = 0 THEN 'Bern' ELSE 'Oslo' END AS city,
    DATE '2026-01-01' + i::INTEGER AS opened, 'ticket no ' || i AS body FROM range(1000) r(i)"""
TOPIC = "ai_classify(body, ['billing', 'delivery'])"
STUB = {"rules": [{"contains": "7", "prompt_contains": "delivery", "answer": "delivery"},
                  {"prompt_contains": "delivery", "answer": "billing"},
                  {"contains": "7", "answer": "yes"}],
        "default": "no"}


class SourceTest(CliTest):
    """`ATTACH` of a class is run before each query."""

    ATTACH = ""

    def setUp(self) -> None:
        super().setUp()
        self.stub(STUB)
        cache = self.folder / "cache"
        cache.mkdir()
        (cache / "extensions").symlink_to(SOURCES)

    def rows(self, sql: str) -> list[str]:
        """The lines of the answer, without the names of the columns."""
        answer = self.ask("-c", sql).stdout.removeprefix("Success\ntrue\n")  # of CREATE SECRET
        return answer.splitlines()[1:]

    def asked(self, sql: str, ledger: str | None = None) -> int:
        """How many inputs the model was asked about, as the summary line says."""
        summary = self.ask("-c", sql, ledger=ledger).stderr
        found = re.search(r"([\d,]+) asked", summary)
        return int(found[1].replace(",", "")) if found else 0

    def ask(self, *arguments: str, ledger: str | None = None):
        """Without a ledger's name each call has its own: nothing was asked before."""
        self.ledgers = getattr(self, "ledgers", 0) + 1
        path = self.folder / (ledger or f"ledger{self.ledgers}.db")
        done = self.run_fathom("--model", "stub", "--ledger", str(path), *self._attach(), *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def refused(self, sql: str) -> str:
        """What is said about a statement that fails."""
        return self.failure("--model", "stub", *self._attach(), "-c", sql)

    def _attach(self) -> list[str]:
        return ["-c", self.ATTACH] if self.ATTACH else []


def main(*extensions: str) -> None:
    """Runs the tests of a file that needs these extensions of DuckDB."""
    for extension in extensions:
        if not list(SOURCES.glob(f"*/*/{extension}.duckdb_extension")):
            skip(f"the extension {extension} is not in {SOURCES}: scripts/setup test fetches it")
    unittest.main(verbosity=2)


def main_with_server(test, server, no_server, *extensions: str) -> None:
    """As main, with `test.server` made by `server` for as long as the tests run."""
    try:
        test.server = server()
    except no_server as reason:
        skip(str(reason))
    try:
        main(*extensions)
    finally:
        test.server.close()


def skip(reason: str) -> None:
    print(f"SKIPPED: {reason}", flush=True)
    sys.exit(77)
