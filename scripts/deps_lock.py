"""Reads deps.lock, whose opening comment describes the format."""

from __future__ import annotations

import dataclasses
import pathlib

KINDS = ("tools", "folder", "model", "extension", "venv")
CLIENTS = ("pypi", "pypi-source", "npm")


class LockError(Exception):
    """A line that does not follow the format; the text names file and line."""


@dataclasses.dataclass
class Download:
    client: str
    package: str
    version: str
    file: str
    bytes: int
    sha256: str
    takes: list[tuple[str, str]] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Item:
    kind: str
    name: str
    path: str
    bytes: int
    sha256: str
    downloads: list[Download] = dataclasses.field(default_factory=list)
    needs: list[str] = dataclasses.field(default_factory=list)


def read(path: pathlib.Path) -> dict[str, Item]:
    """All items by name. Raises LockError, or OSError if the file cannot be read."""
    items: dict[str, Item] = {}
    last: Item | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split("#")[0].split()
        if not fields or fields[0].startswith("debian"):  # scripts/setup reads those by itself
            continue
        try:
            if fields[0] in KINDS:
                last = _item(*fields)
                items[last.name] = last
            elif fields[0] in CLIENTS:
                last.downloads.append(_download(*fields))
            elif fields[0] == "take":
                last.downloads[-1].takes.append((fields[1], fields[2]))
            elif fields[0] == "needs":
                last.needs.append(items[fields[1]].name)
            else:
                raise ValueError(fields[0])
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            raise LockError(f"{path}:{number}: cannot read the line '{line.strip()}'") from None
    return items


def _item(kind: str, name: str, path: str, size: str, sha256: str = "") -> Item:
    return Item(kind, name, path, int(size), sha256)


def _download(
    client: str, package: str, version: str, file: str, size: str, sha256: str
) -> Download:
    return Download(client, package, version, file, int(size), sha256)
