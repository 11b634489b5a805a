"""One shelf for every command and page: the program's rulebooks, a folder's, and those handed in to the service."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from facts.errors import InputError
from policy.shelf import Shelf, shelf_with
from runtime.platform.settings import Settings

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


def service_shelf(settings: Settings) -> Shelf:
    """What the service judges by today."""
    return folder_shelf(settings.rulebooks)


@lru_cache(maxsize=_REMEMBERED)
def _shelf(texts: tuple[tuple[str, str], ...]) -> Shelf:
    """Read once for the same texts: every page of the console asks."""
    further: Mapping[str, str] = dict(texts)
    return shelf_with(further)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: got a file that cannot be read as UTF-8 ({error}), expected a rulebook") from error
