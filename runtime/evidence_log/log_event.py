"""Notes an event in the Merkle log, inside the transaction that makes it: who, what, and the digest of the rest."""

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
    """The leaf's place; append last, because others wait until the transaction ends.

    The log holds no name: ``subject`` names records by their numbers, ``body`` is kept elsewhere and only hashed here.
    """
    at: datetime = service.clock()
    whole = {"by": caller.key, "subject": subject, **body}
    digest = Digest.of(canonical(whole))
    return service.log.append_within(connection, [Leaf(kind, at, digest, f"{caller.key} {subject}")])[0]
