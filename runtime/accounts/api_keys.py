"""API keys of other systems: each secret is shown once and kept as a digest, its reach is one institution or one area."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from facts.codec import plain
from facts.errors import NotFoundError
from facts.refusals import Refusal, refuse
from facts.text import Text
from pipeline.accounts.rights import DataScope, Role, scope_fault
from runtime.accounts.caller import Caller
from runtime.accounts.institutions import missing_institution
from runtime.accounts.names import AREA_TEXT, area_fault
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from storage.database.accounts import tokens
from storage.evidence_log.leaf import LeafKind

SECRET_PREFIX = "xsk_"  # noqa: S105 - by it a person or a scanner knows a key of ours
FEWEST_CHARS = 2
ONE_SCOPE = Text("机构与地区须选其一", "choose either an institution or an area")


@dataclass(frozen=True, slots=True)
class ApiKeyRequest:
    """Which system a key is for, and whose data it reaches."""

    name: str
    institution_id: int | None = None
    area: str | None = None


def add_key(
    service: Service, connection: Connection, caller: Caller, wanted: ApiKeyRequest
) -> tuple[tokens.ApiKey, str]:
    """The key and its secret, which is kept nowhere."""
    refuse(list(_refusals(connection, wanted)))
    secret, reach = SECRET_PREFIX + secrets.token_urlsafe(32), (wanted.institution_id, wanted.area)
    made = tokens.add_key(connection, wanted.name, secret, reach, caller.account_id or 0, service.clock())
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"key:{made.id} made", plain(wanted))
    return made, secret


def end_key(service: Service, connection: Connection, caller: Caller, number: int) -> None:
    """The key opens nothing any more."""
    if not tokens.end_key(connection, number, service.clock()):
        raise NotFoundError("密钥", "key")
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"key:{number} ended", {})


def _refusals(connection: Connection, wanted: ApiKeyRequest) -> Iterator[Refusal]:
    got = f"institution {wanted.institution_id}, area {wanted.area}"
    if len(wanted.name) < FEWEST_CHARS:
        text = Text("请写明是哪个系统（至少两个字）", "say which system it is, in two characters or more")
        yield Refusal("body.name", text, repr(wanted.name), f"{FEWEST_CHARS} characters or more")
    if fault := scope_fault(Role.SYSTEM, DataScope(wanted.institution_id, wanted.area)):
        yield Refusal("body", ONE_SCOPE, got, fault)
    if fault := area_fault(wanted.area):
        yield Refusal("body", AREA_TEXT, got, fault)
    yield from missing_institution(connection, wanted.institution_id)
