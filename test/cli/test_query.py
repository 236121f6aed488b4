"""Where SQL comes from, how results look, what the exit status says."""

import csv
import io
import json
import pathlib
import subprocess

from harness import PROGRAM, CliTest, main


class Sources(CliTest):
    def test_command(self):
        self.assertEqual(self.query("SELECT 42 AS answer"), "answer\n42\n")

    def test_several_commands_share_one_database(self):
        done = self.run_fathom("-c", "CREATE TABLE t AS SELECT 7 AS i", "-c", "FROM t; FROM t")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "i\n7\ni\n7\n", ""))

    def test_file(self):
        self.write("query.sql",
                   "\ufeff-- a comment; with a semicolon\nSELECT ';' AS a;\nSELECT 2 AS b\n")
        self.assertEqual(self.run_fathom("query.sql").stdout, "a\n;\nb\n2\n")

    def test_standard_input(self):
        self.assertEqual(self.run_fathom(stdin="SELECT 1 AS a;").stdout, "a\n1\n")
        self.assertEqual(self.run_fathom("-", stdin="SELECT 1 AS a").stdout, "a\n1\n")
        self.assertEqual(self.run_fathom(stdin="").returncode, 0)

    def test_pipe_as_a_file(self):
        done = subprocess.run(["bash", "-c", f"{PROGRAM} <(echo 'SELECT 1 AS a')"], env=self.env,
                              capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, "a\n1\n")

    def test_database(self):
        self.query("CREATE TABLE t AS SELECT 7 AS i", "-d", "shop.db")
        self.assertEqual(self.query("FROM t", "-d", "shop.db"), "i\n7\n")
        self.assertEqual(self.query("FROM t", "-d", "shop.db", "--read-only"), "i\n7\n")
        message = self.failure("-d", "shop.db", "--read-only", "-c", "DROP TABLE t")
        self.assertIn("read-only", message)

    def test_no_database(self):
        self.write("notes.txt", "not a database at all, just some text that is long enough" * 9)
        self.assertIn("notes.txt", self.failure("-d", "notes.txt", "-c", "SELECT 1"))
        self.assertIn("missing", self.failure("-d", "missing/shop.db", "-c", "SELECT 1"))


class FilesInPlace(CliTest):
    def test_csv(self):
        self.write("a.csv", "id,text\n1,满意\n2,\n")
        self.assertEqual(self.query("SELECT * FROM 'a.csv'"), "id,text\n1,满意\n2,\n")

    def test_parquet(self):
        self.query("COPY (SELECT 1 AS id, ['a', 'b'] AS tags) TO 'a.parquet'")
        self.assertEqual(self.query("FROM 'a.parquet'"), 'id,tags\n1,"[a, b]"\n')

    def test_json(self):
        self.write("a.json", '[{"id": 1, "who": {"name": "李"}}]')
        self.write("a.jsonl", '{"id": 1}\n{"id": 2}\n')
        self.assertEqual(self.query("SELECT id, who.name FROM 'a.json'"), "id,name\n1,李\n")
        self.assertEqual(self.query("SELECT sum(id) AS s FROM 'a.jsonl'"), "s\n3\n")

    def test_many_files(self):
        self.write("data/a.csv", "id\n1\n")
        self.write("data/b.csv", "id\n2\n")
        self.assertEqual(self.query("SELECT sum(id) AS s FROM 'data/*.csv'"), "s\n3\n")

    def test_missing_file(self):
        self.assertIn("nowhere.csv", self.failure("-c", "FROM 'nowhere.csv'"))


class Formats(CliTest):
    SQL = """SELECT * FROM (VALUES
        (1, '客服态度很好', {'k': [1.5, NULL]}),
        (2, 'says "no",' || chr(10) || 'then leaves', NULL)) t(id, text, nested)"""

    def test_csv_is_the_default_in_a_pipe(self):
        rows = list(csv.reader(io.StringIO(self.query(self.SQL))))
        self.assertEqual(rows[0], ["id", "text", "nested"])
        self.assertEqual(rows[2], ["2", 'says "no",\nthen leaves', ""])

    def test_json(self):
        rows = json.loads(self.query(self.SQL, "--format", "json"))
        self.assertEqual(rows[0], {"id": 1, "text": "客服态度很好", "nested": {"k": [1.5, None]}})
        self.assertEqual(rows[1]["nested"], None)

    def test_jsonlines(self):
        lines = self.query(self.SQL, "--format", "jsonlines").splitlines()
        self.assertEqual([json.loads(line)["id"] for line in lines], [1, 2])

    def test_json_of_every_kind_of_value(self):
        row = json.loads(self.query(
            "SELECT true AS b, 170141183460469231731687303715884105727 AS huge, "
            "1.10::DECIMAL(4,2) AS d, "
            "DATE '2024-01-31' AS day, '{\"a\": [1]}'::JSON AS j, MAP {'k': 1} AS m, "
            "'nan'::DOUBLE AS nan, '\\x01'::BLOB AS blob",
            "--format", "jsonlines"))
        self.assertEqual(row["b"], True)
        self.assertEqual(row["huge"], 2**127 - 1)
        self.assertEqual(row["d"], 1.1)
        self.assertEqual(row["day"], "2024-01-31")
        self.assertEqual(row["j"], {"a": [1]})
        self.assertEqual(row["m"], {"k": 1})

    def test_markdown(self):
        self.assertEqual(self.query("SELECT 1 AS id, 'a|b' AS text", "--format", "markdown"),
                         "| id | text |\n|--:|---|\n| 1 | a\\|b |\n")

    def test_box_in_a_pipe_is_not_cut(self):
        box = self.query(f"SELECT repeat('长', 300) AS t FROM range(300)", "--format", "box")
        self.assertIn("长" * 300, box)
        self.assertTrue(box.endswith("300 rows\n"))

    def test_box_with_a_limit_on_rows(self):
        box = self.query("SELECT i FROM range(300) t(i)", "--format", "box", "--rows", "10")
        self.assertTrue(box.endswith("300 rows (10 shown)\n"))
        self.assertEqual(len(box.splitlines()), 3 + 10 + 1 + 1 + 1)


