"""Reports, the verdicts on class hours, and the doubts (疑点) that they raise."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Table, select

from api.http.auth import needs
from api.http.fields import Day, Filter, Id, IdFilter
from api.http.pagination import Cursor, Limit, Page, after_cursor, matching, page
from api.http.service import Served
from facts.errors import NotFoundError
from facts.verdict import Status
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import pictures_folder
from runtime.platform.service import Service
from storage.database.connection import reading
from storage.database.tables.classes import CLASSES
from storage.database.tables.verification import FLAGS, REPORTS, VERDICTS
from storage.database.verification.reports import ReportFlag, ReportHour, ReportRow, document_of, flags, hours, reports

router = APIRouter(prefix="/api/v1", tags=["verdicts"])
Reading = Annotated[Caller, needs(Action.VERDICT_READ)]


class ReportShape(BaseModel):
    """One report on one class; ``sha256`` is that of its document."""

    id: int
    class_id: int
    made_at: datetime
    status: Status
    sha256: str


class VerdictShape(BaseModel):
    """The verdict on one class hour; the whole finding stands in the report's document."""

    id: int
    report_id: int
    class_id: int
    hour_id: str
    day: str
    starts_at: datetime
    ends_at: datetime
    room: str
    status: Status
    reasons: list[str]
    expected: int | None


class FlagShape(BaseModel):
    """One doubt, with its clause and its innocent explanations; never a finding of fault."""

    id: int
    report_id: int
    class_id: int
    number: int
    kind: str
    rule: str
    doubt: dict[str, Any]


@router.get("/reports")
def listed(
    service: Served,
    caller: Reading,
    class_id: IdFilter = None,
    status: Status | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ReportShape]:
    """Reports within the caller's reach, the oldest first."""
    where = matching((REPORTS.c.class_id, class_id), (REPORTS.c.status, status))
    with reading(service.engine, "listing reports") as connection:
        found = reports(connection, _within(REPORTS, caller), *after_cursor(REPORTS, cursor), *where, limit=limit + 1)
    return page(found, limit, shape, lambda one: one.id)


@router.get("/reports/{number}")
def one(service: Served, caller: Reading, number: Id) -> ReportShape:
    """One report."""
    return shape(report_for(service, caller, number))


@router.get("/reports/{number}/document")
def document(service: Served, caller: Reading, number: Id) -> dict[str, Any]:
    """The whole report as JSON (``xueshi.report/1``), people masked."""
    found = report_for(service, caller, number)
    with reading(service.engine, "reading a report") as connection:
        whole: dict[str, Any] = json.loads(document_of(connection, found.id))
    return whole


@router.get("/reports/{number}/pictures/{kind}/{index}", response_class=FileResponse)
def picture(service: Served, caller: Reading, number: Id, kind: str, index: int) -> Response:
    """The contact sheet or best frame (``sheet`` or ``best``) of the hour of that index, faces blurred."""
    found = report_for(service, caller, number)
    place = pictures_folder(service.settings.home, found.id) / f"{kind}-{index}.jpg"
    if kind not in {"sheet", "best"} or not _drawn(service, place):
        raise NotFoundError("图片", "picture")
    return FileResponse(place, media_type="image/jpeg", headers={"cache-control": "private, max-age=3600"})


def _drawn(service: Service, place: Path) -> bool:
    """All of the report's pictures come at once, wherever they were drawn."""
    return blob_folder(service.settings).bring_folder(place.parent) and place.is_file()


@router.get("/verdicts")
def verdicts(
    service: Served,
    caller: Reading,
    class_id: IdFilter = None,
    report_id: IdFilter = None,
    status: Status | None = None,
    day: Day | None = None,
    room: Filter = None,
    newest: bool = True,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[VerdictShape]:
    """Verdicts on class hours; of the newest report of each class unless ``newest=false``."""
    own = VERDICTS.c
    where = matching(
        (own.class_id, class_id), (own.report_id, report_id), (own.status, status), (own.day, day), (own.room, room)
    )
    where += _newest(VERDICTS) if newest and report_id is None else []
    with reading(service.engine, "listing verdicts") as connection:
        found = hours(connection, _within(VERDICTS, caller), *after_cursor(VERDICTS, cursor), *where, limit=limit + 1)
    return page(found, limit, verdict_shape, lambda one: one.id)


@router.get("/flags")
def doubts(
    service: Served,
    caller: Reading,
    class_id: IdFilter = None,
    report_id: IdFilter = None,
    kind: Filter = None,
    rule: Filter = None,
    newest: bool = True,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[FlagShape]:
    """Doubts for a person to look at; of the newest report of each class unless ``newest=false``."""
    own = FLAGS.c
    where = matching((own.class_id, class_id), (own.report_id, report_id), (own.kind, kind), (own.rule, rule))
    where += _newest(FLAGS) if newest and report_id is None else []
    with reading(service.engine, "listing doubts") as connection:
        found = flags(connection, _within(FLAGS, caller), *after_cursor(FLAGS, cursor), *where, limit=limit + 1)
    return page(found, limit, flag_shape, lambda one: one.id)


def report_for(service: Service, caller: Caller, number: int) -> ReportRow:
    """The report, if it is there for the caller."""
    with reading(service.engine, "reading a report") as connection:
        found = reports(connection, REPORTS.c.id == number, _within(REPORTS, caller))
    if not found:
        raise NotFoundError("报告", "report")
    return found[0]


def shape(found: ReportRow) -> ReportShape:
    """The report as the API shows it."""
    return ReportShape(
        id=found.id,
        class_id=found.class_id,
        made_at=found.made_at,
        status=Status(found.status),
        sha256=found.sha256,
    )


def verdict_shape(found: ReportHour) -> VerdictShape:
    """The verdict as the API shows it."""
    hour = found.hour
    return VerdictShape(
        id=found.id,
        report_id=found.report_id,
        class_id=found.class_id,
        hour_id=hour.hour_id,
        day=hour.day,
        starts_at=hour.starts_at,
        ends_at=hour.ends_at,
        room=hour.room,
        status=Status(hour.status),
        reasons=hour.reasons.split(",") if hour.reasons else [],
        expected=hour.expected,
    )


def flag_shape(found: ReportFlag) -> FlagShape:
    """The doubt as the API shows it."""
    return FlagShape(
        id=found.id,
        report_id=found.report_id,
        class_id=found.class_id,
        number=found.flag.number,
        kind=found.flag.kind,
        rule=found.flag.rule,
        doubt=json.loads(found.flag.body),
    )


def _within(table: Table, caller: Caller) -> ColumnElement[bool]:
    return table.c.class_id.in_(select(CLASSES.c.id).where(reached(caller)))


def _newest(table: Table) -> list[ColumnElement[bool]]:
    return [table.c.report_id.in_(select(CLASSES.c.report_id).where(CLASSES.c.report_id.is_not(None)))]
