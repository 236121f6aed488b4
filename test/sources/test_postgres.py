"""A real PostgreSQL server: ordinary conditions run there, the model sees what is left, and what it
says is written back, all of it or nothing."""

import signal
import time

import source_test
from servers import NoServer, Postgres
from source_test import STUB, TICKETS, TOPIC, SourceTest


class PostgresTest(SourceTest):
    server: Postgres

    def setUp(self):
        super().setUp()
        self.ATTACH = f"ATTACH '{self.server.connection}' AS pg (TYPE postgres)"
        self.server.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        self.ask("-c", f"CREATE TABLE pg.tickets AS {TICKETS}")


class Reading(PostgresTest):
    QUESTION = "city = 'Bern' AND opened < '2026-07-01' AND ai_filter('Is it seven? ' || body)"

    def test_conditions_run_in_the_server(self):
        sql = f"SELECT id FROM pg.tickets WHERE {self.QUESTION} ORDER BY id"
        told = self.server.statements_of(lambda: self.assertEqual(self.rows(sql), ["70", "170"]))
        copies = [line for line in told.splitlines() if "COPY (SELECT" in line]
        self.assertEqual(len(copies), 1, copies)
        self.assertIn("""WHERE "city" = 'Bern'""", copies[0])
        self.assertIn(""""opened" < '2026-07-01'""", copies[0])
        self.assertEqual(self.asked(sql), 19)  # every tenth of 181 days

    def test_plan_shows_the_conditions_in_the_scan(self):
        plan = "\n".join(self.rows(f"EXPLAIN SELECT id FROM pg.tickets WHERE {self.QUESTION}"))
        scan = plan[plan.index("POSTGRES_SCAN"):]
        self.assertIn("city='Bern'", scan)
        self.assertIn("opened<", scan)
        self.assertIn("SEMANTIC_MAP", plan[:plan.index("POSTGRES_SCAN")])

    def test_only_the_columns_that_are_used_are_sent(self):
        told = self.server.statements_of(lambda: self.rows(f"SELECT {TOPIC} FROM pg.tickets"))
        self.assertIn('COPY (SELECT "body" FROM', told)

    def test_limit_counts_what_the_model_lets_through(self):
        sql = f"SELECT count(*) FROM (FROM pg.tickets WHERE {self.QUESTION} LIMIT 2)"
        self.assertEqual(self.rows(sql), ["2"])

    def test_query_in_the_words_of_the_server(self):
        sql = f"""SELECT {TOPIC}, count(*) FROM postgres_query('pg',
                  'SELECT body FROM tickets WHERE id % 500 = 7') GROUP BY 1"""
        self.assertEqual(self.rows(sql), ["delivery,2"])
        self.assertEqual(self.asked(sql), 2)

    def test_join_with_a_local_file(self):
        self.write("owners.csv", "city,owner\nBern,Ueli\nRoma,Anna\n")
        sql = """SELECT owner, count(*) FROM pg.tickets JOIN 'owners.csv' USING (city)
                 WHERE ai_filter('Is it seven? ' || body) GROUP BY owner"""
        self.assertEqual(self.rows(sql), ["Ueli,19"])
        self.assertEqual(self.asked(sql), 100)

    def test_secret_instead_of_a_connection_string(self):
        host = self.server.connection.split()[0].split("=")[1]
        self.ATTACH = (f"CREATE SECRET (TYPE postgres, HOST '{host}', USER 'fathom', "
                       "DATABASE 'postgres'); ATTACH '' AS pg (TYPE postgres)")
        self.assertEqual(self.rows("SELECT count(*) FROM pg.tickets"), ["1000"])

    def test_no_server(self):
        self.ATTACH = "ATTACH 'host=127.0.0.1 port=1' AS pg (TYPE postgres)"
        self.assertIn("127.0.0.1", self.refused("FROM pg.tickets"))


