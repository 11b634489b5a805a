"""The evidence and the holds within a caller's reach, and what orders about them work with."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, true

from facts.retention import Hold
from pipeline.accounts.rights import Role
from pipeline.retention.ports import RetentionPorts
from runtime.accounts.caller import Caller
from runtime.accounts.reach import institutions_reached, reached
from runtime.platform.environment import environment
from runtime.platform.service import Service
from runtime.retention.command import RetentionRequest, ports_of
from storage.database.classes.classes import classes
from storage.database.tables.classes import CLASSES
from storage.retention import pages
from storage.retention.register import EvidenceRegister

_MOST_HOLDS = 5_000
_HOLDS_AT_ONCE = 50


def evidence_reached(caller: Caller, *, of_few: bool = False) -> ColumnElement[bool]:
    """The objects that are the reader's business, ``of_few`` that are named; the auditor sees all, by their numbers."""
    if caller.role is Role.AUDITOR:
        return true()
    alone = caller.scope.institution_id is not None and not of_few
    return pages.reach(reached(caller), institutions_reached(caller), one_institution=alone)


def holds_reached(connection: Connection, caller: Caller, *where: ColumnElement[bool]) -> Iterator[tuple[Hold, int]]:
    """The holds over the reader's classes, each with how many of his objects it keeps; the newest first."""
    own, every = evidence_reached(caller, of_few=True), caller.role is Role.AUDITOR
    holds = pages.holds_of(connection, *where, limit=_MOST_HOLDS)
    for first in range(0, len(holds), _HOLDS_AT_ONCE):
        some = holds[first : first + _HOLDS_AT_ONCE]
        counted = pages.pieces(connection, some, own)
        codes = _reached_codes(connection, caller, [one.scope.class_id for one in some if not counted.get(one.id)])
        for hold in some:
            covered = counted.get(hold.id, 0)
            if covered or every or hold.scope.class_id in codes:
                yield hold, covered


def reaches_class(connection: Connection, caller: Caller, code: str) -> bool:
    """Whether a class of this code is within the reader's reach."""
    return bool(_reached_codes(connection, caller, [code]))


def _reached_codes(connection: Connection, caller: Caller, codes: Sequence[str]) -> set[str]:
    """Those of the codes that a class within the reader's reach has."""
    wanted = sorted({*codes} - {""})
    found = classes(connection, CLASSES.c.code.in_(wanted), reached(caller)) if wanted else ()
    return {one.code for one in found}


def register_of(service: Service) -> EvidenceRegister:
    """The register in the service's own database."""
    return EvidenceRegister(service.engine)


def service_ports(service: Service) -> RetentionPorts:
    """Orders about evidence, signed by the service's key."""
    request = RetentionRequest(service.settings.home, service.settings.database, environ=environment())
    return ports_of(request, service.engine, service.clock)
