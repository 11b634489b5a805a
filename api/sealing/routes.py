"""Sealed packages (证据包): listed, handed out as one ZIP, asked for, and checked for whoever brings one."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel
from sqlalchemy import Connection, select

from api.http.attachment import disposition
from api.http.auth import needs
from api.http.fields import Day, Filter, Id, IdFilter
from api.http.idempotency import IdempotencyKey, run_once
from api.http.pagination import Cursor, Limit, Page, after_cursor, matching, page
from api.http.problem import ProblemError, invalid
from api.http.service import Served
from api.sealing.package_upload import aside, examine_package, limit_checks, lines_by_part, receive
from api.verification.routes.jobs import JobShape
from api.verification.routes.jobs import shape as job_shape
from facts.errors import ConflictError, Fault, InputError, NotFoundError
from facts.text import Text
from pipeline.accounts.rights import RIGHTS, Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for, reached
from runtime.classes.unmasking import FACE, IDENTITY, refuse_unasked
from runtime.evidence_log.log_event import log_event
from runtime.platform.folders import inside, packages_folder
from runtime.platform.service import Service
from runtime.sealing.enqueue import ask_sealing
from storage.database.connection import reading, writing
from storage.database.sealing import PackageRow, packages
from storage.database.tables.classes import CLASSES
from storage.database.tables.sealing import PACKAGES
from storage.evidence_log.leaf import LeafKind
from storage.sealing.archive import zipped
from storage.sealing.verifier import BAD

router = APIRouter(prefix="/api/v1", tags=["packages"])
_ZIP = "application/zip"
_BYTES: Mapping[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_SENT = {"requestBody": {"required": True, "content": {"application/octet-stream": _BYTES}}}  # any label will do


class CheckSummary(BaseModel):
    """What the package's own verifier said when it was made, verdicts judged again included."""

    sound: bool
    lines: int
    faults: int


class PackageShape(BaseModel):
    """The package of one class day; ``sha256`` is that of its tagmanifest, which names every file, and is in the log."""

    id: int
    class_id: int
    report_id: int
    day: str
    name: str
    masked: bool
    sha256: str
    size_bytes: int
    files: int
    head_size: int
    made_at: datetime
    check: CheckSummary


class SealWish(BaseModel, extra="forbid"):
    """What the packages are to show; names and faces only for whoever said why, within the last half hour."""

    identified: bool = False


class CheckLine(BaseModel):
    """One line of an examination: ✓, ✗, or a note."""

    mark: str
    zh: str
    en: str


class CheckPart(BaseModel):
    """The lines on one part of a package."""

    zh: str
    en: str
    sound: bool
    lines: list[CheckLine]


class CheckTree(BaseModel):
    """The whole examination of a package; nothing of it is kept."""

    sound: bool
    sha256: str
    size_bytes: int
    parts: list[CheckPart]


