"""抽查 (双随机一公开): a draw is announced, revealed later, and published so that a stranger can do it again."""

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from sqlalchemy import Connection, func, select

from api.caller import Caller, needs
from api.discover import Nav, Task
from api.pages import draw, go, lang_of
from api.problem import not_found
from api.reach import reached
from api.service import Served, Service
from api.shapes import NO_CONTROLS
from api.spotted import (
    Opened,
    checks_of,
    draws_for,
    draws_waiting,
    folder_of,
    inspector,
    inspectors_of,
    listed_classes,
    opened,
    person_of,
)
from facts.errors import FaultsError, InputError
from facts.spotcheck import DrawClass, DrawRules, Inspector, SpotState, Stratum
from facts.text import Text
from pipeline.rights import Action
from report.lots_page import draw_page, rows_of
from report.lots_xlsx import draw_xlsx, worklist_xlsx
from runtime.draw import announce, bind, sheet_from
from storage.database.opening import reading
from storage.database.tables.service import CLASSES, FLAGS
from storage.draws.standalone import draw_check_py

router = APIRouter(include_in_schema=False, prefix="/checks")
NAV = Nav(30, Text("抽查", "Spot checks"), "/checks", Action.SPOT_CHECK_READ)
Reading = Annotated[Caller, needs(Action.SPOT_CHECK_READ)]
Writing = Annotated[Caller, needs(Action.SPOT_CHECK_WRITE)]
Name = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Line = Annotated[str, Form(max_length=200, pattern=NO_CONTROLS)]
Lines = Annotated[str, Form(max_length=5000)]
STRATA = {
    "": Text("不分层", "none"),
    "programme": Text("按培训项目", "by programme"),
    "institution": Text("按培训机构", "by institution"),
    "locality": Text("按地区", "by locality"),
}
_BY_DOUBTS = Text("权重为该班疑点数加一", "one more than the class's doubts")


@router.get("")
def listed(request: Request, service: Served, caller: Reading) -> Response:
    """What was announced and revealed, and what waits for the reader."""
    return _list(request, service, caller)


@router.post("")
def make(
    request: Request,
    service: Served,
    caller: Writing,
    title: Line,
    strata: Line = "",
    share: Line = "1/10",
    weighted: Annotated[bool, Form()] = False,
    per_class: Annotated[int, Form(ge=1, le=9)] = 2,
    most: Annotated[int, Form(ge=1, le=1000)] = 10,
    beacon: Line = "",
    avoid: Lines = "",
) -> Response:
    """Lists, rules and a secret nonce are bound and announced; nobody knows yet what will be drawn."""
    given = {"title": title, "strata": strata, "share": share, "weighted": weighted, "per_class": per_class}
    given |= {"most": most, "beacon": beacon, "avoid": avoid}
    with reading(service.engine, "reading the lists") as connection:
        rows = listed_classes(connection, caller)
        people = inspectors_of(connection, caller)
        weights = _doubts(connection) if weighted else {}
    faults, avoided = _avoided(avoid, {one.name for one in people})
    faults += [*_faults(title, strata, share, len(rows), len(people), per_class)]
    if faults:
        return _list(request, service, caller, status=422, faults=faults, given=given)
    listed = [replace(entry, stratum=_stratum(strata, entry), weight=1 + weights.get(row.id, 0)) for row, entry in rows]
    size = Fraction(share.strip())
    rules = DrawRules(
        title.strip(),
        tuple(Stratum(name, share=size) for name in sorted({one.stratum for one in listed})),
        per_class,
        most,
        beacon.strip(),
        str(_BY_DOUBTS.zh) if weighted else "",
    )
    return _announced(request, service, caller, (listed, [inspector(one, avoided) for one in people], rules), given)


@router.get("/{name}")
def one(request: Request, service: Served, caller: Reading, name: Name) -> Response:
    """One draw: the commitment, and after the reveal the masked sheet and the worklists."""
    return _one(request, caller, opened(service, caller, name))


@router.post("/{name}/reveal")
def reveal(request: Request, service: Served, caller: Writing, name: Name, beacon: Line = "") -> Response:
    """The evidence of what is drawn is held before anybody can read which classes it is."""
    found = opened(service, caller, name)
    try:
        sheet, _ = sheet_from(folder_of(service, name), beacon)
        checks_of(service).reveal(sheet)
    except InputError as error:
        fault = Text(f"未能揭示：{error}", f"not revealed: {error}")
        return _one(request, caller, found, status=422, faults=[fault])
    return go(f"/checks/{name}")


@router.get("/{name}/files/{file}")
def download(
    request: Request,
    service: Served,
    caller: Reading,
    name: Name,
    file: Annotated[str, Path(pattern=r"^[a-z_]{4,20}\.(json|html|xlsx|py)$")],
) -> Response:
    """What may be published, and for inspectors the worklists, which may not."""
    found = opened(service, caller, name)
    made = _file(found, file, lang_of(request), internal=caller.may(Action.SPOT_CHECK_WRITE))
    if made is None:
        raise not_found("文件", "file")
    headers = {"content-disposition": f'attachment; filename="{file}"'}
    return Response(made, media_type=_TYPES[file.rpartition(".")[2]], headers=headers)


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[Task]:
    """Classes to visit, findings that wait for a second signature, and draws that wait for their reveal."""
    del connection  # the register reads a draw whole, in a view of its own
    if not caller.may(Action.SPOT_CHECK_WRITE):
        return ()
    told, person = [], person_of(caller)
    for found in draws_waiting(service, caller):
        path = f"/checks/{found.commitment}"
        if found.revealed_at is None:
            told.append(Task(35, Text(f"待揭示：{found.title}", f"to be revealed: {found.title}"), path))
            continue
        whole = checks_of(service).draw(found.commitment)
        last = {one.class_id: one for one in whole.findings}
        mine = [one.drawn.id for one in whole.assigned if person in one.inspectors]
        visits = sum(name not in last for name in mine)
        seconds = sum(
            last[name].state is SpotState.SIGNED and last[name].first.by != person for name in mine if name in last
        )
        if visits:
            told.append(
                Task(
                    20, Text(f"{visits} 个抽中班期待核查", f"{visits} drawn classes to visit"), path, _told(found.title)
                )
            )
        if seconds:
            words = Text(f"{seconds} 份核查结论待您复签", f"{seconds} findings wait for your signature")
            told.append(Task(18, words, path, _told(found.title)))
    return told


