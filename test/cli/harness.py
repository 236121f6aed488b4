"""Runs the fathom program as its users do: in a pipeline, or on a (pseudo) terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

PROGRAM = os.environ.get("FATHOM_PROGRAM")
if not PROGRAM:
    sys.exit("set FATHOM_PROGRAM to the path of the program, or run these tests with ctest -L cli")
MODELS = pathlib.Path(os.environ.get("FATHOM_MODELS", ""))  # where real weights may lie

# Answers of the stub model where a test does not bring its own (src/llm/stub_script.h).
DEFAULT_STUB = {"rules": [{"contains": "good", "answer": "yes"}], "default": "no"}


class CliTest(unittest.TestCase):
    """Each test has an empty folder as its home, its cache and its working directory."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="fathom_cli_")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "FATHOM_CACHE": str(self.folder / "cache"),
            "TERM": "xterm",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.stub(DEFAULT_STUB)

    def stub(self, script: dict) -> None:
        """From here on the model "stub" answers by `script`."""
        self.env["FATHOM_STUB"] = str(self.write("stub.json", json.dumps(script)))

    def write(self, name: str, content: str | bytes) -> pathlib.Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run_fathom(self, *args: str, stdin: str | bytes = b"", timeout: float = 60):
        """The finished process; its stdout and stderr are text."""
        if isinstance(stdin, str):
            stdin = stdin.encode()
        done = subprocess.run([PROGRAM, *map(str, args)], input=stdin, capture_output=True,
                              cwd=self.folder, env=self.env, timeout=timeout, check=False)
        done.stdout = done.stdout.decode()
        done.stderr = done.stderr.decode()
        return done

    def query(self, sql: str, *args: str, model: str = "stub") -> str:
        """What a query that succeeds prints; csv unless `args` say otherwise."""
        done = self.run_fathom("--model", model, "-c", sql, *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def failure(self, *args: str, status: int = 1, stdin: str | bytes = b"") -> str:
        """What is said on stderr when fathom ends with `status`. Never a crash or a stack trace."""
        done = self.run_fathom(*args, stdin=stdin)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assert_for_users(done.stderr)
        return done.stderr

    def assert_for_users(self, message: str) -> None:
        self.assertTrue(message.strip())
        for word in ("assertion failed", "terminate called", "Stack Trace", "INTERNAL", "std::"):
            self.assertNotIn(word, message)

    def start(self, *args: str, **options) -> subprocess.Popen:
        process = subprocess.Popen([PROGRAM, *map(str, args)], cwd=self.folder, env=self.env,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, **options)
        self.addCleanup(_end, process)
        return process

    def terminal(self, *args: str, columns: int = 100) -> Terminal:
        terminal = Terminal([PROGRAM, *map(str, args)], self.folder, self.env, columns)
        self.addCleanup(terminal.close)
        return terminal


def _end(process: subprocess.Popen) -> None:
    process.kill()
    process.communicate()


class Terminal:
    """fathom on a terminal: type to it, look at what it shows."""

    def __init__(self, command: list[str], folder: pathlib.Path, env: dict, columns: int) -> None:
        self.text = ""  # all that was shown so far
        self._seen = 0  # where the next expect() begins
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self._process = subprocess.Popen(command, cwd=folder, env=env, stdin=slave, stdout=slave,
                                         stderr=slave, start_new_session=True,
                                         preexec_fn=_take_terminal)
        os.close(slave)

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def interrupt(self) -> None:
        """Ctrl-C as the terminal turns it into a signal."""
        os.killpg(self._process.pid, signal.SIGINT)

    def expect(self, pattern: str, timeout: float = 20) -> str:
        """Waits until `pattern` is shown after what was expected last; returns up to its end."""
        deadline = time.monotonic() + timeout
        while True:
            found = re.search(pattern, self.text[self._seen:])
            if found:
                begin, self._seen = self._seen, self._seen + found.end()
                return self.text[begin:self._seen]
            if not self._read(deadline):
                raise AssertionError(f"not shown: {pattern!r}; shown: {self.text[self._seen:]!r}")

    def wait(self, timeout: float = 20) -> int:
        """The exit status, when the program has ended and all it showed is in `text`."""
        deadline = time.monotonic() + timeout
        while self._read(deadline):
            pass
        return self._process.wait(max(0.1, deadline - time.monotonic()))

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def _read(self, deadline: float) -> bool:
        """More text? False: the time is over or the program has ended."""
        ready, _, _ = select.select([self._master], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # EIO: nobody has the other end open any more
            return False
        self.text += data.decode(errors="replace")
        return bool(data)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def main() -> None:
    unittest.main(verbosity=2)
