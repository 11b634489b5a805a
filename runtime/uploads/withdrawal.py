"""Taking a wrong file back before anything rests on it; what was verified, held or recorded by a machine stays."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, or_, select

from facts.digest import Digest
from facts.text import Text
from runtime.platform.folders import class_folder, inside
from runtime.verification.queue import VERIFY
from storage.database.classes.classes import ClassRow, FileRow, remove_file
from storage.database.roll_call import rolls
from storage.database.tables.jobs import JOBS
from storage.database.tables.retention import HOLDS
from storage.database.tables.verification import REPORTS
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog

_PERSON = "account:"


@dataclass(frozen=True, slots=True)
class Binding:
    """Why a file must stay as it is: in a word, and in a sentence with what to do instead."""

    word: Text
    text: Text


_BUSY = Binding(
    Text("核验中", "being verified"),
    Text("正在核验：结束前材料不能改动", "a verification is under way: nothing can be changed before it has ended"),
)
_HELD = Binding(
    Text("已冻结", "held"),
    Text("本班材料已被冻结（抽查或争议），不能删除", "the class's evidence is held (spot check or dispute) and stays"),
)
_READ = Binding(
    Text("已核验，留存", "verified, kept"),
    Text(
        "已用于核验并按规定留存，不能删除；要更正名单，请以不同的名字另传一份，再把旧的一份点“不再采用”",
        "it was verified and is kept as the rule demands; to correct a list, hand in another under another name and set the old one aside",
    ),
)
_MACHINE = Binding(
    Text("系统传来", "from a system"),
    Text(
        "由接入系统直接传来的原始材料，不能由经办员删除",
        "it came straight from a connected system; a clerk cannot delete it",
    ),
)


@dataclass(frozen=True, slots=True)
class Resting:
    """What rests on the files of one class, read once for all of them."""

    verified_at: datetime | None
    busy: bool
    held: bool
    held_bytes: frozenset[str]

    def binding(self, file: FileRow, caller: str) -> Binding | None:
        """Why the file must stay as it is; nothing where the caller may take it back."""
        own = file.added_by == caller or (file.added_by.startswith(_PERSON) and caller.startswith(_PERSON))
        reasons = (
            (self.held or file.sha256 in self.held_bytes, _HELD),
            (self.verified_at is not None and file.added_at <= self.verified_at, _READ),
            (self.busy, _BUSY),
            (not own, _MACHINE),
        )
        return next((one for stands, one in reasons if stands), None)


def resting(connection: Connection, owner: ClassRow) -> Resting:
    """The newest report, verifications under way, and holds that may mean the class."""
    newest = select(func.max(REPORTS.c.made_at)).where(REPORTS.c.class_id == owner.id)
    busy = (JOBS.c.class_id == owner.id, JOBS.c.kind == VERIFY, JOBS.c.state.in_(("waiting", "running")))
    meant = or_(HOLDS.c.class_id.in_((owner.code, "")), HOLDS.c.sha256 != "")
    held = connection.execute(select(HOLDS.c.sha256).where(HOLDS.c.released_at.is_(None), meant)).scalars().all()
    return Resting(
        connection.execute(newest).scalar_one(),
        connection.execute(select(JOBS.c.id).where(*busy).limit(1)).first() is not None,
        "" in held,
        frozenset(held) - {""},
    )


def withdraw(connection: Connection, log: EvidenceLog, home: Path, file: FileRow, by: str, at: datetime) -> None:
    """The bytes go last, so that a break leaves a record that can be withdrawn again, never a file without one."""
    if file.role != "recording":
        rolls.forget_roll(connection, file.class_id)
    remove_file(connection, file.id)
    subject = f"{by} class:{file.class_id} file:{file.id}"
    log.append_within(connection, [Leaf(LeafKind.WITHDRAWAL, at, Digest(file.sha256), subject)])
    inside(class_folder(home, file.class_id), file.name).unlink(missing_ok=True)
