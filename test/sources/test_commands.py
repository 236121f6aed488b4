"""fathom source, and what is said when a source is used that is not installed."""

import os
import shutil

import source_test
from source_test import SOURCES, CliTest


class Sources(CliTest):
    def setUp(self):
        super().setUp()
        self.installed = self.folder / "cache/extensions"

    def source(self, *arguments: str):
        done = self.run_fathom("source", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def file(self, extension: str):
        """The extension as set-up fetched it."""
        return next(SOURCES.glob(f"*/*/{extension}.duckdb_extension"))

    def test_list(self):
        lines = self.source("list").splitlines()
        self.assertEqual(lines[0], "name,installed,bytes,description,path")
        self.assertTrue(lines[1].startswith("postgres,false,,PostgreSQL"))
        self.assertEqual([line.split(",")[1] for line in lines[1:]], ["false"] * 8)

    def test_add_use_and_remove_a_file(self):
        path = self.source("add", self.file("excel")).strip()
        self.assertTrue(path.startswith(str(self.installed)))
        self.assertIn("excel,true,", self.source("list"))
        self.query("COPY (SELECT 42 AS a) TO 'a.xlsx' (HEADER true)")
        self.assertEqual(self.query("FROM 'a.xlsx'"), "a\n42.0\n")
        self.source("remove", "excel")
        self.assertFalse(os.path.exists(path))
        self.assertIn("not installed", self.failure("source", "remove", "excel"))

    def test_file_that_duckdb_does_not_trust(self):
        altered = bytearray(self.file("excel").read_bytes())
        altered[5000] ^= 1
        path = self.write("excel.duckdb_extension", bytes(altered))
        self.assertIn("signature", self.failure("source", "add", path))
        self.assertIn("512", self.failure("source", "add",
                                          self.write("x.duckdb_extension", "no extension")))
        self.assertIn("no file", self.failure("source", "add", "./nowhere.duckdb_extension"))
        self.assertFalse(self.installed.exists())

    def test_known_name_is_fetched(self):
        """Already there: the script that fetches has nothing to do."""
        shutil.copytree(SOURCES, self.installed, copy_function=os.symlink)
        self.assertTrue(self.source("add", "excel").strip().endswith("/excel.duckdb_extension"))

    def test_wheel_that_is_none(self):
        self.assertIn("no such file", self.failure("source", "add", "nowhere.whl"))

    def test_unknown_name(self):
        message = self.failure("source", "add", "postgrse")
        self.assertIn("did you mean 'postgres'?", message)
        self.assertIn("postgres, mysql, sqlite, excel, httpfs, avro, iceberg, delta", message)
        self.assertIn("did you mean 'excel'?", self.failure("source", "remove", "exel"))

    def test_statement_that_needs_a_missing_one_names_the_command(self):
        for sql, name in (("ATTACH 'host=x' AS pg (TYPE postgres)", "postgres"),
                          ("ATTACH 'postgres:dbname=x'", "postgres"),
                          ("CREATE SECRET (TYPE postgres, HOST 'x')", "postgres"),
                          ("ATTACH 'host=x' AS my (TYPE mysql)", "mysql"),
                          ("ATTACH 'x.db' (TYPE sqlite)", "sqlite"),
                          ("FROM 'x.xlsx'", "excel"),
                          ("COPY (SELECT 1) TO 'x.xlsx'", "excel"),
                          ("COPY (SELECT 1) TO 'x' (FORMAT xlsx)", "excel"),
                          ("FROM 'https://localhost/x.csv'", "httpfs"),
                          ("CREATE SECRET (TYPE s3, KEY_ID 'x')", "httpfs"),
                          ("FROM iceberg_scan('x')", "iceberg"),
                          ("FROM delta_scan('x')", "delta")):
            with self.subTest(sql):
                message = self.failure("-c", sql)
                self.assertIn(f"fathom source add {name}\n", message)
                self.assertNotIn("INSTALL", message)


if __name__ == "__main__":
    source_test.main("excel")
