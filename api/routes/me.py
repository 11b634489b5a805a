"""Who the caller is, and where they are signed in."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from api.caller import Caller, needs
from api.problem import not_found
from api.routes.people import Done
from api.service import Served
from api.shapes import Id
from pipeline.rights import RIGHTS, Action, Role
from storage.database import sessions
from storage.database.opening import reading, writing

router = APIRouter(prefix="/api/v1/me", tags=["me"])


class Me(BaseModel):
    """The caller and every right that the caller holds."""

    shown: str
    role: Role | None
    institution_id: int | None
    area: str | None
    rights: list[Action]


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
        shown=caller.shown,
        role=caller.role,
        institution_id=caller.scope.institution_id,
        area=caller.scope.area,
        rights=rights,
    )


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
            raise not_found("登录", "session")
    return Done()
