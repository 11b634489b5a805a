"""上传材料: everything a class is verified by is handed in here, put right, and sent to be verified."""

from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from api.http.auth import needs
from api.http.fields import ROLE, Id
from api.http.gate import MOST_FORM_BYTES
from api.http.render import lang_of, redirect, render
from api.http.service import Served
from api.uploads.pages.hand_in_words import WORDS
from api.uploads.routes.file_changes import corrected, taken_back
from api.uploads.routes.uploads import Token
from facts.errors import ConflictError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.class_report import ClassWithReport, class_path, class_with_report
from runtime.platform.service import Service
from runtime.uploads.arrival import announce, finish, forget, partial_of
from runtime.uploads.completeness import completeness_of
from runtime.uploads.completeness_lines import ROLES
from runtime.uploads.precheck import ChosenFile, Outlook, UploadPlan, own_uploads, size_text, upload_plans
from runtime.verification.queue import ask_verification
from storage.database import uploads
from storage.database.connection import reading, writing
from storage.database.uploads import UploadAnnouncement
from storage.uploads.file_names import roles_of

router = APIRouter(include_in_schema=False)
Writing = Annotated[Caller, needs(Action.RECORDING_WRITE)]
_PIECE = 1 << 20
_EMPTY = Text("请选择一个文件", "choose a file")


@router.get("/classes/{number}/files")
def page(request: Request, service: Served, caller: Writing, number: Id) -> Response:
    """What is here, what is half here, what is missing, and the way to send more."""
    return drawn(request, service, caller, class_with_report(service, caller, number))


# The body is read in here and not declared: FastAPI would take a stranger's megabytes before asking who it is.
@router.post("/hand-in/{number}")
async def plainly(request: Request, service: Served, caller: Writing, number: Id) -> Response:
    """One file from a browser that runs no script."""
    async with request.form(max_files=1, max_fields=4) as sent:
        file = sent.get("file")
        fault: Text | None = _EMPTY
        if isinstance(file, UploadFile) and file.filename:
            fault = await run_in_threadpool(_taken, service, caller, number, file)
    if fault is None:
        return redirect(files_path(number))
    book = await run_in_threadpool(class_with_report, service, caller, number)
    return await run_in_threadpool(drawn, request, service, caller, book, 422, fault)


@router.post("/classes/{number}/files/verify")
def verify(service: Served, caller: Annotated[Caller, needs(Action.VERDICT_ASK)], number: Id) -> Response:
    """Queues the verification and stays, so that the clerk sees what becomes of it."""
    with writing(service.engine, "asking for a verification") as connection:
        job = ask_verification(connection, class_for(connection, caller, number), service.clock())
    if job is None:
        raise ConflictError("a class without files", "recordings, a roster and a timetable", "upload them first")
    return redirect(f"{files_path(number)}#standing")


@router.post("/classes/{number}/files/{file_id}/role")
def correct(
    service: Served, caller: Writing, number: Id, file_id: Id, role: Annotated[str, Form(pattern=ROLE)]
) -> Response:
    """Another kind of material than it was taken for."""
    with writing(service.engine, "correcting a file") as connection:
        corrected(service, connection, caller, file_id, role)
    return redirect(f"{files_path(number)}#files")


@router.post("/classes/{number}/files/{file_id}/remove")
def remove(service: Served, caller: Writing, number: Id, file_id: Id) -> Response:
    """Takes a wrong file back before anything rests on it."""
    taken_back(service, caller, file_id)
    return redirect(f"{files_path(number)}#files")


@router.post("/classes/{number}/uploads/{token}/end")
def give_up(service: Served, caller: Writing, number: Id, token: Token) -> Response:
    """A half sent file that nobody will go on with."""
    with reading(service.engine, "reading an upload") as connection:
        class_for(connection, caller, number)
        found = uploads.upload(connection, token, caller.key, service.clock())
    if found is not None:
        forget(service, found)
    return redirect(files_path(number))


def files_path(number: int) -> str:
    """Where a class's material is handed in."""
    return f"{class_path(number)}/files"


def drawn(
    request: Request,
    service: Service,
    caller: Caller,
    book: ClassWithReport,
    status: int = 200,
    fault: Text | None = None,
) -> Response:
    """The page, with what was not taken where something was not."""
    with reading(service.engine, "reading what was handed in") as connection:
        found = completeness_of(service, connection, caller, book.owner)
        half = own_uploads(service, connection, caller, book.owner.id)
    lang = lang_of(request)
    more: dict[str, Any] = {
        "standing": found,
        "half": half,
        "roles": ROLES,
        "roles_of": roles_of,
        "words": {name: text.say(lang) for name, text in WORDS.items()} | {"roles": _names(lang)},
        "amount": size_text,
        "most": service.settings.upload_bytes,
        "most_form": MOST_FORM_BYTES,
        "fault": fault,
        "may_set": caller.may(Action.SETTINGS_WRITE),
    }
    return render(request, "uploads/hand_in.html.j2", caller, status, book=book, here="/files", **more)


def _names(lang: str) -> dict[str, str]:
    return {role: text.say(lang) for role, text in ROLES.items()}


def _taken(service: Service, caller: Caller, number: int, file: UploadFile) -> Text | None:
    """Takes the file as the pieces of an upload are taken; or why not."""
    name, length = PurePosixPath((file.filename or "").replace("\\", "/")).name, file.size or 0
    with reading(service.engine, "planning an upload") as connection:
        owner = class_for(connection, caller, number)
        (plan,) = upload_plans(service, connection, caller, owner, [ChosenFile(name, length)])
    if plan.outlook not in {Outlook.NEW, Outlook.UNDER_WAY}:
        return _said(plan)
    found = announce(service, caller, UploadAnnouncement(owner.id, name, "", length, ""))
    with partial_of(service, found.token).writing() as writer:
        while piece := file.file.read(_PIECE):
            writer.write(piece)
    finish(service, found)
    return None


def _said(plan: UploadPlan) -> Text:
    said = plan.said or Text("没有收下", "not taken")
    return Text(f"{plan.name}：{said.zh}", f"{plan.name}: {said.en}")
