"""The program's rulebooks and those of a folder: all that a command without a service needs."""

from functools import lru_cache
from pathlib import Path

from facts.errors import InputError
from policy.shelf import Shelf, shelf_with

_REMEMBERED = 8


def folder_texts(folder: Path | None) -> dict[str, str]:
    """The TOML files of a folder by name; none where no folder is named."""
    if folder is None:
        return {}
    if not folder.is_dir():
        raise InputError(f"{folder}: got no folder, expected one with rulebooks (*.toml); check the path")
    return {path.name: _text(path) for path in sorted(folder.glob("*.toml"))}


def folder_shelf(folder: Path | None) -> Shelf:
    """The shipped rulebooks and those of the folder."""
    return _shelf(tuple(folder_texts(folder).items()))


@lru_cache(maxsize=_REMEMBERED)
def _shelf(texts: tuple[tuple[str, str], ...]) -> Shelf:
    """Read once for the same texts: every page of the console asks."""
    return shelf_with(dict(texts))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: got a file that cannot be read as UTF-8 ({error}), expected a rulebook") from error
