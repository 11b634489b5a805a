"""开班: a new class, and what may be corrected of one; choices come from the rulebooks, faults stand beside the field."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.http.auth import needs
from api.http.fields import Id
from api.http.render import redirect, render
from api.http.service import Served
from facts.refusals import Refusal, RefusalsError
from facts.span import local_day
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for, own_institution
from runtime.classes.addresses import class_path, files_path
from runtime.classes.class_record import FIXED, MOST_CHARS, correct_class, make_class, texts_of
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of
from storage.database.classes.classes import ClassRow, classes
from storage.database.connection import reading, writing
from storage.database.tables.classes import CLASSES

router = APIRouter(include_in_schema=False)
Writing = Annotated[Caller, needs(Action.CLASS_WRITE)]
FieldTexts = Mapping[str, str]
LEVELS = {"初级工": "junior (5)", "中级工": "intermediate (4)", "高级工": "senior (3)", "技师": "technician (2)"}
LEVELS |= {"高级技师": "senior technician (1)", "专项能力": "special skill", "不分级": "without levels"}


@router.get("/new-class")
def blank(request: Request, service: Served, caller: Writing) -> Response:
    """An empty form at the institution's own place."""
    with reading(service.engine, "opening a form") as connection:
        given = dict.fromkeys(MOST_CHARS, "") | {"locality": own_institution(connection, caller).locality}
    return _form(request, service, caller, given)


@router.post("/new-class")
async def make(request: Request, service: Served, caller: Writing) -> Response:
    """The new class, and on to its material."""
    given = await _given(request)
    return await run_in_threadpool(_make, request, service, caller, given)


@router.get("/classes/{number}/about")
def about(request: Request, service: Served, caller: Writing, number: Id) -> Response:
    """What the class says of itself."""
    with reading(service.engine, "opening a form") as connection:
        owner = class_for(connection, caller, number)
    return _form(request, service, caller, texts_of(owner), owner=owner)


@router.post("/classes/{number}/about")
async def change(request: Request, service: Served, caller: Writing, number: Id) -> Response:
    """The correction; verdicts that were made stay as they were made."""
    given = await _given(request)
    return await run_in_threadpool(_change, request, service, caller, number, given)


async def _given(request: Request) -> FieldTexts:
    sent = await request.form()
    return {name: str(sent.get(name) or "").strip() for name in MOST_CHARS}


def _make(request: Request, service: Service, caller: Caller, given: FieldTexts) -> Response:
    known = shelf_of(service)
    try:
        with writing(service.engine, "making a class") as connection:
            made = make_class(connection, caller, given, service.clock(), by_form=known)
    except RefusalsError as refused:
        return _form(request, service, caller, given, refused.refusals)
    return redirect(files_path(made.id))


def _change(request: Request, service: Service, caller: Caller, number: int, given: FieldTexts) -> Response:
    with reading(service.engine, "opening a form") as connection:
        owner = class_for(connection, caller, number)
    given = {**given, **{name: text for name, text in texts_of(owner).items() if name in FIXED}}
    known = shelf_of(service)
    try:
        with writing(service.engine, "correcting a class") as connection:
            correct_class(connection, caller, number, given, by_form=known)
    except RefusalsError as refused:
        return _form(request, service, caller, given, refused.refusals, owner)
    return redirect(class_path(number))


def _form(
    request: Request,
    service: Service,
    caller: Caller,
    given: FieldTexts,
    refusals: Sequence[Refusal] = (),
    owner: ClassRow | None = None,
) -> Response:
    shelf = shelf_of(service)
    with reading(service.engine, "reading the institution's classes") as connection:
        known = classes(connection, CLASSES.c.institution_id == caller.scope.institution_id)
    return render(
        request,
        "classes/class_form.html.j2",
        caller,
        422 if refusals else 200,
        given=given,
        faults={one.where: one.text for one in refusals},
        owner=owner,
        programmes=shelf.programmes,
        groups=shelf.groups,
        levels=LEVELS,
        occupations=sorted({one.occupation for one in known if one.occupation}),
        books=shelf.books,
        today=local_day(service.clock()),
    )
