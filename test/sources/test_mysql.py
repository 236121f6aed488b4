"""A real MariaDB server, reached as MySQL is: conditions run there, answers are written back."""

import source_test
from servers import MariaDb, NoServer
from source_test import TICKETS, TOPIC, SourceTest


class MySql(SourceTest):
    server: MariaDb

    def setUp(self):
        super().setUp()
        self.ATTACH = f"ATTACH '{self.server.connection}' AS my (TYPE mysql)"
        self.ask("-c", f"DROP TABLE IF EXISTS my.tickets; CREATE TABLE my.tickets AS {TICKETS}")

    def test_conditions_run_in_the_server(self):
        sql = "SELECT count(*) FROM my.tickets WHERE city = 'Bern' AND ai_filter('7? ' || body)"
        self.assertEqual(self.rows(sql), ["19"])
        self.assertEqual(self.asked(sql), 100)
        self.assertIn("WHERE `city` = 'Bern'", self.server.queries.read_text(errors="replace"))

    def test_writing_back(self):
        self.ask("-c", f"DROP TABLE IF EXISTS my.topics; CREATE TABLE my.topics AS SELECT id, "
                       f"{TOPIC} AS topic FROM my.tickets WHERE id < 10",
                 "-c", f"INSERT INTO my.topics SELECT id, {TOPIC} FROM my.tickets WHERE id = 70")
        self.assertEqual(self.rows("SELECT topic, count(*) FROM my.topics GROUP BY 1 ORDER BY 1"),
                         ["billing,9", "delivery,2"])

    def test_statement_that_fails_leaves_no_rows(self):
        self.ask("-c", "CREATE OR REPLACE TABLE my.topics (id BIGINT PRIMARY KEY, topic VARCHAR)")
        self.refused(f"INSERT INTO my.topics SELECT id % 900, {TOPIC} FROM my.tickets")
        self.assertEqual(self.rows("SELECT count(*) FROM my.topics"), ["0"])

    def test_update_by_the_model_is_refused_by_the_connector(self):
        self.assertIn("UPDATE", self.refused(f"UPDATE my.tickets SET body = {TOPIC}"))


if __name__ == "__main__":
    source_test.main_with_server(MySql, MariaDb, NoServer, "mysql_scanner")
