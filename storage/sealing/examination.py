"""What the examination of a package knows and has found so far; every part of it reads and says through this."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

TAGMANIFEST, MANIFEST, SIGNATURE = "tagmanifest-sha256.txt", "manifest-sha256.txt", "signature.json"
LEAVES, PACKED_HEADS, KEYS = "log/leaves.jsonl", "log/heads.json", "log/keys.json"
FACTS, VERDICTS, LISTED = "data/facts.json", "data/verdicts.jsonl", "data/originals.json"
TAGS, STAMPS = "data/tags.json", "log/stamps.json"
PACKAGE_VERSION, PACKAGE_FORMAT = (
    "package",
    "2",
)  # in the facts, which the log knows: nobody passes one for an older one
MOST_BYTES = 256 << 20  # of any file that is parsed rather than hashed
OK, BAD, NOTE = "✓", "✗", "!"
CHINA = timezone(timedelta(hours=8))
UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)


@dataclass(frozen=True)
class Line:
    """One thing that was checked, and the result."""

    part: str
    mark: str
    zh: str
    en: str


def many(number: int, one: str, more: str) -> str:
    """The number with its English word; what travels in a package borrows nothing of the program."""
    return f"{number} {one if number == 1 else more}"


@dataclass
class ExaminedPackage:
    """One examination of one package; ``lines`` are its findings in order, all of them, good and bad."""

    root: Path
    originals: Path | None = None
    heads: Path | None = None
    key: str = ""
    told: Callable[[int, int], None] | None = None
    stamp_fault: Callable[[bytes, bytes], str] | None = None  # by whoever has a library and a root that he trusts
    lines: list[Line] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)
    leaves: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    chained: list[str] | None = None
    sealed_at: int | None = None  # the place of the leaf that names the manifest

    def say(self, part: str, mark: str, zh: str, en: str) -> None:
        """One finding more."""
        self.lines.append(Line(part, mark, shown(zh), shown(en)))

    def bytes_of(self, name: str) -> bytes:
        """A file of the package that is small enough to be parsed."""
        if name not in self.files:
            raise ValueError(f"{name} 不存在 is not there")
        if self.files[name] > MOST_BYTES:
            raise ValueError(f"{name} 过大 is too large ({self.files[name]} bytes)")
        return (self.root / name).read_bytes()

    def facts(self) -> dict[str, Any]:
        """What the facts say."""
        return dict(json.loads(self.bytes_of(FACTS)).get("value") or {})

    def is_bound(self) -> bool:
        """Whether the facts, which the log knows, say that the manifest is in the log too."""
        try:
            return str(self.facts()["versions"].get(PACKAGE_VERSION, "")) == PACKAGE_FORMAT
        except UNREADABLE:
            return False

    def package_head(self) -> dict[str, Any]:
        """The head that the package was sealed under."""
        heads = json.loads(self.bytes_of(PACKED_HEADS))["heads"]
        return dict(heads[-1])


def unsafe(path: str) -> bool:
    """Whether a path could lead out of the package or mean different files on different systems."""
    steps = path.split("/")
    return path.startswith(("/", "~")) or "\\" in path or ":" in path or any(step in {"", ".", ".."} for step in steps)


def shown(text: str) -> str:
    """The text without anything that could steer a terminal."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; a link is not followed."""
    digest = hashlib.sha256()
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:  # noqa: PTH123 - a descriptor
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
