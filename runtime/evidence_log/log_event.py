"""Appends an event to the evidence log within the transaction that makes it happen: who, what, the details' digest."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from facts.digest import Digest
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.proofs import canonical


def log_event(
    service: Service, connection: Connection, kind: LeafKind, caller: Caller, subject: str, body: Mapping[str, object]
) -> int:
    """Appends one leaf and returns its place in the log; to be called last, because other writers wait from then on.

    The log holds no person's name: ``subject`` names records by their numbers (``account:7 granted``), and of ``body``,
    the details, only the digest is logged.
    """
    at: datetime = service.clock()
    whole = {"by": caller.key, "subject": subject, **body}
    digest = Digest.of(canonical(whole))
    return service.log.append_within(connection, [Leaf(kind, at, digest, f"{caller.key} {subject}")])[0]
