"""The program's rulebooks and those of a folder: all that a command without a service needs."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from facts.errors import Fault, FaultsError, InputError
from policy.gaps import UnusableRulebook, unusable_text
from policy.loader import parse, read_draft
from policy.replacement import own_replacement_faults, replacement_faults, shared_ids
from policy.rulebook import Rulebook
from policy.shelf import Shelf, packaged, shelf_with

_REMEMBERED = 8


def folder_texts(folder: Path | None) -> dict[str, str]:
    """The texts of a folder's rulebooks by file name; none where no folder is named."""
    return {path.name: rulebook_text(path) for path in rulebook_files(folder)}


def rulebook_files(folder: Path | None) -> list[Path]:
    """The TOML files of a folder in order; none where no folder is named."""
    if folder is None:
        return []
    if not folder.is_dir():
        raise InputError(f"{folder}: got no folder, expected one with rulebooks (*.toml); check the path")
    return sorted(folder.glob("*.toml"))


def folder_shelf(folder: Path | None) -> Shelf:
    """The shipped rulebooks and those of the folder."""
    return _shelf(tuple(folder_texts(folder).items()))


def usable_folder_shelf(folder: Path | None) -> Shelf:
    """The same for a service at work: a file that cannot be used is named, and the others are used."""
    texts, broken = dict[str, str](), list[UnusableRulebook]()
    for path in rulebook_files(folder):
        try:
            texts[path.name] = rulebook_text(path)
        except InputError as error:
            fault = Fault(path.name, f"a file that cannot be read ({error.__cause__})", "a rulebook in UTF-8")
            broken.append(unusable_text(_guess(path), path.name, (fault,), takes=path.stem))
    found = _usable(tuple(texts.items()))
    for one in broken:
        found = found.without(one)
    return found


@lru_cache(maxsize=_REMEMBERED)
def _usable(texts: tuple[tuple[str, str], ...]) -> Shelf:
    """The shipped rulebooks and those of the texts that can be used beside them; the others are named."""
    own, books, broken = dict(texts), dict[str, Rulebook](), list[UnusableRulebook]()
    for name, text in texts:
        draft = read_draft(text, name)
        if draft.book is None:
            broken.append(
                unusable_text(text, name, (*draft.faults, *draft.broken_seals), takes=draft.id or Path(name).stem)
            )
        else:
            books[name] = draft.book
    shelf, every = packaged(), [*packaged().books, *books.values()]
    clashes = [*shared_ids(every), *replacement_faults(every, missing=False)]
    for name, book in books.items():
        if found := [one for one in clashes if one.where.startswith(f"{book.id}:")]:
            broken.append(unusable_text(own[name], name, found))
        else:
            shelf = shelf.with_version(book, own[name])
    return replace(shelf, unusable=tuple(broken))


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


def _guess(path: Path) -> str:
    """What an editor of Windows may have written: enough to see which places it is about."""
    try:
        return path.read_bytes().decode("gb18030", errors="replace")
    except OSError:
        return ""


def with_own_rulebook(shelf: Shelf, path: Path) -> tuple[Shelf, Rulebook]:
    """The shelf with the rulebook of one file in the place of any of its id, and that rulebook."""
    text = rulebook_text(path)
    book = parse(text, path.name)
    beside = [one for one in shelf.books if one.id != book.id]
    if faults := tuple(own_replacement_faults(book, beside)):
        raise FaultsError(faults)
    return shelf.with_version(book, text), book
