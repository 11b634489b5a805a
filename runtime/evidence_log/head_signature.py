"""Signs the service's log whenever it has grown, with the institution's key where one was made."""

import logging
from datetime import datetime

from sqlalchemy import Engine

from runtime.platform.settings import Settings
from storage.evidence_log.keyring import KeyRing
from storage.evidence_log.ledger import EvidenceLog, founded

_LOG = logging.getLogger("xueshi.heads")


def sign_if_grown(engine: Engine, settings: Settings, at: datetime) -> bool:
    """Whether a head was signed; without a key (`xueshi keys init`) the log grows unsigned and says so."""
    if not founded(engine):
        return False
    log = EvidenceLog(engine)
    if any(head.size == log.size for head in log.heads(1)):
        return False
    ring = KeyRing(settings.home / "keys")
    if not ring.entries():
        _LOG.warning("%s: the log is not signed; make a key once with `xueshi keys init`", settings.home / "keys")
        return False
    log.sign(ring.signer(), at)
    return True


def made_first_key(settings: Settings, at: datetime) -> bool:
    """Whether the service's home got its first key: a service without any could seal nothing of its first class."""
    ring = KeyRing(settings.home / "keys")
    if ring.entries():
        return False
    ring.init(at)
    return True
