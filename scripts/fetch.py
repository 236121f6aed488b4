#!/usr/bin/env python3
"""Fetches items of deps.lock (DuckDB, model weights, llama.cpp) into the cache folder.

usage: fetch.py NAME|WHEEL...      prints the path of each item

A WHEEL is the path of a file that an item is made of, from a machine that has a network: it takes
the place of the download.

1. An item that stands in the cache under its final name is complete and is left alone.
2. Else its downloads come through pip or npm into a scratch folder, are compared with the lock, and
   only then get their names in CACHE/downloads.
3. The item is built beside its final name, fsynced and renamed; its downloads are removed.
So an interrupted run goes on with the first file that is missing, and a name never stands for half
a thing. A lock file keeps two runs from working in one cache at the same time.

Exit status: 0 done; 1 failed, the reason is on stderr; 2 no such item; 130 interrupted.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

import deps_lock
import fetch_build
import fetch_client
from fetch_error import FetchError, say

ROOT = pathlib.Path(__file__).resolve().parent.parent
SPARE_BYTES = 64 << 20  # left free on the disk for everything else


def main(names: list[str]) -> int:
    try:
        items = deps_lock.read(ROOT / "deps.lock")
        cache = cache_folder()
        names = [adopt(items, name, cache) if name.endswith(".whl") else name for name in names]
        unknown = [name for name in names if name not in items]
        if unknown:
            say(f"no item '{unknown[0]}' in deps.lock; it has: {', '.join(sorted(items))}")
            return 2
        for name in names:
            print(fetch(items, items[name], cache), flush=True)
    except KeyboardInterrupt:
        say("interrupted; complete files are kept, the same command goes on from there")
        return 130
    except (FetchError, deps_lock.LockError) as error:
        say(str(error))
        return 1
    except OSError as error:
        say(describe(error))
        return 1
    return 0


def cache_folder() -> pathlib.Path:
    """The rule that CMakeLists.txt and the program follow too."""
    if os.environ.get("FATHOM_CACHE"):
        return pathlib.Path(os.environ["FATHOM_CACHE"]).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(base).absolute() / "fathom"


def describe(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the disk is full; make room and run the same command again (files so far are kept)"
    where = f" {error.filename}" if error.filename else ""
    reason = error.strerror or error
    return f"cannot write the cache{where}: {reason}; FATHOM_CACHE names another folder"


def fetch(
    items: dict[str, deps_lock.Item], item: deps_lock.Item, cache: pathlib.Path
) -> pathlib.Path:
    """The finished item's path; fetches and builds it, and what it needs, if it is not there."""
    for name in item.needs:
        fetch(items, items[name], cache)
    final = cache / item.path
    if is_complete(item, final):
        return final
    cache.mkdir(parents=True, exist_ok=True)
    with exclusive(cache):
        if is_complete(item, final):  # made by the run that was waited for
            return final
        tools = None
        if item.kind == "venv" or any(d.client == "pypi-source" for d in item.downloads):
            tools = fetch_locked(items["python-build"], cache, None)
        return fetch_locked(item, cache, tools)


def fetch_locked(
    item: deps_lock.Item, cache: pathlib.Path, tools: pathlib.Path | None
) -> pathlib.Path:
    final, downloads = cache / item.path, cache / "downloads"
    if is_complete(item, final):
        return final
    fetch_downloads(item, downloads, tools)
    partial = final.with_name(final.name + ".partial")
    remove(partial)  # of a run that was killed
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        fetch_build.build(item, downloads, partial, tools)
        publish(partial, final)
    except BaseException:  # also Ctrl-C: half an item would only fill the disk
        remove(partial)
        raise
    for download in item.downloads:
        remove(downloads / download.file)
    return final


def fetch_downloads(
    item: deps_lock.Item, downloads: pathlib.Path, tools: pathlib.Path | None
) -> None:
    """Fetches what an earlier run did not; a file under its final name was verified by that run."""
    downloads.mkdir(exist_ok=True)
    missing = [d for d in item.downloads if not has_size(downloads / d.file, d.bytes)]
    check_space(item, missing, downloads)
    say(f"{item.name}: {len(missing)} of {len(item.downloads)} files to fetch")
    for number, download in enumerate(missing, 1):
        begin = time.monotonic()
        with tempfile.TemporaryDirectory(dir=downloads, prefix="tmp-") as scratch:
            got = fetch_client.fetch(download, pathlib.Path(scratch), tools)
            publish(got, downloads / download.file)
        size, seconds = download.bytes / 1e6, time.monotonic() - begin
        say(f"  [{number}/{len(missing)}] {download.file} {size:.1f} MB, {seconds:.1f} s")


def adopt(items: dict[str, deps_lock.Item], wheel: str, cache: pathlib.Path) -> str:
    """The name of the item that `wheel` is a part of; the file is now as if it was downloaded."""
    path, downloads = pathlib.Path(wheel), cache / "downloads"
    found = [(i, d) for i in items.values() for d in i.downloads if d.file == path.name]
    if not found or not path.is_file():
        missing = "deps.lock names no such file" if path.is_file() else "there is no such file"
        raise FetchError(f"{wheel}: {missing}")
    item, download = found[0]
    fetch_client.verify(download, path)
    if not is_complete(item, cache / item.path):
        downloads.mkdir(parents=True, exist_ok=True)
        with exclusive(cache), tempfile.TemporaryDirectory(dir=downloads, prefix="tmp-") as scratch:
            publish(pathlib.Path(shutil.copy(path, scratch)), downloads / path.name)
    return item.name


def is_complete(item: deps_lock.Item, path: pathlib.Path) -> bool:
    return has_size(path, item.bytes) if item.sha256 else path.is_dir()


def has_size(path: pathlib.Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def check_space(
    item: deps_lock.Item, missing: list[deps_lock.Download], folder: pathlib.Path
) -> None:
    need = item.bytes + sum(d.bytes for d in missing) + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < need:
        raise FetchError(
            f"the disk has too little room for {item.name}: "
            f"it needs {need / 1e6:.0f} MB under {folder.parent}, "
            f"{free / 1e6:.0f} MB are free; make room, or let FATHOM_CACHE name another folder"
        )


def publish(source: pathlib.Path, final: pathlib.Path) -> None:
    """Gives `source` its final name once its bytes are on the disk."""
    if source.is_file():
        with open(source, "rb") as file:
            os.fsync(file.fileno())
    else:
        os.sync()  # a tree of thousands of small files: one sync is cheaper than one fsync each
    remove(final)
    os.replace(source, final)


def remove(path: pathlib.Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def exclusive(cache: pathlib.Path):
    """Holds the cache's lock; what a killed run left behind is removed on the way in."""
    with open(cache / ".lock", "w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another set-up works in {cache}; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        for left in (cache / "downloads").glob("tmp-*"):
            remove(left)
        yield


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupt)
    sys.exit(main(sys.argv[1:]))
