"""开班: a new class, and what may be corrected of one; choices come from the rulebooks, faults stand beside the field."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import Id
from api.http.render import redirect, render
from api.http.service import Served
from api.uploads.pages.hand_in import files_path
from facts.span import local_day
from facts.text import Text
from pipeline.accounts.rights import Action
from policy.shelf import packaged
from policy.vocabulary import GROUPS, PROGRAMMES
from runtime.accounts.caller import Caller
from runtime.accounts.names import AREA_ENDS, area_fault
from runtime.accounts.reach import class_for, own_institution
from runtime.classes.class_report import class_path
from runtime.platform.service import Service
from storage.database.classes.classes import ClassRow, add_class, change_class, classes
from storage.database.connection import reading, writing
from storage.database.tables.classes import CLASSES

router = APIRouter(include_in_schema=False)
Writing = Annotated[Caller, needs(Action.CLASS_WRITE)]
Given = Mapping[str, str]
LEVELS = {"初级工": "junior (5)", "中级工": "intermediate (4)", "高级工": "senior (3)", "技师": "technician (2)"}
LEVELS |= {"高级技师": "senior technician (1)", "专项能力": "special skill", "不分级": "without levels"}
_MOST = {"code": 100, "name": 200, "programme": 200, "locality": 200, "occupation": 200, "level": 100, "group": 200}
_MOST |= {"policy": 100}
_FIXED = ("code", "locality")
_CODE = re.compile(r"[\w.-]+")


@router.get("/new-class")
def blank(request: Request, service: Served, caller: Writing) -> Response:
    """An empty form at the institution's own place."""
    with reading(service.engine, "opening a form") as connection:
        given = dict.fromkeys(_MOST, "") | {"locality": own_institution(connection, caller).locality}
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
    return _form(request, service, caller, _of(owner), owner=owner)


@router.post("/classes/{number}/about")
async def change(request: Request, service: Served, caller: Writing, number: Id) -> Response:
    """The correction; verdicts that were made stay as they were made."""
    given = await _given(request)
    return await run_in_threadpool(_change, request, service, caller, number, given)


async def _given(request: Request) -> Given:
    sent = await request.form()
    return {name: str(sent.get(name) or "").strip() for name in _MOST}


def _make(request: Request, service: Service, caller: Caller, given: Given) -> Response:
    with writing(service.engine, "making a class") as connection:
        owner = own_institution(connection, caller)
        faults = dict(_faults(given))
        if "code" not in faults and _there(connection, owner.id, given["code"]):
            faults["code"] = Text("本机构已有这个编号的班", "the institution has a class of this code")
        if not faults:
            texts = {name: given[name] for name in _MOST if name != "group"}
            texts |= {"trainee_group": given["group"], "locality": given["locality"] or owner.locality}
            made = add_class(connection, owner.id, service.clock(), **texts)
    return _form(request, service, caller, given, faults) if faults else redirect(files_path(made.id))


def _change(request: Request, service: Service, caller: Caller, number: int, given: Given) -> Response:
    with writing(service.engine, "correcting a class") as connection:
        owner = class_for(connection, caller, number)
        given = {**given, **{name: _of(owner)[name] for name in _FIXED}}
        faults = {name: text for name, text in _faults(given) if name not in _FIXED}
        if not faults:
            texts = {name: given[name] for name in _MOST if name not in {*_FIXED, "group"}}
            change_class(connection, number, **texts, trainee_group=given["group"])
    return _form(request, service, caller, given, faults, owner) if faults else redirect(class_path(number))


def _faults(given: Given) -> Iterator[tuple[str, Text]]:
    for name, most in _MOST.items():
        if len(given[name]) > most:
            yield name, Text(f"最多 {most} 个字", f"at most {most} characters")
        elif not given[name].isprintable():
            yield name, Text("含有不可见的字符，请重新输入", "there are invisible characters; type it again")
    if not given["code"]:
        yield "code", Text("请写编号，例如 2025-04-JZ1", "give a code such as 2025-04-JZ1")
    elif not _CODE.fullmatch(given["code"]):
        wanted = "编号只能用文字、字母、数字和 . _ -，不能有空格"
        yield "code", Text(wanted, "letters, digits and . _ - only, no blanks")
    if not given["name"]:
        yield "name", Text("请写班名，报告和待办里用它", "give a name; reports and lists use it")
    if given["locality"] and area_fault(given["locality"]):
        ends = "、".join(AREA_ENDS)
        yield "locality", Text(f"地点应写全名，以 {ends} 结尾", f"the whole name of a place, ending in {ends}")
    if given["policy"] and given["policy"] not in {book.id for book in packaged().books}:
        yield "policy", Text("没有这份政策文件，请重新选择", "there is no such document; choose again")


def _there(connection: Connection, institution_id: int, code: str) -> bool:
    return bool(classes(connection, CLASSES.c.institution_id == institution_id, CLASSES.c.code == code))


def _of(owner: ClassRow) -> dict[str, str]:
    return {name: getattr(owner, "trainee_group" if name == "group" else name) for name in _MOST}


def _form(
    request: Request,
    service: Service,
    caller: Caller,
    given: Given,
    faults: Mapping[str, Text] | None = None,
    owner: ClassRow | None = None,
) -> Response:
    with reading(service.engine, "reading the institution's classes") as connection:
        known = classes(connection, CLASSES.c.institution_id == caller.scope.institution_id)
    return render(
        request,
        "classes/class_form.html.j2",
        caller,
        422 if faults else 200,
        given=given,
        faults=faults or {},
        owner=owner,
        programmes=PROGRAMMES,
        groups=GROUPS,
        levels=LEVELS,
        occupations=sorted({one.occupation for one in known if one.occupation}),
        books=packaged().books,
        today=local_day(service.clock()),
    )
