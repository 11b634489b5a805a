"""Faces and whole ID numbers are masked until somebody with the right says why; every look is in the Merkle log."""

from sqlalchemy import Connection

from facts.errors import ForbiddenError
from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from storage.database.classes import unmasking
from storage.evidence_log.leaf import LeafKind

FACE, IDENTITY = "face", "identity"


def ask(
    service: Service, connection: Connection, caller: Caller, kind: str, class_id: int, reason: str
) -> unmasking.ViewGrant:
    """A look at one class's faces or numbers, granted for half an hour and logged in the same transaction."""
    subject = f"class:{class_id}"
    made = unmasking.add_grant(connection, caller.key, kind, subject, reason, service.clock())
    log_event(service, connection, LeafKind.VIEW, caller, f"{kind} {subject}", {"reason": reason, "grant": made.id})
    return made


def granted(service: Service, connection: Connection, caller: Caller, kind: str, class_id: int) -> bool:
    """Whether the caller asked and the answer still holds."""
    found = unmasking.granted(connection, caller.key, kind, f"class:{class_id}", service.clock())
    return found is not None


def refuse_unasked(service: Service, connection: Connection, caller: Caller, kind: str, class_id: int) -> None:
    """Unless the caller has said why."""
    if not granted(service, connection, caller, kind, class_id):
        raise ForbiddenError(
            "REASON_NEEDED",
            Text("查看前请说明理由", "say why before you look"),
            got="no reason that still holds",
            expected=f"POST /api/v1/classes/{class_id}/looks/{kind} with a reason",
        )
