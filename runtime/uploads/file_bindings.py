"""Why a file of a class must stay as it is: it was verified, is held, is being read, or a machine sent it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from facts.text import Text
from runtime.verification.queue import VERIFY
from storage.database.classes.classes import ClassRow, FileRow
from storage.database.tables.jobs import JOBS
from storage.database.tables.retention import HOLDS
from storage.database.tables.verification import REPORTS

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
class ClassBindings:
    """What keeps the files of one class as they are, read once for all of them."""

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


def bindings_of_class(connection: Connection, owner: ClassRow) -> ClassBindings:
    """The newest report, verifications under way, and holds that may mean the class."""
    newest = select(func.max(REPORTS.c.made_at)).where(REPORTS.c.class_id == owner.id)
    busy = (JOBS.c.class_id == owner.id, JOBS.c.kind == VERIFY, JOBS.c.state.in_(("waiting", "running")))
    meant = or_(HOLDS.c.class_id.in_((owner.code, "")), HOLDS.c.sha256 != "")
    held = connection.execute(select(HOLDS.c.sha256).where(HOLDS.c.released_at.is_(None), meant)).scalars().all()
    return ClassBindings(
        connection.execute(newest).scalar_one(),
        connection.execute(select(JOBS.c.id).where(*busy).limit(1)).first() is not None,
        "" in held,
        frozenset(held) - {""},
    )
