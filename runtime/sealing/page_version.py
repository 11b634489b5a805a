"""A package's pages, drawn again from its own facts by the very program that drew them."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from facts.report import ClassReport
from report.document import document
from report.page import page
from storage.sealing.bag import safe_path
from storage.sealing.examination import PACKAGE_FORMAT, PACKAGE_VERSION

PAGES_VERSION = "pages"
REPORT_JSON, REPORT_HTML = "data/report/report.json", "data/report/report.html"
_DRAWING = ("attendance", "facts", "policy", "report")  # what a page is drawn by; nothing above them draws
_DRAWN_WITH = ("jinja2", "markupsafe")
_SOURCES = (".py", ".j2", ".css", ".js", ".svg")


@cache
def pages_version() -> str:
    """What tells whether this program draws as the one that sealed did: the digest of everything that draws."""
    digest = hashlib.sha256("".join(f"{name} {version(name)}\n" for name in _DRAWN_WITH).encode())
    for top in _DRAWING:
        for name, file in sorted(_sources(files(top), top)):
            digest.update(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:32]


def _sources(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry, f"{name}/{entry.name}")
        elif entry.name.endswith(_SOURCES):
            yield f"{name}/{entry.name}", entry


def package_versions() -> dict[str, str]:
    """What the facts of a package say of it; the log knows the facts, so nobody can pass it for an older one."""
    return {PACKAGE_VERSION: PACKAGE_FORMAT, PAGES_VERSION: pages_version()}


def sheet_keys(hour_ids: Sequence[str]) -> list[str]:
    """The names of the pictures that a page may show."""
    return [f"{kind}:{hour_id}" for hour_id in hour_ids for kind in ("sheet", "best")]


def sheet_path(key: str) -> str:
    """Where a package keeps the picture of that name."""
    kind, _, hour_id = key.partition(":")
    return f"data/sheets/{safe_path(f'{hour_id}-{kind}'.replace('/', '_'))}.jpg"


def drawn_again(sealed: ClassReport, pictures: Mapping[str, bytes]) -> tuple[object, tuple[bytes, ...]]:
    """The document that the facts give, and the page in either language."""
    spoken = document(sealed)
    return spoken, tuple(page(spoken, pictures, lang).encode() for lang in ("zh", "en"))
