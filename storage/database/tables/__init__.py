"""The tables, one module for each room of the house; importing this package knows them all."""

from storage.database.tables import (
    accounts,
    checkins,
    claims,
    doubts,
    evidence,
    history,
    identities,
    log,
    packages,
    service,
    settings,
    spotchecks,
)
from storage.database.tables.base import METADATA

__all__ = [
    "METADATA",
    "accounts",
    "checkins",
    "claims",
    "doubts",
    "evidence",
    "history",
    "identities",
    "log",
    "packages",
    "service",
    "settings",
    "spotchecks",
]
