"""The evidence within a caller's reach, and the desk that holds and releases it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, true

from api.caller import Caller
from api.reach import institutions_reached, reached
from api.service import Service
from facts.keeping import Hold, Kept, Use
from pipeline.retention_ports import Desk
from pipeline.rights import Role
from runtime.retention import RetentionWishes
from runtime.retention import desk_of as desk_over
from storage.database.accounts import institutions
from storage.database.classes import ClassRow, classes
from storage.database.tables.service import CLASSES
from storage.retention import browsing
from storage.retention.register import EvidenceRegister

_MOST_CLASSES = 20_000
_MOST_HOLDS = 5_000


@dataclass(frozen=True, slots=True)
class Within:
    """Whose evidence somebody sees: by institution and class; the auditor sees all, by their numbers."""

    everything: bool
    pairs: frozenset[tuple[str, str]]
    classes: tuple[ClassRow, ...] = ()

    def use(self, use: Use) -> bool:
        """Whether this class's need of the object is the reader's business."""
        return self.everything or (use.institution, use.class_id) in self.pairs

    def kept(self, kept: Kept) -> bool:
        """Whether any of its uses is."""
        return any(map(self.use, kept.uses))

    def hold(self, hold: Hold, covered: Sequence[Kept]) -> bool:
        """A hold by its class, or by what it covers."""
        codes = {code for _, code in self.pairs}
        return self.everything or hold.scope.class_id in codes or any(map(self.kept, covered))


def within(connection: Connection, caller: Caller) -> Within:
    """The caller's classes, as the register names them."""
    if caller.role is Role.AUDITOR:
        return Within(everything=True, pairs=frozenset())
    names = {one.id: one.name for one in institutions(connection, institutions_reached(caller), limit=_MOST_CLASSES)}
    own = classes(connection, reached(caller), limit=_MOST_CLASSES)
    return Within(False, frozenset((names.get(one.institution_id, ""), one.code) for one in own), own)


def evidence_reached(caller: Caller) -> ColumnElement[bool]:
    """The objects that are the reader's business; the auditor sees all, by their numbers."""
    if caller.role is Role.AUDITOR:
        return true()
    return browsing.reach(reached(caller), institutions_reached(caller))


def holds_reached(connection: Connection, caller: Caller, *where: ColumnElement[bool]) -> Iterator[tuple[Hold, int]]:
    """The holds over the reader's classes, each with how many of his objects it keeps; the newest first."""
    own, every = evidence_reached(caller), caller.role is Role.AUDITOR
    for hold in browsing.holds_of(connection, *where, limit=_MOST_HOLDS):
        covered = browsing.count(connection, browsing.LIVE, browsing.covered(hold.scope), own)
        if covered or every or (hold.scope.class_id and _knows(connection, caller, hold.scope.class_id)):
            yield hold, covered


def _knows(connection: Connection, caller: Caller, code: str) -> bool:
    return bool(classes(connection, CLASSES.c.code == code, reached(caller), limit=1))


def register_of(service: Service) -> EvidenceRegister:
    """The register in the service's own database."""
    return EvidenceRegister(service.engine)


def desk_of(service: Service) -> Desk:
    """Orders about evidence, signed by the service's key."""
    wishes = RetentionWishes(service.settings.home, service.settings.database, environ=dict(os.environ))
    return desk_over(wishes, service.engine, service.clock)
