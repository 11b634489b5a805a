"""A file put right before anything rests on it: called what it is, or taken back; afterwards it is evidence and stays."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from facts.digest import Digest
from facts.errors import ConflictError, FaultsError, NotFoundError, RefusalError
from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import class_folder, inside
from runtime.platform.service import Service
from runtime.uploads.arrival import LEAF_KINDS
from runtime.uploads.file_bindings import Binding, bindings_of_class
from storage.database.classes.classes import FileRow, change_role, files, remove_file
from storage.database.connection import writing
from storage.database.roll_call import rolls
from storage.database.tables.classes import FILES
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.uploads.file_names import name_fault


class FileStaysError(ConflictError):
    """Something rests on the file, or it is another's."""

    def __init__(self, name: str, binding: Binding) -> None:
        title = Text(f"{name}：{binding.text.zh}", f"{name}: {binding.text.en}")
        got, expected = "a file that must stay as it is", "a file of one's own that no verification has read"
        RefusalError.__init__(self, "FILE_STAYS", title, got=got, expected=expected)


def correct_role(service: Service, connection: Connection, caller: Caller, number: int, role: str) -> FileRow:
    """The file under its right role, if nothing rests on it."""
    found = _unbound(connection, caller, number)
    if fault := name_fault(found.name, role or "-"):
        raise FaultsError([fault])
    change_role(connection, number, role)
    kind, subject = LEAF_KINDS.get(role, LeafKind.PAPER), f"class:{found.class_id} file:{number}"
    service.log.append_within(connection, [Leaf(kind, service.clock(), Digest(found.sha256), subject)])
    return files(connection, FILES.c.id == number)[0]


def take_back(service: Service, caller: Caller, number: int) -> FileRow:
    """The file as it was; that it was and who took it back stays in the log."""
    with writing(service.engine, "taking a file back") as connection:
        found = _unbound(connection, caller, number)
        _withdraw(connection, service.log, service.settings.home, found, caller.key, service.clock())
    blob_folder(service.settings).forget(inside(class_folder(service.settings.home, found.class_id), found.name))
    return found


def _unbound(connection: Connection, caller: Caller, number: int) -> FileRow:
    found = files(connection, FILES.c.id == number)
    if not found:
        raise NotFoundError("文件", "file")
    owner = class_for(connection, caller, found[0].class_id)
    if binding := bindings_of_class(connection, owner).binding(found[0], caller.key):
        raise FileStaysError(found[0].name, binding)
    return found[0]


def _withdraw(connection: Connection, log: EvidenceLog, home: Path, file: FileRow, by: str, at: datetime) -> None:
    """The bytes go last, so that a break leaves a record that can be withdrawn again, never a file without one."""
    if file.role != "recording":
        rolls.forget_roll(connection, file.class_id)
    remove_file(connection, file.id)
    subject = f"{by} class:{file.class_id} file:{file.id}"
    log.append_within(connection, [Leaf(LeafKind.WITHDRAWAL, at, Digest(file.sha256), subject)])
    inside(class_folder(home, file.class_id), file.name).unlink(missing_ok=True)
