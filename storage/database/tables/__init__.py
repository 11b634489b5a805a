"""The tables by subject; importing this package knows them all."""

from storage.database.tables import (
    accounts,
    claims,
    class_settings,
    classes,
    doubts,
    evidence_log,
    history,
    identities,
    jobs,
    notifications,
    retention,
    roll_call,
    rulebooks,
    sealing,
    spot_checks,
    uploads,
    verification,
)
from storage.database.tables.base import METADATA

__all__ = [
    "METADATA",
    "accounts",
    "claims",
    "class_settings",
    "classes",
    "doubts",
    "evidence_log",
    "history",
    "identities",
    "jobs",
    "notifications",
    "retention",
    "roll_call",
    "rulebooks",
    "sealing",
    "spot_checks",
    "uploads",
    "verification",
]
