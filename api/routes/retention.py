"""What is kept, until when, under which duty and which holds; deletions with their certificates."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import true

from api.caller import Caller, needs
from api.lists import Cursor, Limit, Page
from api.reach import institutions_reached
from api.service import Served, Service
from api.shapes import Filter
from facts.keeping import Hold, Kept
from pipeline.rights import Action, Role
from storage.database.accounts import institutions
from storage.database.opening import reading
from storage.retention.register import EvidenceRegister

router = APIRouter(prefix="/api/v1/retention", tags=["retention"])
Reading = Annotated[Caller, needs(Action.RETENTION_READ)]


class KeptShape(BaseModel):
    """One stored object and the longest of the duties that keep it."""

    number: int
    sha256: str
    size_bytes: int
    class_ids: list[str]
    institution: str
    rule: str
    keep_until: datetime
    locked_until: datetime | None
    deletion: str
    certificate: str


class HoldShape(BaseModel):
    """A hold: while it stands, nothing of its scope is deleted, whatever the date."""

    id: str
    class_id: str
    day: date | None
    sha256: str
    reason: str
    case: str
    placed_by: str
    placed_at: datetime
    released_at: datetime | None


@router.get("/objects")
def kept(
    service: Served,
    caller: Reading,
    class_id: Filter = None,
    due_before: AwareDatetime | None = None,
    deleted: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[KeptShape]:
    """What is kept, or with ``deleted=true`` what was deleted and certified; the numbers go up."""
    register, start = EvidenceRegister(service.engine), int(cursor or 0)
    names = _names(service, caller)
    found = [
        one
        for one in (register.deleted() if deleted else register.live())
        if one.number > start and (names is None or any(use.institution in names for use in one.uses))
    ]
    fits = [one for one in found if _fits(one, class_id, due_before)]
    shown = fits[:limit]
    following = str(shown[-1].number) if len(fits) > limit else None
    return Page[KeptShape](items=[shape(one) for one in shown], next=following)


@router.get("/holds")
def holds(
    service: Served,
    caller: Reading,
    class_id: Filter = None,
    released: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[HoldShape]:
    """Holds that stand, or with ``released=true`` those that were lifted too."""
    register, start = EvidenceRegister(service.engine), int(cursor or 0)
    names = _names(service, caller)
    own = None if names is None else _classes(register, names)
    fits = [
        one
        for one in register.holds(released=released)
        if (own is None or one.scope.class_id in own) and class_id in {None, one.scope.class_id}
    ]
    following = str(start + limit) if start + limit < len(fits) else None
    return Page[HoldShape](items=[hold_shape(one) for one in fits[start : start + limit]], next=following)


def shape(one: Kept) -> KeptShape:
    """The object as the API shows it."""
    longest = max(one.uses, key=lambda use: use.keep_until)
    return KeptShape(
        number=one.number,
        sha256=one.digest.sha256,
        size_bytes=one.size_bytes,
        class_ids=sorted({use.class_id for use in one.uses}),
        institution=longest.institution,
        rule=longest.rule,
        keep_until=longest.keep_until,
        locked_until=one.retain_until,
        deletion=one.deletion.state.value if one.deletion else "",
        certificate=one.deletion.certificate if one.deletion else "",
    )


def hold_shape(one: Hold) -> HoldShape:
    """The hold as the API shows it."""
    return HoldShape(
        id=one.id,
        class_id=one.scope.class_id,
        day=one.scope.day,
        sha256=one.scope.sha256,
        reason=one.reason,
        case=one.case,
        placed_by=one.placed_by,
        placed_at=one.placed_at,
        released_at=one.released_at,
    )


def _fits(one: Kept, class_id: str | None, due_before: datetime | None) -> bool:
    named = class_id is None or any(use.class_id == class_id for use in one.uses)
    return named and (due_before is None or max(use.keep_until for use in one.uses) <= due_before)


def _names(service: Service, caller: Caller) -> frozenset[str] | None:
    """The institutions in reach by their names, as the register has them; the auditor sees every object."""
    if caller.role is Role.AUDITOR:
        return None
    with reading(service.engine, "listing institutions") as connection:
        return frozenset(one.name for one in institutions(connection, true(), institutions_reached(caller)))


def _classes(register: EvidenceRegister, names: frozenset[str]) -> frozenset[str]:
    every = [*register.live(), *register.deleted()]
    return frozenset(use.class_id for one in every for use in one.uses if use.institution in names)
