"""A SQLite file, written by SQLite itself and read back by it."""

import sqlite3

import source_test
from source_test import TOPIC, SourceTest


class Sqlite(SourceTest):
    ATTACH = "ATTACH 'shop.db' AS shop (TYPE sqlite)"

    def setUp(self):
        super().setUp()
        self.database = sqlite3.connect(self.folder / "shop.db")
        self.addCleanup(self.database.close)
        rows = [(i, "Oslo" if i % 10 else "Bern", f"ticket no {i}", None) for i in range(1000)]
        self.sql("CREATE TABLE tickets (id INTEGER PRIMARY KEY, city TEXT, body TEXT, topic TEXT)")
        self.sql("CREATE TABLE topics (id INTEGER PRIMARY KEY, topic TEXT)")
        self.database.executemany("INSERT INTO tickets VALUES (?, ?, ?, ?)", rows)
        self.database.commit()

    def sql(self, statement: str) -> list:
        rows = self.database.execute(statement).fetchall()
        self.database.commit()
        return rows

    def test_reading_asks_about_the_rows_that_conditions_leave(self):
        sql = "SELECT count(*) FROM shop.tickets WHERE city = 'Bern' AND ai_filter('7? ' || body)"
        self.assertEqual(self.rows(sql), ["19"])
        self.assertEqual(self.asked(sql), 100)

    def test_file_that_is_not_named_as_sqlite(self):
        self.ATTACH = "ATTACH 'shop.db'"
        self.assertEqual(self.rows("SELECT count(*) FROM shop.tickets"), ["1000"])

    def test_insert(self):
        self.ask("-c", f"INSERT INTO shop.topics SELECT id, {TOPIC} FROM shop.tickets "
                       "WHERE city = 'Bern'")
        self.assertEqual(self.sql("SELECT topic, count(*) FROM topics GROUP BY 1 ORDER BY 1"),
                         [("billing", 81), ("delivery", 19)])

    def test_update(self):
        self.ask("-c", f"UPDATE shop.tickets SET topic = {TOPIC} WHERE city = 'Bern'")
        self.assertEqual(self.sql("SELECT topic, count(*) FROM tickets GROUP BY 1 ORDER BY 1"),
                         [(None, 900), ("billing", 81), ("delivery", 19)])

    def test_statement_that_fails_leaves_no_rows(self):
        self.refused(f"INSERT INTO shop.topics SELECT id % 900, {TOPIC} FROM shop.tickets")
        self.assertEqual(self.sql("SELECT count(*) FROM topics"), [(0,)])


if __name__ == "__main__":
    source_test.main("sqlite_scanner")
