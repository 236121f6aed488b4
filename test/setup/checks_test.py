#!/usr/bin/env python3
"""scripts/check_tree.py and check_format find each offence in a small tree, and only that."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from fixture import SCRIPTS

sys.path.insert(0, str(SCRIPTS))
import check_tree


class Rules(unittest.TestCase):
    def findings(self, files: dict[str, str]) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return check_tree.check(pathlib.Path(folder))

    def assert_finding(self, place: str, words: str, files: dict[str, str]) -> None:
        found = self.findings(files)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(place + ":"), found)
        self.assertIn(words, found[0])

    def test_a_tree_without_offence(self):
        self.assertEqual(
            self.findings(
                {
                    "src/model/a.h": '#include <vector>\n#include "base/b.h"\n#include "io/c.h"\n',
                    "src/duck/f.h": '#include <duckdb.hpp>\n#include "duckdb/main/config.hpp"\n',
                    "src/kernels/k.h": "#include <immintrin.h>\n__m512i Load();\n",
                    "src/io/file.cc": "",
                    "src/io/file_test.cc": "",
                    "src/io/fake.cc": "",
                    "scripts/untested.txt": "# why\nsrc/io/fake.cc: it is a test's tool\n",
                }
            ),
            [],
        )

    def test_include_upward(self):
        self.assert_finding(
            "src/model/a.h:2",
            "an include only points down",
            {"src/model/a.h": '\n#include "runtime/engine.h"\n'},
        )

    def test_include_without_layer(self):
        self.assert_finding(
            "src/model/a.h:1", "layer/name.h", {"src/model/a.h": '#include "b.h"\n'}
        )

    def test_unknown_layer(self):
        self.assert_finding("src/misc/a.h:1", "is no layer", {"src/misc/a.h": ""})

    def test_duckdb_outside_its_layer(self):
        for include in ('"duckdb.hpp"', "<duckdb.h>", '"duckdb/common/types.hpp"'):
            self.assert_finding(
                "src/cli/a.h:1", "only src/duck", {"src/cli/a.h": f"#include {include}\n"}
            )

    def test_intrinsics_outside_kernels(self):
        for line in ("#include <immintrin.h>", "auto x = _mm256_setzero_ps();", "__m512i v;"):
            self.assert_finding("src/model/a.h:1", "belong to src/kernels", {"src/model/a.h": line})

    def test_source_without_test(self):
        self.assert_finding("src/io/file.cc:1", "no src/io/file_test.cc", {"src/io/file.cc": ""})

    def test_reasons_for_having_no_test(self):
        lone = {"src/io/a.cc": "", "src/io/b.cc": "", "src/io/b_test.cc": ""}
        for entry in ("src/io/a.cc: see src/io/b_test.cc.", "src/io/: fakes"):
            self.assertEqual(self.findings(lone | {"scripts/untested.txt": entry}), [])

    def test_stale_reasons(self):
        self.assert_stale("src/io/gone.cc: was small", "gone or has its test")
        self.assert_stale("src/io/a.cc: was small", "gone or has its test", "src/io/a_test.cc")
        self.assert_stale("src/io/: was small", "gone or has its test", "src/io/a_test.cc")
        self.assert_stale("src/io/a.cc:", "has no reason")
        self.assert_stale("src/io/a.cc: see test/sql/gone.test", "test/sql/gone.test")

    def assert_stale(self, entry: str, words: str, *more: str) -> None:
        files = (
            {"src/io/a.cc": "", "src/io/a_test.cc": ""}
            if "gone.cc" in entry
            else {"src/io/a.cc": ""}
        )
        files |= dict.fromkeys(more, "") | {"scripts/untested.txt": entry}
        self.assert_finding("scripts/untested.txt:1", words, files)

    def test_long_file(self):
        self.assertEqual(self.findings({"src/base/a.h": "\n" * 1000}), [])
        self.assert_finding("src/base/a.h:1001", "split it", {"src/base/a.h": "\n" * 1001})

    def test_leftovers(self):
        for word in ("TO" + "DO", "FIX" + "ME"):
            self.assert_finding("src/base/a.h:1", word, {"src/base/a.h": f"// {word}: later\n"})

    def test_registry_hosts_and_machine_paths(self):
        for host in ("py" + "pi.org", "registry.npm" + "js.org", "deb.deb" + "ian.org"):
            self.assert_finding(
                "README.md:1", "name packages", {"README.md": f"https://{host}/x\n"}
            )
        self.assert_finding(
            "README.md:1", "somebody's machine", {"README.md": "see /ro" "ot/notes\n"}
        )

    def test_binary_files_are_left_alone(self):
        self.assertEqual(self.findings({"examples/a.bin": "TO" "DO\0"}), [])


class Format(unittest.TestCase):
    def test_unformatted_file_is_named_and_fixed(self):
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder, "scripts/check_format")
            source = pathlib.Path(folder, "src/a.cc")
            for path in (script, source):
                path.parent.mkdir()
            shutil.copy(SCRIPTS / "check_format", script)
            shutil.copy(SCRIPTS.parent / ".clang-format", folder)
            source.write_text("int   x;\n")
            found = subprocess.run([script], check=False, capture_output=True, text=True)
            if "not checked" in found.stderr:
                self.skipTest(found.stderr)
            self.assertEqual((found.returncode, found.stdout), (1, "src/a.cc\n"), found.stderr)
            subprocess.run([script, "--fix"], check=True)
            self.assertEqual(source.read_text(), "int x;\n")
            subprocess.run([script], check=True)


if __name__ == "__main__":
    unittest.main()