@router.get("/packages")
def listed(
    service: Served,
    caller: Annotated[Caller, needs(Action.PACKAGE_CHECK)],
    class_id: IdFilter = None,
    day: Day | None = None,
    masked: bool | None = None,
    sha256: Filter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[PackageShape]:
    """The packages within the caller's reach."""
    own = PACKAGES.c
    where = matching((own.class_id, class_id), (own.day, day), (own.masked, masked), (own.sha256, sha256))
    with reading(service.engine, "listing packages") as connection:
        found = packages(connection, _within(caller), *after_cursor(PACKAGES, cursor), *where, limit=limit + 1)
    return page(found, limit, shape, lambda one: one.id)


# The body is read in here and not declared: FastAPI would take a stranger's gigabytes before asking who it is.
@router.post("/packages/check", openapi_extra=_SENT)
async def examine(
    request: Request, service: Served, caller: Annotated[Caller, needs(Action.PACKAGE_CHECK)]
) -> CheckTree:
    """Every line of the examination of the ZIP that is the body; faults are lines of it, not errors."""
    limit_checks(service, caller)
    with aside(service) as place:
        size_bytes = await receive(request.stream(), place)
        try:
            checked, digest = await run_in_threadpool(examine_package, place)
        except InputError as error:
            raise invalid(Fault("body", str(error), "a ZIP of one package")) from error
    parts = [
        CheckPart(
            zh=zh,
            en=en,
            sound=all(line.mark != BAD for line in lines),
            lines=[CheckLine(mark=line.mark, zh=line.zh, en=line.en) for line in lines],
        )
        for (zh, en), lines in lines_by_part(checked.lines)
    ]
    return CheckTree(sound=checked.sound, sha256=digest.sha256, size_bytes=size_bytes, parts=parts)


@router.get("/packages/{number}")
def one(service: Served, caller: Annotated[Caller, needs(Action.PACKAGE_CHECK)], number: Id) -> PackageShape:
    """One package, and what its check said."""
    return shape(package_for(service, caller, number))


@router.get(
    "/packages/{number}/zip",
    response_class=Response,
    responses={200: {"description": "The ZIP.", "content": {_ZIP: _BYTES}}, 304: {"description": "Not changed."}},
)
def archive(
    service: Served,
    caller: Annotated[Caller, needs(Action.RECORDING_READ)],
    number: Id,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The package as one ZIP, the same bytes each time; one with names and faces asks for both reasons first."""
    found = package_for(service, caller, number)
    if not found.made.masked:
        _refuse_unseen(service, caller, found)
    folder = inside(packages_folder(service.settings.home), found.made.path)
    if not folder.is_dir():
        title = Text("证据包已不在本机", "the package is not here any more")
        raise ProblemError(404, "GONE", title, expected=found.made.sha256)
    tag = f'"{found.made.sha256}"'
    if if_none_match == tag:
        return Response(status_code=304, headers={"etag": tag})
    headers = {
        "etag": tag,
        "cache-control": "private, no-cache",
        **disposition(f"{folder.name}.zip"),
    }
    return StreamingResponse(zipped(folder), 200, headers, media_type=_ZIP)


@router.post("/classes/{number}/seal", status_code=202, response_model=JobShape)
def seal(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.VERDICT_ASK)],
    number: Id,
    sent: SealWish | None = None,
    key: IdempotencyKey = None,
) -> Response:
    """Queues the sealing of the newest report; the same report is never sealed twice."""
    wish = sent or SealWish()

    def work(connection: Connection) -> JobShape:
        owner = class_for(connection, caller, number)
        if wish.identified:
            refuse_rightless(caller)
            for kind in (IDENTITY, FACE):
                refuse_unasked(service, connection, caller, kind, number)
        if owner.report_id is None:
            raise ConflictError("a class without a report", "one that was verified", "ask for its verification first")
        at = service.clock()
        return job_shape(ask_sealing(connection, number, owner.report_id, at, identified=wish.identified))

    return run_once(request, service, caller, key, sent, work, 202)


def shape(found: PackageRow) -> PackageShape:
    """The package as the API shows it."""
    made = found.made
    return PackageShape(
        id=found.id,
        class_id=made.class_id,
        report_id=made.report_id,
        day=made.day,
        name=Path(made.path).name,
        masked=made.masked,
        sha256=made.sha256,
        size_bytes=made.size_bytes,
        files=made.files,
        head_size=made.head_size,
        made_at=made.made_at,
        check=CheckSummary(sound=made.faults == 0 and made.checks > 0, lines=made.checks, faults=made.faults),
    )


def package_for(service: Service, caller: Caller, number: int) -> PackageRow:
    """The package, if it is there for the caller."""
    with reading(service.engine, "reading a package") as connection:
        found = packages(connection, PACKAGES.c.id == number, _within(caller))
    if not found:
        raise NotFoundError("证据包", "package")
    return found[0]


def _within(caller: Caller) -> Any:  # noqa: ANN401 - SQLAlchemy's condition
    return PACKAGES.c.class_id.in_(select(CLASSES.c.id).where(reached(caller)))


def _refuse_unseen(service: Service, caller: Caller, found: PackageRow) -> None:
    """Both rights, both reasons, and a leaf in the log for each time that it is handed out."""
    refuse_rightless(caller)
    class_id = found.made.class_id
    with writing(service.engine, "handing out a package") as connection:
        for kind in (IDENTITY, FACE):
            refuse_unasked(service, connection, caller, kind, class_id)
        about = f"class:{class_id} package:{found.id}"
        log_event(service, connection, LeafKind.EXPORT, caller, about, {"sha256": found.made.sha256})


def refuse_rightless(caller: Caller) -> None:
    """Unless the caller may see both whole ID numbers and faces."""
    for action in (Action.IDENTITY_VIEW, Action.FACE_VIEW):
        if not caller.may(action):
            title = Text("没有这项权限", "you have no right to do this")
            expected = f"{action.value}: {', '.join(sorted(RIGHTS[action]))}"
            raise ProblemError(403, "NO_RIGHT", title, got=caller.shown, expected=expected)
