"""Queues the sealing of a report, and says why it cannot be done yet; loads nothing that a seal needs."""

import json
from datetime import datetime

from sqlalchemy import Connection

from runtime.platform.settings import Settings
from storage.database.jobs import Job, enqueue
from storage.evidence_log.keyring import KeyRing

SEAL = "seal"


def ask_sealing(
    connection: Connection, class_id: int, report_id: int, at: datetime, *, identified: bool = False
) -> Job:
    """The job that seals one report; asked for again, it is the same job and makes nothing new."""
    key = f"{SEAL}:{class_id}:{report_id}" + (":identified" if identified else "")
    payload = json.dumps({"report": report_id, "identified": identified})
    return enqueue(connection, SEAL, key, class_id, at, payload)


def key_fault(settings: Settings) -> str:
    """Why nothing can be sealed or signed here; empty where it can."""
    if KeyRing(settings.home / "keys").entries():
        return ""
    return (
        "keys: got no signing key, expected one; make it once with `xueshi keys init` and the sealing goes on by itself"
    )
