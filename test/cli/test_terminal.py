"""fathom on a terminal: the shell, its keys, progress, Ctrl-C."""

import signal
import time

from harness import CliTest, main

UP, TAB, CTRL_C, CTRL_D, CTRL_Z = "\x1b[A", "\t", "\x03", "\x04", "\x1a"
SLOW = {"rules": [{"contains": "good", "answer": "yes"}], "default": "no", "delay_ms_per_row": 30}
SLOW_QUERY = "SELECT count(*) AS n FROM range(1000) t(i) WHERE ai_filter('row ' || i)"


class Shell(CliTest):
    def shell(self, *args: str, **options):
        shell = self.terminal("--model", "stub", *args, **options)
        shell.expect("fathom> ")
        return shell

    def test_statement_and_quit(self):
        shell = self.shell()
        shell.type("SELECT 6 * 7 AS answer;\n")
        shell.expect("│     42 │")
        shell.expect("1 row\r\n")
        shell.type(".quit\n")
        self.assertEqual(shell.wait(), 0)

    def test_ctrl_d_leaves(self):
        shell = self.shell()
        shell.type(CTRL_D)
        self.assertEqual(shell.wait(), 0)

    def test_statement_on_several_lines(self):
        shell = self.shell()
        shell.type("SELECT 'one;\n")
        shell.expect(r"\.\.\.> ")
        shell.type("two' AS text\n")
        shell.expect(r"\.\.\.> ")
        shell.type(";\n")
        shell.expect("one;↵two")

    def test_chinese_is_typed_and_shown(self):
        shell = self.shell()
        shell.type("SELECT '客户不满意' AS 留言;\n")
        shell.expect("│ 客户不满意 │")

    def test_history_survives_the_shell(self):
        first = self.shell()
        first.type("SELECT 111 AS a,\n222 AS b;\n")
        first.expect("1 row\r\n.*fathom> ")
        first.type(".quit\n")
        first.wait()
        history = self.folder / ".local/state/fathom/history"
        self.assertEqual(history.stat().st_mode & 0o777, 0o600)
        second = self.shell()
        second.type(UP + UP)
        second.expect("111")
        second.type("\n")
        second.expect("│ 111 │ 222 │")

    def test_tab_completes_functions(self):
        shell = self.shell()
        shell.type("SELECT ai_fi" + TAB)
        shell.expect("ilter|lter")  # the terminal shows "ai_fi" already
        shell.type("('good') AS f;\n")
        shell.expect("│ true │")

    def test_tab_shows_choices(self):
        shell = self.shell()
        shell.type("SELECT ai_c" + TAB)
        shell.expect("ai_classify +ai_complete +ai_count_tokens")

    def test_ctrl_c_drops_the_line(self):
        shell = self.shell()
        shell.type("SELECT broken\n")
        shell.expect(r"\.\.\.> ")
        shell.type("nonsense")
        shell.expect("nonsense")
        shell.type(CTRL_C)
        shell.expect("fathom> ")
        shell.type("SELECT 1 AS fine;\n")
        shell.expect("1 row\r\n")

    def test_ctrl_c_on_an_empty_line(self):
        shell = self.shell()
        for _ in range(5):  # more than would end a program that does not listen
            shell.type(CTRL_C)
            shell.expect("fathom> ")
        shell.type("SELECT 1 AS fine;\n")
        shell.expect("1 row\r\n")

    def test_signals_in_a_row_while_a_line_is_edited(self):
        shell = self.shell()
        for _ in range(20):  # on any thread, while the line ends on another
            shell.type("SELECT 1")
            shell.expect("SELECT 1")
            shell.interrupt()
            shell.expect("fathom> ")
        shell.type("SELECT 2 AS fine;\n")
        shell.expect("1 row\r\n")

    def test_ctrl_z_keeps_the_line(self):
        shell = self.shell()
        shell.type("SELECT 41" + CTRL_Z + " + 1 AS answer;\n")
        shell.expect("│     42 │")

    def test_ctrl_c_stops_the_query_and_keeps_the_shell(self):
        self.stub(SLOW)
        shell = self.shell()
        shell.type("CREATE TABLE kept AS SELECT 5 AS i;\n")
        shell.expect("fathom> ")
        shell.type(SLOW_QUERY + ";\n")
        shell.expect("ai_filter.*of.*inputs")
        began = time.monotonic()
        shell.type(CTRL_C)
        shell.expect("interrupted")
        self.assertLess(time.monotonic() - began, 5)
        after = shell.expect("fathom> ")
        self.assertRegex(after, r"\d+ asked")  # what was paid for is said
        shell.type("SELECT i + 1 AS next FROM kept;\n")
        shell.expect("│    6 │")

    def test_ctrl_c_stops_a_query_without_a_model(self):
        shell = self.shell()
        shell.type("SELECT count(*) FROM range(10000000000) a, range(100) b "
                   "WHERE a.range % 7 = b.range;\n")
        time.sleep(0.5)
        shell.type(CTRL_C)
        shell.expect("interrupted")
        shell.expect("fathom> ")

    def test_mistakes_are_explained_and_the_shell_goes_on(self):
        shell = self.shell()
        shell.type("SELECT nonsense;\n")
        shell.expect("nonsense.*not found")
        shell.expect("fathom> ")
        shell.type(".tabels\n")
        shell.expect("did you mean '.tables'")

    def test_dot_commands(self):
        shell = self.shell()
        shell.type("CREATE VIEW v AS SELECT 1 AS i;\n")
        shell.expect("fathom> ")
        shell.type(".tables\n")
        shell.expect("│ main   │ v    │ view │")
        shell.type(".mode jsonlines\nSELECT 1 AS i;\n")
        shell.expect('{"i":1}')
        shell.type(".models\n")
        shell.expect("smollm2-135m")

    def test_long_cells_fit_the_terminal(self):
        shell = self.shell(columns=60)
        shell.type("SELECT 7 AS id, repeat('客户', 100) AS t;\n")
        shown = shell.expect("1 row\r\n")
        lines = [line for line in shown.split("\r\n") if line.startswith(("│ ", "┌"))]
        self.assertIn("…", shown)
        self.assertTrue(all(len(line) <= 60 for line in lines), lines)

    def test_dumb_terminal(self):
        self.env["TERM"] = "dumb"
        shell = self.shell()
        shell.type("SELECT 42 AS answer;\n")
        shell.expect("42")


