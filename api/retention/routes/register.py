"""What is kept, until when, under which duty and which holds; deletions with their certificates."""

from datetime import date, datetime
from itertools import islice
from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import ColumnElement

from api.http.auth import needs
from api.http.fields import Filter
from api.http.pagination import Cursor, Limit, Page, page
from api.http.service import Served
from facts.retention import Hold, RetentionEntry
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.retention.access import evidence_reached, holds_reached
from storage.database.connection import reading
from storage.database.tables.retention import HOLDS, OBJECTS
from storage.retention.pages import DELETED, LIVE, needed_by, numbered

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
    where: list[ColumnElement[bool]] = [DELETED if deleted else LIVE, evidence_reached(caller)]
    where += [needed_by(class_id)] if class_id is not None else []
    where += [OBJECTS.c.keep_until <= due_before] if due_before is not None else []
    with reading(service.engine, "listing what is kept") as connection:
        found = numbered(connection, *where, after=int(cursor or 0), limit=limit + 1)
    return page(found, limit, shape, lambda one: one.number)


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
    start = int(cursor or 0)
    where: list[ColumnElement[bool]] = [] if released else [HOLDS.c.released_at.is_(None)]
    where += [HOLDS.c.class_id == class_id] if class_id is not None else []
    with reading(service.engine, "listing holds") as connection:
        fits = list(islice(holds_reached(connection, caller, *where), start + limit + 1))
    following = str(start + limit) if len(fits) > start + limit else None
    return Page[HoldShape](items=[hold_shape(one) for one, _ in fits[start : start + limit]], next=following)


def shape(one: RetentionEntry) -> KeptShape:
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
