"""The evidence and the holds within a caller's reach, and what orders about them work with."""

from collections.abc import Iterator

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


def evidence_reached(caller: Caller, *, of_few: bool = False) -> ColumnElement[bool]:
    """The objects that are the reader's business, ``of_few`` that are named; the auditor sees all, by their numbers."""
    if caller.role is Role.AUDITOR:
        return true()
    alone = caller.scope.institution_id is not None and not of_few
    return pages.reach(reached(caller), institutions_reached(caller), one_institution=alone)


def holds_reached(connection: Connection, caller: Caller, *where: ColumnElement[bool]) -> Iterator[tuple[Hold, int]]:
    """The holds over the reader's classes, each with how many of his objects it keeps; the newest first."""
    own, every = evidence_reached(caller, of_few=True), caller.role is Role.AUDITOR
    for hold in pages.holds_of(connection, *where, limit=_MOST_HOLDS):
        covered = pages.pieces(connection, hold.scope, own)
        if covered or every or (hold.scope.class_id and reaches_class(connection, caller, hold.scope.class_id)):
            yield hold, covered


def reaches_class(connection: Connection, caller: Caller, code: str) -> bool:
    """Whether a class of this code is within the reader's reach."""
    return bool(classes(connection, CLASSES.c.code == code, reached(caller), limit=1))


def register_of(service: Service) -> EvidenceRegister:
    """The register in the service's own database."""
    return EvidenceRegister(service.engine)


def service_ports(service: Service) -> RetentionPorts:
    """Orders about evidence, signed by the service's key."""
    request = RetentionRequest(service.settings.home, service.settings.database, environ=environment())
    return ports_of(request, service.engine, service.clock)
