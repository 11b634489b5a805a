"""Who the caller is, and where they are signed in."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.http.auth import needs
from api.http.fields import Done, Id
from api.http.service import Served
from pipeline.accounts.rights import RIGHTS, Action, Role
from runtime.accounts import password_check
from runtime.accounts.caller import Caller
from runtime.accounts.sessions import end_other_sessions, end_own_session
from storage.database.accounts import sessions
from storage.database.connection import reading

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
    password_check.change_password(service, caller, sent.present, sent.wanted, again=sent.wanted)
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
    end_other_sessions(service, caller)
    return Done()


@router.delete("/sessions/{number}")
def end_one(
    service: Served,
    caller: Annotated[Caller, needs(Action.OWN_ACCOUNT)],
    number: Id,
) -> Done:
    """Ends one of the caller's sessions."""
    end_own_session(service, caller, number)
    return Done()
