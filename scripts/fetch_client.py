"""One download through the package client it belongs to: pip or npm, as the machine has them."""

from __future__ import annotations

import hashlib
import os
import pathlib
import re
import subprocess
import sys

from deps_lock import Download
from fetch_error import FetchError

NETWORK = re.compile(
    r"name resolution|NewConnectionError|Connection(Reset|Refused|Error|Timeout)|ProxyError|"
    r"ReadTimeout|timed out|unreachable|SSLError|"
    r"E(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT)"
)
HASH = re.compile(r"DO NOT MATCH THE HASHES|EINTEGRITY")
FULL = re.compile(r"No space left on device|ENOSPC")


def fetch(download: Download, scratch: pathlib.Path, tools: pathlib.Path | None) -> pathlib.Path:
    """The file inside `scratch`, equal to the lock in size and hash; FetchError otherwise."""
    if download.client == "npm":
        _run(download, _npm(download, scratch), os.environ)
    else:
        _run(download, _pip(download, scratch), _pip_environment(scratch, tools))
    got = scratch / download.file
    if not got.is_file():
        raise FetchError(
            f"{download.package} {download.version} came without the file {download.file} "
            "that deps.lock expects; the lock file or the package index is not the usual one"
        )
    verify(download, got)
    return got


def _npm(download: Download, scratch: pathlib.Path) -> list[str]:
    return [
        "npm",
        "pack",
        "--silent",
        "--fetch-retries=2",
        "--fetch-retry-mintimeout=1000",
        "--cache",
        str(scratch / "npm"),
        "--pack-destination",
        str(scratch),
        f"{download.package}@{download.version}",
    ]


def _pip(download: Download, scratch: pathlib.Path) -> list[str]:
    """pip compares the hash itself, which matters for source archives: it runs code from them to
    learn their metadata, and must not do so before it knows that they are the right ones."""
    requirements = scratch / "requirements.txt"
    requirements.write_text(
        f"{download.package}=={download.version} --hash=sha256:{download.sha256}\n",
        encoding="utf-8",
    )
    binary = ["--no-binary=:all:", "--no-build-isolation"]
    if download.client == "pypi":
        binary = ["--only-binary=:all:"]
    return [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--no-cache-dir",
        "--progress-bar=off",
        *binary,
        "--dest",
        str(scratch),
        "-r",
        str(requirements),
    ]


def _pip_environment(scratch: pathlib.Path, tools: pathlib.Path | None) -> dict[str, str]:
    environment = dict(
        os.environ,
        PIP_REQUIRE_VIRTUALENV="0",
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        TMPDIR=str(scratch),
    )
    if tools:
        # With these the metadata of a source archive is had without CMake or a compiler.
        environment["SKBUILD_WHEEL_CMAKE"] = "0"
        paths = [str(tools), os.environ.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return environment


def _run(download: Download, command: list[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            command,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            errors="replace",
        )
    except FileNotFoundError:
        raise FetchError(
            f"{command[0]} is missing; install it and run the same command again"
        ) from None
    if done.returncode != 0:
        raise FetchError(
            f"cannot fetch {download.package} {download.version}: {_reason(done.stdout)}"
        )


def _reason(log: str) -> str:
    """Says in one line what the client said in many; its own last lines where we cannot."""
    if FULL.search(log):
        return "the disk is full; make room and run the same command again"
    if HASH.search(log):
        return (
            "its hash differs from deps.lock, so it was not used; another mirror may help, and a "
            "changed package needs a new line in deps.lock after a look at it"
        )
    if "No module named pip" in log:
        return "this Python has no pip; install python3-pip"
    if NETWORK.search(log):
        return (
            "the package index cannot be reached; check the network and the proxy settings, then "
            "run the same command again (files so far are kept)"
        )
    return "\n    ".join(["its package client says:", *log.strip().splitlines()[-5:]])


def verify(download: Download, path: pathlib.Path) -> None:
    """FetchError unless the file has the size and the hash of the lock."""
    size = path.stat().st_size
    if size != download.bytes:
        raise FetchError(
            f"{download.file} has {size} bytes, deps.lock says {download.bytes}; not used"
        )
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    if digest.hexdigest() != download.sha256:
        raise FetchError(
            f"the hash of {download.file} differs from deps.lock; not used\n"
            f"    expected {download.sha256}\n    found    {digest.hexdigest()}"
        )
