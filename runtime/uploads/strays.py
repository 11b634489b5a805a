"""Files that lie in a class's folder without a record: read for nothing, set aside, and told.

An upload is named first and recorded then, so whoever is killed between the two leaves such a file; the sender goes on
and it is named again. Whatever else came there without a record was never handed in.
"""

import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select

from ingest.manifest import MANIFEST_NAME
from runtime.platform.folders import class_folder, strays_folder, uploads_folder
from runtime.roll_call.sign_in_table import SIGN_IN_LIST
from storage.database.connection import reading
from storage.database.tables.classes import FILES
from storage.file_lock import lock

KEPT = timedelta(days=30)
_LOG = logging.getLogger("xueshi.work")
_WRITTEN_HERE = frozenset({MANIFEST_NAME, SIGN_IN_LIST})


def recorded_folder(engine: Engine, home: Path, class_id: int) -> Path:
    """The class's folder with nothing in it but files on record and what the service wrote there itself."""
    folder = class_folder(home, class_id)
    lying = {path: path.relative_to(folder).as_posix() for path in _files(folder)}
    if lying and set(lying.values()) - _recorded(engine, class_id):
        for path, name in lying.items():
            _set_aside(engine, home, class_id, path, name)
    return folder


def strays_of(engine: Engine, home: Path, class_id: int) -> tuple[str, ...]:
    """The names of what was set aside and has not been handed in since."""
    folder = strays_folder(home, class_id)
    names = {"/".join(path.relative_to(folder).parts[1:]) for path in _files(folder)}
    return tuple(sorted(names - _recorded(engine, class_id))) if names else ()


def forget_old_strays(home: Path, at: datetime) -> None:
    """They may hold people's numbers and faces, and no duty keeps them."""
    for one in (home / "strays").glob("*/*"):
        if one.lstat().st_mtime < (at - KEPT).timestamp():
            shutil.rmtree(one, ignore_errors=True)


def _set_aside(engine: Engine, home: Path, class_id: int, path: Path, name: str) -> None:
    if name in _recorded(engine, class_id):
        return
    try:
        with path.open("rb") as held:
            lock(held)  # an upload that is being recorded this very moment ends first
            if name in _recorded(engine, class_id):
                return
            if os.fstat(held.fileno()).st_ino in set(_under_way(home)):
                path.unlink()  # its bytes lie under its token, and its sender goes on
                return
            place = strays_folder(home, class_id) / secrets.token_hex(8) / name
            place.parent.mkdir(parents=True, mode=0o700)
            path.rename(place)
    except FileNotFoundError:
        return  # another process was quicker
    _LOG.warning("class %s: %s was on no record; it is set aside in %s", class_id, name, place)


def _recorded(engine: Engine, class_id: int) -> set[str]:
    with reading(engine, "reading which files are on record") as connection:
        names = connection.execute(select(FILES.c.name).where(FILES.c.class_id == class_id)).scalars()
        return {*names, *_WRITTEN_HERE}


def _under_way(home: Path) -> Iterator[int]:
    for one in _files(uploads_folder(home)):
        yield one.lstat().st_ino


def _files(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):
        yield from (place for name in names if not (place := Path(root, name)).is_symlink() and place.is_file())
