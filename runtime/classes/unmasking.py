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


def ask_unmasking(
    service: Service, connection: Connection, caller: Caller, kind: str, class_id: int, reason: str
) -> unmasking.ViewGrant:
    """A look at one class's faces or numbers, granted for half an hour and logged in the same transaction."""
    return _ask(service, connection, caller, kind, f"class:{class_id}", reason)


def ask_camera_look(
    service: Service, connection: Connection, caller: Caller, camera_id: int, reason: str
) -> unmasking.ViewGrant:
    """The same for the faces that one camera shows, whichever class is in its room."""
    return _ask(service, connection, caller, FACE, _camera(camera_id), reason)


def ask_person_search(
    service: Service, connection: Connection, caller: Caller, person: str, reason: str
) -> unmasking.ViewGrant:
    """A search for one person, whom the log knows by a keyed digest alone; it opens nothing else."""
    return _ask(service, connection, caller, IDENTITY, f"person:{person}", reason)


def _ask(
    service: Service, connection: Connection, caller: Caller, kind: str, subject: str, reason: str
) -> unmasking.ViewGrant:
    made = unmasking.add_grant(connection, caller.key, kind, subject, reason, service.clock())
    log_event(service, connection, LeafKind.VIEW, caller, f"{kind} {subject}", {"reason": reason, "grant": made.id})
    return made


def granted(service: Service, connection: Connection, caller: Caller, kind: str, class_id: int) -> bool:
    """Whether the caller asked and the answer still holds."""
    found = unmasking.granted(connection, caller.key, kind, f"class:{class_id}", service.clock())
    return found is not None


def camera_granted(service: Service, connection: Connection, caller: Caller, camera_id: int) -> bool:
    """Whether the caller said why they must see what this camera shows, and that still holds."""
    return unmasking.granted(connection, caller.key, FACE, _camera(camera_id), service.clock()) is not None


def refuse_unasked(service: Service, connection: Connection, caller: Caller, kind: str, class_id: int) -> None:
    """Unless the caller has said why."""
    if not granted(service, connection, caller, kind, class_id):
        raise reason_needed(f"POST /api/v1/classes/{class_id}/looks/{kind} with a reason")


def reason_needed(expected: str) -> ForbiddenError:
    """What whoever looks before saying why is told."""
    title = Text("查看前请说明理由", "say why before you look")
    return ForbiddenError("REASON_NEEDED", title, got="no reason that still holds", expected=expected)


def _camera(camera_id: int) -> str:
    return f"camera:{camera_id}"
