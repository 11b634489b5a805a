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
from api.uploads.schemas import Token
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.addresses import files_path
from runtime.classes.class_report import ClassWithReport, class_with_report
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of
from runtime.uploads.arrival import give_up_upload
from runtime.uploads.completeness import completeness_of
from runtime.uploads.completeness_lines import FIELD_NAMES, ROLES
from runtime.uploads.file_changes import correct_role, take_back
from runtime.uploads.precheck import ChosenFile, own_uploads, size_text
from runtime.uploads.whole_file import receive
from runtime.verification.queue import require_verification
from storage.database.connection import reading, writing
from storage.database.recordings.origins import recorded_here
from storage.uploads.file_names import roles_of

router = APIRouter(include_in_schema=False)
Writing = Annotated[Caller, needs(Action.RECORDING_WRITE)]
_EMPTY = Text("请选择一个文件", "choose a file")


@router.get("/classes/{number}/files")
def page(request: Request, service: Served, caller: Writing, number: Id) -> Response:
    """What was handed in, what was half sent, what is missing, and the way to send more."""
    return drawn(request, service, caller, class_with_report(service, caller, number))


# The body is read in here and not declared: FastAPI would take a stranger's megabytes before asking who it is.
@router.post("/hand-in/{number}")
async def without_script(request: Request, service: Served, caller: Writing, number: Id) -> Response:
    """One file from a browser that runs no script."""
    async with request.form(max_files=1, max_fields=4) as sent:
        file = sent.get("file")
        fault: Text | None = _EMPTY
        if isinstance(file, UploadFile) and file.filename:
            fault = await run_in_threadpool(_received, service, caller, number, file)
    if fault is None:
        return redirect(files_path(number))
    opened = await run_in_threadpool(class_with_report, service, caller, number)
    return await run_in_threadpool(drawn, request, service, caller, opened, 422, fault)


@router.post("/classes/{number}/files/verify")
def verify(service: Served, caller: Annotated[Caller, needs(Action.VERDICT_ASK)], number: Id) -> Response:
    """Queues the verification and stays, so that the clerk sees what becomes of it."""
    shelf = shelf_of(service)
    with writing(service.engine, "asking for a verification") as connection:
        require_verification(connection, class_for(connection, caller, number), service.clock(), shelf)
    return redirect(f"{files_path(number)}#standing")


@router.post("/classes/{number}/files/{file_id}/role")
def correct(
    service: Served, caller: Writing, number: Id, file_id: Id, role: Annotated[str, Form(pattern=ROLE)]
) -> Response:
    """Another kind of material than it was taken for."""
    with writing(service.engine, "correcting a file") as connection:
        correct_role(service, connection, caller, file_id, role)
    return redirect(f"{files_path(number)}#files")


@router.post("/classes/{number}/files/{file_id}/remove")
def remove(service: Served, caller: Writing, number: Id, file_id: Id) -> Response:
    """Takes a wrong file back before anything rests on it."""
    take_back(service, caller, file_id)
    return redirect(f"{files_path(number)}#files")


@router.post("/classes/{number}/uploads/{token}/end")
def give_up(service: Served, caller: Writing, number: Id, token: Token) -> Response:
    """Ends an upload that was broken off and is not wanted any more."""
    give_up_upload(service, caller, number, token)
    return redirect(files_path(number))


def drawn(
    request: Request,
    service: Service,
    caller: Caller,
    opened: ClassWithReport,
    status: int = 200,
    fault: Text | None = None,
) -> Response:
    """The page, with what was not taken where something was not."""
    with reading(service.engine, "reading what was handed in") as connection:
        found = completeness_of(service, connection, caller, opened.owner)
        recorded = recorded_here(connection, opened.owner.id)
        half = own_uploads(service, connection, caller, opened.owner.id)
    lang = lang_of(request)
    more: dict[str, Any] = {
        "material": found,
        "half": half,
        "recorded": recorded,
        "roles": ROLES,
        "roles_of": roles_of,
        "field_names": FIELD_NAMES,
        "words": {name: text.say(lang) for name, text in WORDS.items()} | {"roles": _names(lang)},
        "amount": size_text,
        "most": service.settings.upload_bytes,
        "most_form": MOST_FORM_BYTES,
        "fault": fault,
        "may_set": caller.may(Action.SETTINGS_WRITE),
    }
    return render(request, "uploads/hand_in.html.j2", caller, status, opened=opened, here="/files", **more)


def _names(lang: str) -> dict[str, str]:
    return {role: text.say(lang) for role, text in ROLES.items()}


def _received(service: Service, caller: Caller, number: int, file: UploadFile) -> Text | None:
    """Some browsers send the folder along with the name."""
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name
    return receive(service, caller, number, ChosenFile(name, file.size or 0), file.file)
