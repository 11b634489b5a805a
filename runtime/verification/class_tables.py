"""The lists of a class's folder, read in a child; one that stops its reader is left out and told, the others count."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from facts.errors import InputError, TooManyError
from facts.report import InputFile
from facts.text import Text
from ingest.manifest import Manifest
from ingest.tables.fault import Faults, TableFault
from ingest.tables.folder import Candidate, candidates
from ingest.tables.search import Tables, read_tables
from ingest.tables.table_roles import table_roles_of
from runtime.platform.child_errors import StoppedChildError
from runtime.platform.child_limits import TABLE, ChildLimits, Reach, reach_of_folder
from runtime.platform.child_process import in_child, patiently_in_child


def class_tables(
    folder: Path, manifest: Manifest, *, skip: Collection[Path] = (), patient: bool = True, limits: ChildLimits = TABLE
) -> Tables:
    """Every table in the folder; asked for by a request (not ``patient``) it is refused where too many wait."""
    run = patiently_in_child if patient else in_child
    reach = reach_of_folder(folder)
    try:
        return run(limits, reach, folder.name, read_tables, folder, manifest, skip=tuple(skip))
    except StoppedChildError:
        stopping = tuple(_stopping(folder, skip, limits, patient=patient))
    if not stopping:
        raise InputError(
            f"{folder.name}: 班级名单合在一起读不完，请减少或拆分文件 got lists that cannot be read together, expected those"
            " of one class; leave some out"
        )
    left = (*skip, *(one.path for one, _ in stopping))
    found = run(limits, reach, folder.name, read_tables, folder, manifest, skip=left)
    return replace(
        found, files=(*found.files, *_files(stopping)), faults=(*found.faults, *(told for _, told in stopping))
    )


def roles_of_table(place: Path, name: str) -> tuple[str, ...]:
    """What a single table is for; nothing where reading it had to be stopped."""
    try:
        return tuple(role.value for role in in_child(TABLE, Reach((place,)), name, table_roles_of, place, name))
    except (StoppedChildError, TooManyError):
        return ()


def _stopping(
    folder: Path, skip: Collection[Path], limits: ChildLimits, *, patient: bool
) -> Iterator[tuple[Candidate, TableFault]]:
    """The files that stop whoever reads them, each tried by itself."""
    run = patiently_in_child if patient else in_child
    for one in candidates(folder, skip, Faults()):
        try:
            run(limits, reach_of_folder(folder), one.name, _read_alone, one.path, folder)
        except StoppedChildError as error:
            zh, _, en = str(error).removeprefix(f"{one.name}: ").partition(" got ")
            yield one, TableFault(one.name, Text(zh, f"got {en}"))


def _read_alone(place: Path, folder: Path) -> None:
    others = [one.path for one in candidates(folder, (), Faults()) if one.path != place]
    read_tables(folder, skip=others)


def _files(stopping: Iterable[tuple[Candidate, TableFault]]) -> Iterator[InputFile]:
    for one, told in stopping:
        yield InputFile(one.name, "table", one.size_bytes, faults=(told.text,))
