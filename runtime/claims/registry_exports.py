"""Registry exports read into a history for one run: every file whole, or every fault of all of them at once."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from facts.counting import counted
from facts.digest import Digest
from facts.errors import Fault, FaultsError, InputError
from facts.registry import Registry
from facts.text import Text
from ingest.registries.columns import TITLES
from ingest.registries.kind import registry_of
from report.claims.source import ReadFile
from runtime.claims.history import RegistryImport, import_file
from storage.history.keys import HistoryKeys

_SUFFIXES = (".xlsx", ".csv", ".xlsm", ".xls", ".txt")
_REMEDY = "correct the file, or import it with `xueshi history import … --leave-out-faulty` and give --history its URL"


def take_exports(engine: Engine, keys: HistoryKeys, root: Path, seen: date) -> tuple[ReadFile, ...]:
    """What was read, as the screening names it; with any fault nothing is screened, for half a history would clear people."""
    faults: list[Fault] = []
    files = []
    for path in _exports(root):
        registry = registry_of(path)
        if registry is None:
            names = ", ".join(each.value for each in Registry)
            faults.append(
                Fault(path.name, "no registry that can be told by its columns", f"one of {names}",
                      "begin the file's name with one of these, such as realname-2024.csv, or take it out of the folder")
            )  # fmt: skip
            continue
        imported = import_file(engine, keys, path, registry, seen)
        if imported.written or imported.known:
            files.append(_file(path, root, registry, imported))
        else:
            faults += _faults(imported)
    if faults:
        raise FaultsError(faults)
    return tuple(files)


def _exports(root: Path) -> Sequence[Path]:
    if root.is_file():
        return [root]
    found = sorted(
        path
        for path in root.rglob("*")
        if path.suffix.lower() in _SUFFIXES and path.is_file() and not path.name.startswith((".", "~$"))
    )
    if not found:
        raise InputError(
            f"{root}: got no registry export (.xlsx, .csv), expected a file or folder of them, or a database's URL"
            " such as sqlite:///FILE; check --history"
        )
    return found


def _faults(imported: RegistryImport) -> Iterator[Fault]:
    for fault in imported.read.faults:
        yield Fault(fault.where, f"{fault.text.zh} / {fault.text.en}", "a row that can be believed", _REMEDY)
    if not imported.read.faults:
        yield Fault("", "no row", "at least one", _REMEDY)


def _file(path: Path, root: Path, registry: Registry, imported: RegistryImport) -> ReadFile:
    name = path.name if path == root else str(path.relative_to(root))
    title, rows = TITLES[registry], len(imported.read.rows)
    notes = [
        Text(
            f"按{title.zh}读入 {rows} 行，只供本次核查，不留存",
            f"read as {title.en}, {counted(rows, 'row')}, for this screening alone; nothing is kept",
        )
    ]
    notes += [Text(f"{note.where}：{note.text.zh}", f"{note.where}: {note.text.en}") for note in imported.read.notes]
    content = path.read_bytes()
    return ReadFile(name, "history", len(content), Digest.of(content), tuple(notes))
