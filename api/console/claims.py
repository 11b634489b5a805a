"""申领页: a claim is handed in, screened under the class's verdicts, traced to its class hours, and exported."""

import json
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path as FilePath
from typing import Annotated, cast
from urllib.parse import quote

from fastapi import APIRouter, File, Path, Query, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy import Connection

from api.caller import Caller, needs
from api.claiming import cases, claim_for, document
from api.discover import Nav, Task
from api.looks import IDENTITY, granted
from api.pages import draw, go
from api.problem import not_found
from api.reach import own_institution, reached
from api.service import Served, Service
from api.shapes import Id
from facts.doubtcase import Stage
from facts.errors import FaultsError, InputError
from facts.money import Fen
from facts.span import local_day
from facts.text import Text
from ingest.claims.fault import ClaimFault
from ingest.claims.template import template
from pipeline.doubts import stage
from pipeline.outcome import Outcome
from pipeline.rights import Action, Role
from policy.shelf import packaged
from policy.vocabulary import PROGRAMMES
from report.desk.money import yuan
from report.desk.page import claim_pieces
from report.desk.public import notice_page, notice_workbook
from report.desk.schema import ClaimDocument
from report.desk.workbook import desk_workbook
from runtime.claim_service import Given, kept, noticed, past, screened, taken
from runtime.claim_words import vocabulary
from storage.database.accounts import accounts, institutions
from storage.database.claims import claims, document_of
from storage.database.classes import ClassRow, classes
from storage.database.opening import reading
from storage.database.tables.claims import CLAIMS
from storage.database.tables.service import CLASSES

router = APIRouter(include_in_schema=False, prefix="/claims")
NAV = Nav(20, Text("申领", "Claims"), "/claims", Action.CLAIM_READ)
Reading = Annotated[Caller, needs(Action.CLAIM_READ)]
OUTCOMES = {
    Outcome.GOOD: ("PASS", Text("全部有据", "all supported")),
    Outcome.DOUBTS: ("UNPROVEN", Text("有疑点或待核", "doubts, or open")),
    Outcome.INPUTS_INSUFFICIENT: ("UNPROVEN", Text("还没有核验结论", "no verdicts yet")),
    Outcome.FAILS: ("FAIL", Text("有不达标", "something fails")),
}
_SUFFIXES = (".xlsx", ".json", ".toml")
_ON_PAGE, _TOLD = 50, 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("")
def listed(
    request: Request, service: Served, caller: Reading, before: Annotated[str, Query(pattern=r"^[0-9]{0,15}$")] = ""
) -> Response:
    """The claims within reach, the newest version of each."""
    return _list(request, service, caller, before=before)


@router.get("/template/{programme}.xlsx")
def empty(_: Reading, programme: Annotated[str, Path(max_length=40)]) -> Response:
    """An empty workbook with lists to choose from and an example line."""
    if programme not in PROGRAMMES:
        raise not_found("项目类别", "programme")
    data = template(programme, vocabulary(packaged(), programme))
    return _file(data, f"申领模板-{programme}.xlsx", _XLSX)


@router.post("")
async def hand_in(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.CLAIM_WRITE)],
    file: Annotated[UploadFile, File()],
) -> Response:
    """Read, screened and kept, or refused with every fault by row and column."""
    return await run_in_threadpool(_handed_in, request, service, caller, file)


@router.get("/{number}")
def one(request: Request, service: Served, caller: Reading, number: Id) -> Response:
    """Money with its trace, findings with their clause, doubts with what became of them, papers, signers, notice."""
    return page(request, service, caller, number)


