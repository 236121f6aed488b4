"""Files on web servers: read in ranges, only what a query needs of them. An S3 store is the same
server under another way to name files."""

import source_test
from range_server import RangeServer
from source_test import TICKETS, TOPIC, SourceTest


class Httpfs(SourceTest):
    QUESTION = "city = 'Bern' AND ai_filter('Is it seven? ' || body)"

    def setUp(self):
        super().setUp()
        self.ask("-c", f"COPY ({TICKETS}) TO 'tickets.parquet'",
                 "-c", f"COPY ({TICKETS}) TO 'tickets.csv'",
                 "-c", "COPY (SELECT i AS id, repeat(md5(i::VARCHAR), 20) AS noise FROM "
                       "range(100000) r(i)) TO 'wide.parquet' (ROW_GROUP_SIZE 10000)")
        self.server = RangeServer(self.folder)
        self.addCleanup(self.server.close)

    def secret(self) -> str:
        return (f"CREATE SECRET (TYPE s3, KEY_ID 'AKIA', SECRET 'hush', ENDPOINT "
                f"'{self.server.host}', URL_STYLE 'path', USE_SSL false)")

    def test_parquet(self):
        sql = f"SELECT count(*) FROM '{self.server.url('tickets.parquet')}' WHERE {self.QUESTION}"
        self.assertEqual(self.rows(sql), ["19"])
        self.assertEqual(self.asked(sql), 100)

    def test_csv(self):
        self.assertEqual(self.rows(f"SELECT count(*) FROM '{self.server.url('tickets.csv')}'"),
                         ["1000"])

    def test_only_the_columns_that_are_used_are_fetched(self):
        self.rows(f"SELECT sum(id) FROM '{self.server.url('wide.parquet')}'")
        size = (self.folder / "wide.parquet").stat().st_size
        self.assertLess(self.server.bytes_sent, size / 2)

    def test_s3(self):
        self.ATTACH = self.secret()
        sql = f"SELECT count(*) FROM 's3://bucket/tickets.parquet' WHERE {self.QUESTION}"
        self.assertEqual(self.rows(sql), ["19"])
        self.assertTrue(all("Credential=AKIA/" in sent for sent in self.server.authorizations))
        self.assertNotIn("hush", "".join(self.server.authorizations))

    def test_answers_in_s3(self):
        self.ATTACH = self.secret()
        self.ask("-c", f"COPY (SELECT id, {TOPIC} AS topic FROM 's3://bucket/tickets.parquet' "
                       "WHERE id < 80) TO 's3://bucket/topics.parquet'")
        sql = "SELECT topic, count(*) FROM 's3://bucket/topics.parquet' GROUP BY 1 ORDER BY 1"
        self.assertEqual(self.rows(sql), ["billing,63", "delivery,17"])

    def test_file_that_is_not_there(self):
        self.assertIn("404", self.refused(f"FROM '{self.server.url('nowhere.parquet')}'"))


if __name__ == "__main__":
    source_test.main("httpfs")