class WritingBack(PostgresTest):
    def setUp(self):
        super().setUp()
        self.server.sql("CREATE TABLE topics (id bigint PRIMARY KEY, topic text NOT NULL)")
        self.told = len(self.server.log.read_text())

    def test_insert(self):
        self.ask("-c", f"INSERT INTO pg.topics SELECT id, {TOPIC} FROM pg.tickets "
                       "WHERE city = 'Bern' AND id < 100")
        self.assertEqual(self.server.sql("SELECT topic, count(*), min(id) FROM topics GROUP BY 1 "
                                         "ORDER BY 1"), "billing|9|0\ndelivery|1|70\n")

    def test_update(self):
        self.server.sql("ALTER TABLE tickets ADD topic text")
        self.ask("-c", f"UPDATE pg.tickets SET topic = {TOPIC} WHERE city = 'Bern'")
        self.assertEqual(self.server.sql("SELECT topic, count(*) FROM tickets GROUP BY 1 ORDER BY "
                                         "1"), "billing|81\ndelivery|19\n|900\n")

    def test_delete(self):
        self.ask("-c", "DELETE FROM pg.tickets WHERE city = 'Bern' AND ai_filter('7? ' || body)")
        self.assertEqual(self.server.sql("SELECT count(*) FROM tickets"), "981\n")

    def test_statement_that_fails_leaves_no_rows(self):
        message = self.refused(f"INSERT INTO pg.topics SELECT id % 900, {TOPIC} FROM pg.tickets")
        self.assertIn("topics_pkey", message)
        self.assertEqual(self.server.sql("SELECT count(*) FROM topics"), "0\n")

    def test_answer_that_is_null_leaves_no_rows_where_none_may_be(self):
        self.server.sql("UPDATE tickets SET body = ' ' WHERE id = 999")
        message = self.refused(f"INSERT INTO pg.topics SELECT id, {TOPIC} FROM pg.tickets")
        self.assertIn("null value", message)
        self.assertEqual(self.server.sql("SELECT count(*) FROM topics"), "0\n")

    def test_transaction_that_is_rolled_back(self):
        self.ask("-c", f"BEGIN; INSERT INTO pg.topics SELECT id, {TOPIC} FROM pg.tickets; ROLLBACK")
        self.assertEqual(self.server.sql("SELECT count(*) FROM topics"), "0\n")

    def test_interrupted_statement_leaves_no_rows(self):
        self.stub(STUB | {"delay_ms_per_row": 20})
        process = self.start("--model", "stub", "-c", self.ATTACH, "-c",
                             f"INSERT INTO pg.topics SELECT id, {TOPIC} FROM pg.tickets")
        deadline = time.monotonic() + 30
        while 'COPY (SELECT "id", "body"' not in self.server.log.read_text()[self.told:]:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertEqual(self.server.sql("SELECT count(*) FROM topics"), "0\n")

    def test_rows_that_are_not_there_yet(self):
        """A table that grows: a condition leaves the rows that have no answer there yet."""
        grow = (f"INSERT INTO pg.topics SELECT id, {TOPIC} FROM pg.tickets "
                "WHERE id NOT IN (SELECT id FROM pg.topics)")
        self.assertEqual(self.asked(grow), 1000)
        self.server.sql("INSERT INTO tickets VALUES (1000, 'Bern', '2026-01-01', 'ticket no 1000')")
        self.assertEqual(self.asked(grow), 1)
        self.assertEqual(self.server.sql("SELECT count(*) FROM topics"), "1001\n")

    def test_a_table_that_has_grown_costs_its_new_rows(self):
        """The same statement again, with the ledger of the first time."""
        count = "SELECT count(*) FROM pg.tickets WHERE ai_filter(body)"
        rows = int(self.server.sql("SELECT count(DISTINCT body) FROM tickets"))
        self.assertEqual(self.asked(count, ledger="kept.db"), rows)
        self.server.sql("INSERT INTO tickets VALUES (2000, 'Bern', '2026-01-01', 'a new ticket')")
        self.assertEqual(self.asked(count, ledger="kept.db"), 1)


if __name__ == "__main__":
    source_test.main_with_server(PostgresTest, Postgres, NoServer, "postgres_scanner")