@router.get("/{number}/files/{name}")
def export(
    service: Served,
    caller: Reading,
    number: Id,
    name: Annotated[str, Path(pattern=r"^(claim\.json|claim\.xlsx|notice\.html|notice\.xlsx)$")],
    start: Annotated[str, Query(alias="from", pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = "",
) -> Response:
    """The screening for programs and for Excel, and the masked list for the public notice."""
    row = claim_for(service, caller, number)
    body = document(service, row)
    if name == "claim.json":
        return _file(json.dumps(body, ensure_ascii=False, indent=1).encode(), f"{row.code}.json", "application/json")
    if name == "claim.xlsx":
        return _file(desk_workbook(body), f"{row.code}.xlsx", _XLSX)
    found = noticed(body, _day(start, service), local_day(service.clock()))
    if found is None:
        raise not_found("公示要求", "clause that asks for a notice")
    if name == "notice.xlsx":
        return _file(notice_workbook(*found), f"公示-{row.code}.xlsx", _XLSX)
    return _file(notice_page(*found).encode(), f"公示-{row.code}.html", "text/html; charset=utf-8")


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[Task]:
    """Doubts that wait for an explanation, a decision or a second signer."""
    mine = _WAITS.get(caller.role) if caller.role else None
    if mine is None:
        return ()
    told = []
    for row in claims(connection, reached(caller, CLAIMS), CLAIMS.c.newest == 1, CLAIMS.c.doubts > 0, limit=_TOLD):
        body = cast("ClaimDocument", json.loads(document_of(connection, row.id)))
        found = [one for _, one in cases(service, row, body) if stage(one) in mine]
        own = [one for one in found if one.events[-1].by != caller.key]
        if own:
            text = Text(f"申领 {row.code}：{len(own)} 个疑点", f"claim {row.code}: {len(own)} doubts")
            waits = stage(own[0]).text
            told.append(Task(25, text, f"/claims/{row.id}#doubts", waits))
    return told


_WAITS = {
    Role.CLERK: frozenset({Stage.OPEN}),
    Role.REVIEWER: frozenset({Stage.EXPLAINED, Stage.SECOND_SIGNER}),
}


def page(
    request: Request,
    service: Service,
    caller: Caller,
    number: int,
    *,
    status: int = 200,
    faults: Sequence[Text] = (),
    at_doubt: str = "",
    given: dict[str, str] | None = None,
) -> Response:
    """The claim's page."""
    row = claim_for(service, caller, number)
    body = document(service, row)
    with reading(service.engine, "reading people") as connection:
        people = {f"account:{one.id}": one.shown for one in accounts(connection)}
        looks = granted(service, connection, caller, IDENTITY, row.class_id)
        versions = claims(
            connection,
            CLAIMS.c.institution_id == row.institution_id,
            CLAIMS.c.code == row.code,
            reached(caller, CLAIMS),
        )
    return draw(
        request,
        "claim_page.html.j2",
        caller,
        status,
        row=row,
        d=body,
        versions=versions,
        pieces=claim_pieces(body),
        lives=[(one, case, stage(case)) for one, case in cases(service, row, body)],
        people=people,
        looks=looks,
        may_explain=caller.may(Action.CLAIM_WRITE),
        may_review=caller.may(Action.CLAIM_REVIEW),
        may_look=caller.may(Action.IDENTITY_VIEW),
        today=local_day(service.clock()),
        outcome=OUTCOMES[Outcome(row.outcome)],
        Stage=Stage,
        faults=faults,
        at_doubt=at_doubt,
        given=given or {},
    )


def _handed_in(request: Request, service: Service, caller: Caller, file: UploadFile) -> Response:
    name = FilePath((file.filename or "").replace("\\", "/")).name[:150]
    if not name.lower().endswith(_SUFFIXES):
        return _list(request, service, caller, status=422, faults=[("", _KIND)])
    with tempfile.TemporaryDirectory() as aside:
        place = FilePath(aside) / f"claim{FilePath(name).suffix.lower()}"
        with place.open("wb") as out:
            while piece := file.file.read(1 << 20):
                out.write(piece)
        try:
            return _kept(request, service, caller, (name, place))
        except FaultsError as error:
            found = [_told(one) for one in error.faults]
            odd = getattr(error, "notes", ())
            return _list(request, service, caller, status=422, faults=found, notes=odd, name=name)
        except InputError as error:
            return _list(request, service, caller, status=422, faults=[("", Text(str(error), str(error)))], name=name)


def _kept(request: Request, service: Service, caller: Caller, file: tuple[str, FilePath]) -> Response:
    with reading(service.engine, "reading an institution") as connection:
        owner = own_institution(connection, caller)
    given = Given(file[1], file[0], owner.id, caller.key, service.clock())
    history = past(service.engine, service.settings)
    read = taken(given, service.settings, history)
    code = read.claim.training_class.id
    with reading(service.engine, "reading a class") as connection:
        found = classes(connection, CLASSES.c.code == code, CLASSES.c.institution_id == owner.id)
    if not found:
        fault = Text(f"班期编号“{code}”不在贵机构的班期中", f"the class {code!r} is none of the institution's classes")
        return _list(request, service, caller, status=422, faults=[("", fault)], name=file[0])
    made = screened(service.engine, read, found[0], given.at, history)
    return go(f"/claims/{kept(service.engine, given, read, found[0], made).id}")


def _told(fault: object) -> tuple[str, Text]:
    if isinstance(fault, ClaimFault):
        return fault.where, fault.text
    return str(getattr(fault, "where", "")), Text(str(fault), str(fault))


_KIND = Text("请上传申领模板（.xlsx）或 .json、.toml 文件", "hand in the claim's workbook (.xlsx), or .json or .toml")


def _day(text: str, service: Service) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return local_day(service.clock())


def _file(data: bytes, name: str, media_type: str) -> Response:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(data, media_type=media_type, headers=headers)


def _list(
    request: Request,
    service: Service,
    caller: Caller,
    *,
    before: str = "",
    status: int = 200,
    faults: Sequence[tuple[str, Text]] = (),
    notes: Sequence[Text] = (),
    name: str = "",
) -> Response:
    where = [reached(caller, CLAIMS), CLAIMS.c.newest == 1]
    where += [CLAIMS.c.id < int(before)] if before else []
    with reading(service.engine, "listing claims") as connection:
        found = claims(connection, *where, limit=_ON_PAGE + 1)
        wanted = {one.class_id for one in found}
        owners: dict[int, ClassRow] = {one.id: one for one in classes(connection, CLASSES.c.id.in_(wanted))}
        names = {one.id: one.name for one in institutions(connection)}
    return draw(
        request,
        "claims.html.j2",
        caller,
        status,
        found=found[:_ON_PAGE],
        following=found[_ON_PAGE - 1].id if len(found) > _ON_PAGE else 0,
        classes=owners,
        institutions=names,
        outcomes={outcome.value: shown for outcome, shown in OUTCOMES.items()},
        money=_money,
        programmes=tuple(PROGRAMMES),
        may_write=caller.may(Action.CLAIM_WRITE) and caller.scope.institution_id is not None,
        faults=faults,
        notes=notes,
        name=name,
    )


def _money(fen: int | None) -> str:
    return "–" if fen is None else yuan({"fen": fen, "yuan": str(Fen(fen))})
