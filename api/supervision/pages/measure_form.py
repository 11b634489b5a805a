"""A new record in the console: its kind first, then only what that kind has; a breach may name people of the class."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, TEXT, Digits
from api.http.problem import status_of
from api.http.render import redirect, render
from api.http.service import Served
from facts.names import masked_name
from facts.refusals import RefusalsError
from facts.span import local_day
from facts.supervision import MOST_PEOPLE, MOST_WORDS, MeasureKind
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import institutions_reached, reached
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of
from runtime.supervision.clauses import measure_clauses
from runtime.supervision.measures import opened
from runtime.supervision.request import MeasureRequest
from storage.database.accounts.accounts import institutions
from storage.database.claims import claims
from storage.database.classes.classes import ClassRow, classes
from storage.database.connection import reading, writing
from storage.database.roll_call.rolls import people
from storage.database.tables.claims import CLAIMS
from storage.database.tables.classes import CLASSES

router = APIRouter(include_in_schema=False, prefix="/supervision/new")
Writing = Annotated[Caller, needs(Action.SUPERVISION_WRITE)]
Words = Annotated[str, Form(max_length=MOST_WORDS, pattern=TEXT)]
Field = Annotated[str, Form(max_length=200, pattern=NO_CONTROLS)]
FormDay = Annotated[str, Form(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
Keys = Annotated[list[Annotated[str, Form(pattern=r"^[0-9a-f]{1,80}$")]] | None, Form(max_length=MOST_PEOPLE)]
_MOST_LISTED = 500
_FIELDS = (
    "institution",
    "first",
    "found",
    "last",
    "term",
    "asked",
    "paper",
    "level",
    "reporter",
    "code",
    "claim",
    "hours",
)
_EMPTY = dict.fromkeys(_FIELDS, "")


@router.get("")
def form(
    request: Request,
    service: Served,
    caller: Writing,
    kind: MeasureKind = MeasureKind.TALK,
    code: Annotated[str, Query(max_length=200, pattern=NO_CONTROLS)] = "",
) -> Response:
    """The form of one kind; for a class that is named its people and claims can be chosen."""
    return _page(request, service, caller, kind, given={"code": code})


@router.post("")
def make(
    request: Request,
    service: Served,
    caller: Writing,
    kind: Annotated[MeasureKind, Form()],
    institution: Digits = "",
    first: FormDay = "",
    found: Words = "",
    last: FormDay = "",
    term: FormDay = "",
    asked: Words = "",
    paper: Field = "",
    level: Annotated[str, Form(max_length=20, pattern=NO_CONTROLS)] = "",
    reporter: Field = "",
    code: Field = "",
    claim: Digits = "",
    hours: Words = "",
    person: Keys = None,
) -> Response:
    """The record, or the form again with every reason why not."""
    given = {"institution": institution, "first": first, "found": found, "last": last, "term": term, "asked": asked}
    given |= {"paper": paper, "level": level, "reporter": reporter, "code": code, "claim": claim, "hours": hours}
    try:
        with writing(service.engine, "recording supervision") as connection:
            owner = _class_named(connection, caller, code)
            wanted = MeasureRequest(
                kind,
                int(institution or 0) or (owner.institution_id if owner else 0),
                _day(first) or local_day(service.clock()),
                found,
                _day(last),
                _day(term),
                asked,
                paper,
                level,
                reporter,
                owner.id if owner else 0 if code.strip() else None,
                int(claim) if claim else None,
                tuple(line.strip() for line in hours.splitlines() if line.strip()),
                tuple(person or ()),
            )
            row = opened(service, connection, caller, wanted)
    except RefusalsError as refused:
        return _page(request, service, caller, kind, status=status_of(refused), faults=refused.texts, given=given)
    except ValueError:
        fault = Text("日期不存在", "there is no such day")
        return _page(request, service, caller, kind, status=422, faults=[fault], given=given)
    return redirect(f"/supervision/{row.id}")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _class_named(connection: Connection, caller: Caller, code: str) -> ClassRow | None:
    """The class of that code within reach, where there is just one."""
    found = classes(connection, CLASSES.c.code == code.strip(), reached(caller), limit=2) if code.strip() else ()
    return found[0] if len(found) == 1 else None


def _page(
    request: Request,
    service: Service,
    caller: Caller,
    kind: MeasureKind,
    *,
    status: int = 200,
    faults: list[Text] | None = None,
    given: dict[str, str],
) -> Response:
    with reading(service.engine, "a form of supervision") as connection:
        schools = institutions(connection, institutions_reached(caller), limit=_MOST_LISTED)
        owner = _class_named(connection, caller, given.get("code", ""))
        roll = people(connection, owner.id) if owner and kind is MeasureKind.BREACH else ()
        own = (CLAIMS.c.class_id == owner.id, CLAIMS.c.newest == 1) if owner else ()
        sent = claims(connection, *own, reached(caller, CLAIMS), limit=50) if owner else ()
        codes = classes(connection, reached(caller), limit=_MOST_LISTED)
    locality = owner.locality if owner else schools[0].locality if len(schools) == 1 else caller.scope.area or ""
    day = local_day(service.clock())
    return render(
        request,
        "supervision/measure_form.html.j2",
        caller,
        status,
        kind=kind,
        kinds=list(MeasureKind),
        institutions=[(one.id, one.name) for one in schools],
        owner=owner,
        roll=[(one.key, masked_name(one.name), one.tail) for one in roll],
        claims=[(one.id, one.code) for one in sent],
        codes=codes,
        clauses=measure_clauses(shelf_of(service), locality, kind, day),
        faults=faults or [],
        given={**_EMPTY, **given},
        today=day,
    )
