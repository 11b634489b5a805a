"""Which files of a folder may be tables, without following links out of it or waiting on pipes."""

import os
import stat
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.tables.bounds import OF_A_CLASS
from ingest.tables.fault import Faults
from ingest.tables.sheet import OLE, ZIP

TABLE_ENDINGS = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".csv", ".tsv", ".txt"})
_NEVER = frozenset({".mp4", ".mkv", ".ts", ".flv", ".avi", ".ps", ".mpg", ".dav", ".jpg", ".png", ".html", ".json"})
_TEMPORARY = ("~$", ".~", ".")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be a table: by its ending, or by its first bytes where the ending says something else."""

    path: Path
    name: str
    size_bytes: int
    by_ending: bool


def candidates(folder: Path, skip: Collection[Path], faults: Faults) -> Iterator[Candidate]:
    """The possible tables in order of their names; what cannot be looked at leaves a fault."""
    for path in _files(folder, skip, faults):
        name = path.relative_to(folder).as_posix().encode("utf-8", "replace").decode()
        ending = path.suffix.lower()
        if path.name.startswith(_TEMPORARY) or ending in _NEVER:
            continue
        try:
            about = path.stat()
            if not stat.S_ISREG(about.st_mode):
                continue
            by_ending = ending in TABLE_ENDINGS
            if by_ending or (about.st_size <= OF_A_CLASS.file_bytes and _is_workbook(path)):
                yield Candidate(path, name, about.st_size, by_ending)
        except OSError as error:
            if ending in TABLE_ENDINGS:
                _tell(name, error, faults)


def _files(folder: Path, skip: Collection[Path], faults: Faults) -> Iterator[Path]:
    barred = {os.path.realpath(path) for path in skip}

    def failed(error: OSError) -> None:
        _tell(Path(error.filename or folder).name, error, faults)

    for root, folders, files in os.walk(folder, onerror=failed, followlinks=False):
        folders[:] = sorted(
            name for name in folders if name[0] != "." and os.path.realpath(Path(root, name)) not in barred
        )
        yield from (each for name in sorted(files) if os.path.realpath(each := Path(root, name)) not in barred)


def _tell(name: str, error: OSError, faults: Faults) -> None:
    faults.fault(
        name,
        f"无法读取（{error.strerror}）；请检查权限、链接和磁盘",
        f"cannot be read ({error.strerror}); check permissions, links and disk",
    )


def _is_workbook(path: Path) -> bool:
    with path.open("rb") as stream:
        start = stream.read(len(OLE))
    if start == OLE:
        return True
    if not start.startswith(ZIP):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