_TYPES = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "py": "text/x-python; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _told(title: str) -> Text:
    return Text(title, title)


def _file(found: Opened, name: str, lang: str, *, internal: bool) -> bytes | None:
    sheet = found.sheet
    if name == "draw_check.py":
        return draw_check_py().encode()
    if found.draw.revealed_at is None:
        return _json(sheet) if name == "commitment.json" else None
    makers = {
        "draw.json": lambda: _json(sheet),
        "draw.html": lambda: draw_page(sheet, lang).encode(),
        "draw.xlsx": lambda: draw_xlsx(sheet),
    }
    if internal:
        makers["worklist.xlsx"] = lambda: worklist_xlsx(sheet, found.names)
    return makers[name]() if name in makers else None


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _announced(
    request: Request,
    service: Service,
    caller: Caller,
    lists: tuple[list[DrawClass], list[Inspector], DrawRules],
    given: dict[str, Any],
) -> Response:
    try:
        bound = bind(*lists)
        made = announce(checks_of(service), bound, folder_of(service, bound.published["commitment"]))
    except FaultsError as error:
        faults = [
            Text(
                f"{one.where}：现为 {one.got}，应为 {one.expected}",
                f"{one.where}: got {one.got}, expected {one.expected}",
            )
            for one in error.faults[:20]
        ]
        return _list(request, service, caller, status=422, faults=faults, given=given)
    return go(f"/checks/{made.commitment}")


def _faults(title: str, strata: str, share: str, classes: int, people: int, per_class: int) -> list[Text]:
    faults = []
    if not title.strip():
        faults.append(Text("请写明抽查的名称", "give the draw a title"))
    if strata not in STRATA:
        faults.append(Text("请选择分层方式", "choose the strata"))
    if not classes:
        faults.append(Text("您的范围内没有可抽的班期", "there is no class within your area"))
    if people < per_class:
        faults.append(
            Text(
                f"可派的抽查员只有 {people} 名，每班需 {per_class} 名",
                f"{people} inspectors, {per_class} needed for a class",
            )
        )
    try:
        good = 0 < Fraction(share.strip()) <= 1
    except (ValueError, ZeroDivisionError):
        good = False
    if not good:
        faults.append(Text("抽取比例应为 0 到 1 之间的数，如 1/10", "the share is a number up to 1, such as 1/10"))
    return faults


def _avoided(text: str, known: set[str]) -> tuple[list[Text], dict[str, list[str]]]:
    """Lines such as ``wang.min：正信职校、邻校``."""
    faults, avoided = [], dict[str, list[str]]()
    for line in filter(str.strip, text.splitlines()):
        name, _, rest = line.replace("：", ":").partition(":")
        places = [one.strip() for one in rest.replace("；", "、").replace(",", "、").split("、") if one.strip()]
        if name.strip() not in known or not places:
            faults.append(
                Text(f"回避一行看不懂：{line[:60]}", f"this line of conflicts is not understood: {line[:60]}")
            )
        avoided.setdefault(name.strip(), []).extend(places)
    return faults, avoided


def _stratum(by: str, entry: DrawClass) -> str:
    return str(getattr(entry, by)) if by else ""


def _doubts(connection: Connection) -> dict[int, int]:
    newest = FLAGS.c.report_id == CLASSES.c.report_id
    counted = select(FLAGS.c.class_id, func.count()).join(CLASSES, newest).group_by(FLAGS.c.class_id)
    return {row[0]: row[1] for row in connection.execute(counted)}


def _list(
    request: Request,
    service: Service,
    caller: Caller,
    *,
    status: int = 200,
    faults: Sequence[Text] = (),
    given: dict[str, Any] | None = None,
) -> Response:
    with reading(service.engine, "reading the lists") as connection:
        count = connection.execute(select(func.count()).select_from(CLASSES).where(reached(caller))).scalar_one()
        people = inspectors_of(connection, caller)
    return draw(
        request,
        "checks.html.j2",
        caller,
        status,
        found=draws_for(service, caller),
        classes=count,
        people=people,
        strata=STRATA,
        may_write=caller.may(Action.SPOT_CHECK_WRITE),
        faults=faults,
        given=given or {},
    )


def _one(
    request: Request, caller: Caller, found: Opened, *, status: int = 200, faults: Sequence[Text] = ()
) -> Response:
    shown = found.draw.revealed_at is not None
    last = {one.class_id: one for one in found.draw.findings}
    return draw(
        request,
        "check.html.j2",
        caller,
        status,
        book=found,
        rows=rows_of(found.sheet) if shown else [],
        own=found.own(person_of(caller)),
        last=last,
        held={one.class_id: one for one in found.draw.holds},
        may_write=caller.may(Action.SPOT_CHECK_WRITE),
        faults=faults,
        SpotState=SpotState,
    )
