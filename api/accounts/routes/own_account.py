"""Who the caller is, and where they are signed in."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.accounts.session_start import checked
from api.http.auth import needs
from api.http.fields import Done, Id
from api.http.problem import invalid
from api.http.service import Served
from facts.errors import Fault, NotFoundError
from pipeline.accounts.rights import RIGHTS, Action, Role
from runtime.accounts import passwords
from runtime.accounts.caller import Caller
from runtime.evidence_log.log_event import log_event
from storage.database.accounts import accounts, sessions
from storage.database.connection import reading, writing
from storage.evidence_log.leaf import LeafKind

router = APIRouter(prefix="/api/v1/me", tags=["me"])


class Me(BaseModel):
    """The caller and every right that the caller holds."""

    account_id: int | None
    shown: str
    role: Role | None
    institution_id: int | None
    area: str | None
    rights: list[Action]


class NewPassword(BaseModel, extra="forbid"):
    """The present password and the one that is wanted; never part of a problem's answer."""

    present: str = Field(max_length=1024, repr=False)
    wanted: str = Field(max_length=1024, repr=False)


class SessionShape(BaseModel):
    """One browser in which the caller is signed in."""

    id: int
    made_at: datetime
    seen_at: datetime
    address: str
    agent: str
    this: bool


@router.get("")
def me(caller: Annotated[Caller, needs(Action.POLICY_READ)]) -> Me:
    """Who the caller is; systems may ask too."""
    rights = [action for action in RIGHTS if caller.may(action)]
    return Me(
        account_id=caller.account_id,
        shown=caller.shown,
        role=caller.role,
        institution_id=caller.scope.institution_id,
        area=caller.scope.area,
        rights=rights,
    )


@router.put("/password")
def change_password(service: Served, caller: Annotated[Caller, needs(Action.OWN_ACCOUNT)], sent: NewPassword) -> Done:
    """Another password, for whoever knows the present one; every other session ends."""
    with reading(service.engine, "changing a password") as connection:
        own = accounts.account(connection, caller.account_id or 0)
    if own is None or checked(service, own.name, sent.present) is None:
        raise invalid(Fault("body.present", "another password", "the present one"))
    if fault := passwords.password_fault(sent.wanted, own.name):
        raise invalid(Fault("body.wanted", f"{len(sent.wanted)} characters", fault.en))
    hashed = passwords.hashed(sent.wanted)
    with writing(service.engine, "changing a password") as connection:
        accounts.set_password(connection, own.id, hashed)
        sessions.end_all(connection, own.id, but=caller.session_id)
        log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{own.id} password", {})
    return Done()


@router.get("/sessions")
def own_sessions(service: Served, caller: Annotated[Caller, needs(Action.OWN_ACCOUNT)]) -> list[SessionShape]:
    """Where the caller is signed in, the newest first."""
    with reading(service.engine, "listing sessions") as connection:
        found = sessions.sessions_of(connection, caller.account_id or 0, service.clock())
    return [
        SessionShape(
            id=one.id,
            made_at=one.made_at,
            seen_at=one.seen_at,
            address=one.address,
            agent=one.agent,
            this=one.id == caller.session_id,
        )
        for one in found
    ]


@router.delete("/sessions")
def end_others(service: Served, caller: Annotated[Caller, needs(Action.OWN_ACCOUNT)]) -> Done:
    """Signs the caller out everywhere but here."""
    with writing(service.engine, "signing out everywhere") as connection:
        sessions.end_all(connection, caller.account_id or 0, but=caller.session_id)
    return Done()


@router.delete("/sessions/{number}")
def end_one(
    service: Served,
    caller: Annotated[Caller, needs(Action.OWN_ACCOUNT)],
    number: Id,
) -> Done:
    """Ends one of the caller's sessions."""
    with writing(service.engine, "ending a session") as connection:
        if not sessions.end(connection, number, caller.account_id or 0):
            raise NotFoundError("登录", "session")
    return Done()
