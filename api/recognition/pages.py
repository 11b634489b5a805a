"""认人: a class's page on which its institution switches faces on or off, enters consents, and sees what they said."""

import json
from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import TEXT, Day, Id
from api.http.problem import status_of
from api.http.render import redirect, render
from api.http.service import Served
from facts.names import masked_name
from facts.refusals import RefusalsError
from facts.text import Text
from pipeline.accounts.rights import Action
from report.schema import ReportDocument, TextEntry
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.addresses import class_path
from runtime.classes.class_report import class_with_report
from runtime.platform.service import Service
from runtime.recognition.certificate import DeletionReason
from runtime.recognition.permission import recognition_state
from runtime.recognition.register import (
    BASES,
    MOST_BYTES,
    MOST_WORDS,
    WAYS,
    SwitchRequest,
    add_photographs,
    consent,
    switch,
    withdraw,
)
from storage.database.classes.classes import ClassRow
from storage.database.connection import reading, writing
from storage.database.recognition.consents import NewConsent
from storage.database.recognition.faces import face_deletions
from vision.face_card import face_card, faces_missing

router = APIRouter(include_in_schema=False, prefix="/classes/{number}/recognition")
Writing = Annotated[Caller, needs(Action.SETTINGS_WRITE)]
Chosen = Annotated[str, Form(pattern=r"^[a-z]{0,20}$")]
Trainee = Annotated[str, Form(pattern=r"^[0-9a-f]{0,80}$")]
Trainees = Annotated[list[Annotated[str, Form(pattern=r"^[0-9a-f]{0,80}$")]] | None, Form(max_length=400)]
At = tuple[Request, Service, Caller, int]
Step = Callable[[Connection, ClassRow], object]


@router.get("")
def page(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.SETTINGS_READ)],
    number: Id,
    saved: Annotated[str, Query(pattern="^[a-z0-9]{0,10}$")] = "",
) -> Response:
    """Where the class stands; whoever may change it gets the forms."""
    return _drawn((request, service, caller, number), saved=bool(saved))


@router.post("/switch")
def switched(
    request: Request,
    service: Served,
    caller: Writing,
    number: Id,
    active: Chosen = "",
    basis: Chosen = "consent",
    words: Annotated[str, Form(max_length=MOST_WORDS, pattern=TEXT)] = "",
    others: Chosen = "",
) -> Response:
    """On with a ground, or off."""
    wanted = SwitchRequest(active == "on", basis, words, others == "yes")
    return _done(
        (request, service, caller, number), lambda c, owner: switch(service, c, owner, wanted, caller.key), words
    )


@router.post("/consents")
def consented(
    request: Request,
    service: Served,
    caller: Writing,
    number: Id,
    given_on: Annotated[Day, Form()],
    way: Chosen,
    trainee: Trainees = None,
) -> Response:
    """The chosen trainees consented on that day, in that way."""
    given = [NewConsent(one, given_on, way) for one in trainee or []]
    return _done((request, service, caller, number), lambda c, owner: consent(service, c, owner, given, caller.key))


@router.post("/withdraw")
def withdrawn(request: Request, service: Served, caller: Writing, number: Id, trainee: Trainee) -> Response:
    """A trainee changed her mind."""
    return _done((request, service, caller, number), lambda c, owner: withdraw(service, c, owner, trainee, caller.key))


@router.post("/photographs")
def photographs(
    request: Request, service: Served, caller: Writing, number: Id, files: Annotated[list[UploadFile], File()]
) -> Response:
    """Photographs named 姓名_后四位.jpg."""
    sent = {str(one.filename): one.file.read(MOST_BYTES + 1) for one in files if one.filename}
    return _done((request, service, caller, number), lambda c, owner: add_photographs(service, c, owner, sent))


def _done(at: At, step: Step, words: str = "") -> Response:
    _, service, caller, number = at
    try:
        with writing(service.engine, "changing recognition") as connection:
            step(connection, class_for(connection, caller, number))
    except RefusalsError as refused:
        return _drawn(at, status=status_of(refused), faults=refused.texts, words=words)
    return redirect(f"{class_path(number)}/recognition?saved=1")


def _drawn(at: At, *, status: int = 200, faults: Sequence[Text] = (), saved: bool = False, words: str = "") -> Response:
    request, service, caller, number = at
    opened = class_with_report(service, caller, number)
    with reading(service.engine, "reading about recognition") as connection:
        state, gone = recognition_state(connection, number), face_deletions(connection, number)
    told = [(one, json.loads(one.certificate)) for one in gone]
    return render(
        request,
        "recognition/recognition.html.j2",
        caller,
        status,
        opened=opened,
        here="/settings",
        state=state,
        names={one.key: masked_name(one.name) for one in state.people},
        found=opened.document.get("recognition") if opened.document and state.permitted else None,
        hours=_hours(opened.document),
        deletions=[(one, said, DeletionReason(said["why"]).text) for one, said in told],
        bases=BASES,
        ways=WAYS,
        model=face_card().model,
        missing=faces_missing(),
        faults=faults,
        saved=saved,
        words=words,
        may_write=caller.may(Action.SETTINGS_WRITE),
    )


def _hours(document: ReportDocument | None) -> dict[str, TextEntry]:
    """Each class hour as a clerk calls it, by its name in the report."""
    return {one["id"]: one["label"] for one in document["hours"]} if document else {}
