"""Faces and whole ID numbers are masked until somebody with the right says why; every look is in the Merkle log."""

from sqlalchemy import Connection

from api.caller import Caller
from api.noted import note
from api.problem import ProblemError
from api.service import Service
from facts.text import Text
from storage.database import views
from storage.log.leaf import LeafKind

FACE, IDENTITY = "face", "identity"


def ask(
    service: Service, connection: Connection, caller: Caller, kind: str, class_id: int, reason: str
) -> views.ViewGrant:
    """A look at one class's faces or numbers, granted for half an hour and logged in the same transaction."""
    subject = f"class:{class_id}"
    made = views.ask(connection, caller.key, kind, subject, reason, service.clock())
    note(service, connection, LeafKind.VIEW, caller, f"{kind} {subject}", {"reason": reason, "grant": made.id})
    return made


def granted(service: Service, connection: Connection, caller: Caller, kind: str, class_id: int) -> bool:
    """Whether the caller asked and the answer still holds."""
    found = views.granted(connection, caller.key, kind, f"class:{class_id}", service.clock())
    return found is not None


def refuse_unasked(service: Service, connection: Connection, caller: Caller, kind: str, class_id: int) -> None:
    """Unless the caller has said why."""
    if not granted(service, connection, caller, kind, class_id):
        raise ProblemError(
            403,
            "REASON_NEEDED",
            Text("查看前请说明理由", "say why before you look"),
            got="no reason that still holds",
            expected=f"POST /api/v1/classes/{class_id}/looks/{kind} with a reason",
        )
