"""The program's rulebooks and those of a folder: all that a command without a service needs."""

from functools import lru_cache
from pathlib import Path

from facts.errors import FaultsError, InputError
from policy.loader import parse
from policy.replacement import own_replacement_faults
from policy.rulebook import Rulebook
from policy.shelf import Shelf, shelf_with

_REMEMBERED = 8


def folder_texts(folder: Path | None) -> dict[str, str]:
    """The TOML files of a folder by name; none where no folder is named."""
    if folder is None:
        return {}
    if not folder.is_dir():
        raise InputError(f"{folder}: got no folder, expected one with rulebooks (*.toml); check the path")
    return {path.name: rulebook_text(path) for path in sorted(folder.glob("*.toml"))}


def folder_shelf(folder: Path | None) -> Shelf:
    """The shipped rulebooks and those of the folder."""
    return _shelf(tuple(folder_texts(folder).items()))


@lru_cache(maxsize=_REMEMBERED)
def _shelf(texts: tuple[tuple[str, str], ...]) -> Shelf:
    """Read once for the same texts: every page of the console asks."""
    return shelf_with(dict(texts))


def rulebook_text(path: Path) -> str:
    """The rulebook's very text, line ends as they are: its SHA-256 is that of the file."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path}: got no such file, expected a rulebook (*.toml); check the path") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: got a file that cannot be read as UTF-8 ({error}), expected a rulebook") from error


def with_own_rulebook(shelf: Shelf, path: Path) -> tuple[Shelf, Rulebook]:
    """The shelf with the rulebook of one file in the place of any of its id, and that rulebook."""
    text = rulebook_text(path)
    book = parse(text, path.name)
    beside = [one for one in shelf.books if one.id != book.id]
    if faults := tuple(own_replacement_faults(book, beside)):
        raise FaultsError(faults)
    return shelf.with_version(book, text), book