class Messages(CliTest):
    def test_summary_of_a_query_that_asked_the_model(self):
        self.write("a.csv", "t\ngood one\ngood one\nbad one\n")
        done = self.run_fathom("--model", "stub", "-c", "SELECT t FROM 'a.csv' WHERE ai_filter(t)")
        self.assertEqual(done.stdout, "t\ngood one\ngood one\n")
        self.assertRegex(done.stderr, r"^3 rows, 2 distinct, 0 from the ledger, 2 asked, 0 failed, "
                                      r"[\d,]+ tokens, [\d.]+ s, stub\n$")

    def test_quiet(self):
        done = self.run_fathom("--model", "stub", "-q", "-c", "SELECT ai_filter('good') AS f")
        self.assertEqual((done.stdout, done.stderr), ("f\ntrue\n", ""))

    def test_no_summary_without_the_model(self):
        self.assertEqual(self.run_fathom("-c", "SELECT 1").stderr, "")

    def test_no_progress_in_a_pipe(self):
        self.stub({"rules": [], "default": "no", "delay_ms_per_row": 20})
        done = self.run_fathom("--model", "stub", "-c", "SELECT count(*) FILTER "
                               "(ai_filter('x' || i)) AS n FROM range(50) t(i)")
        self.assertEqual(done.stdout, "n\n0\n")
        self.assertNotIn("\x1b", done.stderr)

    def test_mistake_in_a_file_is_placed(self):
        self.write("query.sql", "SELECT 1 AS a;\n\nSELECT nonsense;\nSELECT 3 AS c;\n")
        done = self.run_fathom("query.sql")
        self.assertEqual((done.returncode, done.stdout), (1, "a\n1\n"))
        self.assertTrue(done.stderr.startswith("fathom: query.sql:3: "), done.stderr)
        self.assertIn("nonsense", done.stderr)

    def test_sql_text_that_is_not_utf8(self):
        self.write("query.sql", "SELECT 1;\nSELECT '满意';".encode("gb18030"))
        message = self.failure("query.sql")
        self.assertIn("byte offset 18, in line 2", message)
        self.assertIn("save it as UTF-8", message)


class ExitStatus(CliTest):
    def test_usage(self):
        for args, hint in [
            (["--fromat", "csv"], "did you mean '--format'?"),
            (["--threads", "0"], "from 1 to 1024"),
            (["--format", "xml"], "box, csv, json, jsonlines, markdown"),
            (["-c", "SELECT 1", "query.sql"], "either -c or the file"),
            (["modles"], "did you mean 'fathom models'?"),
            (["model"], "fathom model pull"),
        ]:
            with self.subTest(args=args):
                self.assertIn(hint, self.failure(*args, status=2))

    def test_data_instead_of_sql(self):
        self.write("a.csv", "id\n1\n")
        self.assertIn("FROM 'a.csv'", self.failure("a.csv", status=2))
        self.run_fathom("-d", "shop.db", "-c", "CREATE TABLE t (i INT)")
        self.assertIn("fathom -d", self.failure("shop.db", status=2))

    def test_help_teaches(self):
        done = self.run_fathom("--help")
        self.assertEqual(done.returncode, 0)
        for word in ("ai_filter", "--format", "fathom model pull", "Exit status", "130"):
            self.assertIn(word, done.stdout)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)

    def test_version(self):
        done = self.run_fathom("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^fathom \d+\.\d+\.\d+\nkernels \S.*\nDuckDB v1\.5\.5\n$")

    def test_models(self):
        models = json.loads(self.run_fathom("models", "--format", "json").stdout)
        known = {model["name"]: model for model in models}
        self.assertFalse(known["qwen2.5-coder-1.5b"]["installed"])
        self.assertIn("(default)", known["qwen2.5-coder-1.5b"]["description"])
        self.assertIn("smollm2-135m", self.run_fathom("models").stdout)

    def test_full_output(self):
        if not pathlib.Path("/dev/full").exists():
            self.skipTest("there is no /dev/full")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "-c", "FROM range(10000)"], stdout=full,
                                  stderr=subprocess.PIPE, env=self.env, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot write the output: No space left on device", done.stderr)

    def test_closed_pipe(self):
        for form in ("csv", "jsonlines", "box"):
            with self.subTest(format=form):
                done = subprocess.run(
                    ["bash", "-c", f"set -o pipefail; {PROGRAM} --format {form} "
                                   "-c 'FROM range(400000)' | head -1"],
                    env=self.env, capture_output=True, text=True, timeout=120, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(done.stdout.count("\n"), 1)


if __name__ == "__main__":
    main()