class OneShot(CliTest):
    def test_progress_and_box_on_a_terminal(self):
        self.stub(SLOW)
        terminal = self.terminal("--model", "stub", "-c", SLOW_QUERY.replace("1000", "60"))
        terminal.expect("ai_filter  .*of.*inputs")
        self.assertEqual(terminal.wait(), 0)
        self.assertIn("│ 0 │", terminal.text)
        self.assertIn("60 asked", terminal.text)

    def test_quiet(self):
        self.stub(SLOW)
        terminal = self.terminal("--model", "stub", "-q", "-c", SLOW_QUERY.replace("1000", "60"))
        self.assertEqual(terminal.wait(), 0)
        self.assertNotIn("inputs", terminal.text)
        self.assertNotIn("asked", terminal.text)

    def test_short_queries_show_no_progress(self):
        terminal = self.terminal("--model", "stub", "-c", "SELECT ai_filter('good') AS f")
        self.assertEqual(terminal.wait(), 0)
        self.assertNotIn("inputs", terminal.text.split("asked")[0])

    def test_ctrl_c(self):
        self.stub(SLOW)
        terminal = self.terminal("--model", "stub", "-c", SLOW_QUERY, "-c", "SELECT 'never' AS t")
        terminal.expect("ai_filter")
        terminal.interrupt()
        self.assertEqual(terminal.wait(), 130)
        self.assertNotIn("never", terminal.text)

    def test_ctrl_c_in_a_pipeline(self):
        self.stub(SLOW)
        process = self.start("--model", "stub", "-c", SLOW_QUERY)
        time.sleep(1.5)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=20)
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual((process.returncode, stdout), (130, b""))
        self.assertRegex(stderr.decode(), r"\d+ asked")  # what was paid for is said


if __name__ == "__main__":
    main()
