"""Excel sheets: questions about one, and answers in another."""

import zipfile

import source_test
from source_test import TICKETS, TOPIC, SourceTest


class Excel(SourceTest):
    def setUp(self):
        super().setUp()
        self.ask("-c", f"COPY ({TICKETS}) TO 'tickets.xlsx' (HEADER true)")

    def test_the_file_is_a_workbook(self):
        with zipfile.ZipFile(self.folder / "tickets.xlsx") as book:
            self.assertIn("xl/worksheets/sheet1.xml", book.namelist())

    def test_reading(self):
        sql = """SELECT count(*) FROM 'tickets.xlsx' WHERE city = 'Bern'
                 AND ai_filter('Is it seven? ' || body)"""
        self.assertEqual(self.rows(sql), ["19"])
        self.assertEqual(self.asked(sql), 100)

    def test_range_and_sheet(self):
        sql = "FROM read_xlsx('tickets.xlsx', sheet = 'Sheet1', range = 'A1:B3', header = true)"
        self.assertEqual(self.rows(sql), ["0.0,Bern", "1.0,Oslo"])

    def test_answers_in_a_sheet(self):
        self.ask("-c", f"COPY (SELECT id, {TOPIC} AS topic FROM 'tickets.xlsx' WHERE id < 80) "
                       "TO 'topics.xlsx' (FORMAT xlsx, HEADER true)")
        self.assertEqual(self.rows("SELECT topic, count(*) FROM 'topics.xlsx' GROUP BY 1 ORDER BY "
                                   "1"), ["billing,63", "delivery,17"])

    def test_copying_needs_no_word_about_extensions(self):
        self.ask("-c", "EXPLAIN COPY (SELECT 1) TO 'a.xlsx'", "-c", "COPY (SELECT 1) TO 'a.XLSX'")


if __name__ == "__main__":
    source_test.main("excel")
