#!/usr/bin/env python3
"""Checks what the compiler does not: the rules of this source tree that the team agreed on.

usage: check_tree.py [ROOT]     one line per finding, exit status 1 if there is any

A rule is a generator (path, lines) -> (line number, message) over files it cares about, or one over
the list of all paths. To add a rule, write it and name it in RULES or TREE_RULES.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator

Finding = tuple[int, str]

LAYERS = ["base", "io", "kernels", "model", "runtime", "llm", "ledger", "semantic", "duck", "cli"]
# Layers that may include only some of those below them.
ONLY = {"ledger": {"base", "io"}}
MAX_LINES = 1000
CODE = {".cc", ".h", ".py", ".sh", ".cmake", ".sql", ".test"}
UNTESTED = "scripts/untested.txt"

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')
INTRINSIC = re.compile(r"\b(_mm\d*_\w+|__m(128|256|512)[id]?\b|__builtin_ia32_\w+)")
# Written in pieces, so that this file does not trip over itself.
LEFTOVER = re.compile(r"\b(FIX" r"ME|TO" r"DO|XX" r"X)\b")
HOST = re.compile(
    r"\b(py"
    r"pi\.org|python"
    r"hosted\.org|registry\.npm"
    r"js\.\w+|registry\.yarn"
    r"pkg\.com|"
    r"(deb|security|snapshot)\.deb"
    r"ian\.org|crates"
    r"\.io|proxy\.gol"
    r"ang\.org|"
    r"repo\d?\.maven\.\w+)"
)
HOME_PATH = re.compile(r"(?<![\w.~}])/(ro" r"ot|wo" r"rk)/")


def layer_of(path: str) -> str | None:
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "src" else None


def includes_point_down(path: str, lines: list[str]) -> Iterator[Finding]:
    layer = layer_of(path)
    if layer is None:
        return
    if layer not in LAYERS:
        yield 1, f"src/{layer} is no layer; the layers are {' < '.join(LAYERS)}"
        return
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        target = match[2]
        if re.match(r"duckdb\b", target) and layer != "duck":
            yield number, f"{target}: only src/duck includes DuckDB"
        elif match[1] == '"' and not target.startswith("duckdb"):
            other = target.split("/")[0]
            if "/" not in target or other not in LAYERS:
                yield number, f'"{target}": own headers are included as "layer/name.h"'
            elif LAYERS.index(other) > LAYERS.index(layer):
                yield number, f"{target}: {layer} is below {other}; an include only points down"
            elif other != layer and other not in ONLY.get(layer, LAYERS):
                yield number, f"{target}: {layer} includes {' and '.join(sorted(ONLY[layer]))} only"


def intrinsics_in_kernels(path: str, lines: list[str]) -> Iterator[Finding]:
    if layer_of(path) in (None, "kernels"):
        return
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        if (include and "intrin" in include[2]) or INTRINSIC.search(line):
            yield number, "intrinsics belong to src/kernels, behind its table of functions"


def small_files(path: str, lines: list[str]) -> Iterator[Finding]:
    if pathlib.PurePath(path).suffix in CODE and len(lines) > MAX_LINES:
        yield len(lines), f"{len(lines)} lines, at most {MAX_LINES}: split it by what it does"


def no_leftovers(path: str, lines: list[str]) -> Iterator[Finding]:
    for number, line in enumerate(lines, 1):
        if match := LEFTOVER.search(line):
            yield number, f"{match[0]}: do it, or file it as an issue"


def no_hosts(path: str, lines: list[str]) -> Iterator[Finding]:
    for number, line in enumerate(lines, 1):
        if match := HOST.search(line):
            yield number, f"{match[0]}: name packages, and let each client know its registry"


def no_home_paths(path: str, lines: list[str]) -> Iterator[Finding]:
    for number, line in enumerate(lines, 1):
        if HOME_PATH.search(line):
            yield number, "a path of somebody's machine"


def sources_have_tests(root: pathlib.Path, paths: list[str]) -> Iterator[tuple[str, int, str]]:
    known = set(paths)
    untested = [path for path in paths if is_source(path) and test_of(path) not in known]
    reasons = read_reasons(root)
    for path in untested:
        if not any(covers(entry, path) for entry in reasons):
            yield path, 1, f"no {test_of(path)} beside it, no reason in {UNTESTED}"
    for entry, (number, reason) in reasons.items():
        if not any(covers(entry, path) for path in untested):
            yield UNTESTED, number, f"{entry} is gone or has its test; remove the entry"
        if not reason:
            yield UNTESTED, number, f"{entry} has no reason"
        for named in re.findall(r"\b(?:src|test|bench)/[\w/.]*\w", reason):
            if not (root / named).exists():
                yield UNTESTED, number, f"{named}, named as the reason, does not exist"


def is_source(path: str) -> bool:
    return path.startswith("src/") and path.endswith(".cc") and not path.endswith("_test.cc")


def test_of(path: str) -> str:
    return path.removesuffix(".cc") + "_test.cc"


def covers(entry: str, path: str) -> bool:
    return path == entry or (entry.endswith("/") and path.startswith(entry))


def read_reasons(root: pathlib.Path) -> dict[str, tuple[int, str]]:
    file = root / UNTESTED
    reasons = {}
    for number, line in enumerate(file.read_text().splitlines() if file.exists() else [], 1):
        if line.strip() and not line.startswith("#"):
            entry, _, reason = line.partition(":")
            reasons[entry.strip()] = (number, reason.strip())
    return reasons


RULES = [
    includes_point_down,
    intrinsics_in_kernels,
    small_files,
    no_leftovers,
    no_hosts,
    no_home_paths,
]
TREE_RULES = [sources_have_tests]


def check(root: pathlib.Path) -> list[str]:
    paths = list_files(root)
    findings = []
    for path in paths:
        lines = read_lines(root / path)
        for rule in RULES:
            findings += [f"{path}:{number}: {message}" for number, message in rule(path, lines)]
    for rule in TREE_RULES:
        findings += [f"{path}:{number}: {message}" for path, number, message in rule(root, paths)]
    return findings


def list_files(root: pathlib.Path) -> list[str]:
    """What git tracks or would; every file where there is no repository."""
    command = [
        "git",
        "-C",
        str(root),
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    if (root / ".git").exists():
        names = (
            subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode().split("\0")
        )
    else:
        names = [
            os.path.relpath(os.path.join(folder, name), root)
            for folder, _, files in os.walk(root)
            for name in files
        ]
    return sorted(name for name in set(names) if name and (root / name).is_file())


def read_lines(path: pathlib.Path) -> list[str]:
    """No lines for a binary file: the rules are about text."""
    data = path.read_bytes()
    return [] if b"\0" in data else data.decode("utf-8", errors="replace").splitlines()


def main() -> int:
    default = pathlib.Path(__file__).resolve().parent.parent
    findings = check(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default)
    for finding in findings:
        print(finding)
    if findings:
        print(f"check_tree: {len(findings)} findings", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
