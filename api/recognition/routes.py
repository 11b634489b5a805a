"""Recognition of a class for other systems: its state, the switch, consents, withdrawals and photographs."""

from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import Id
from api.http.idempotency import IdempotencyKey, run_once
from api.http.service import Served
from api.recognition.schemas import (
    ConsentsBody,
    RecognitionShape,
    SwitchBody,
    WithdrawalBody,
    consent_shapes,
    recognition_shape,
)
from facts.names import masked_name
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.recognition.permission import RecognitionState, recognition_state
from runtime.recognition.register import MOST_BYTES, SwitchRequest, add_photographs, consent, switch, withdraw
from storage.database.connection import reading, writing
from storage.database.recognition.consents import NewConsent
from storage.database.recognition.faces import face_deletions
from vision.face_card import faces_missing

router = APIRouter(prefix="/api/v1/classes/{number}/recognition", tags=["recognition"])
Writing = Annotated[Caller, needs(Action.SETTINGS_WRITE)]


@router.get("")
def one(service: Served, caller: Annotated[Caller, needs(Action.SETTINGS_READ)], number: Id) -> RecognitionShape:
    """Whether faces may be compared in this class, and who has consented."""
    with reading(service.engine, "reading about recognition") as connection:
        owner = class_for(connection, caller, number)
        return _shape(connection, owner.id, recognition_state(connection, owner.id))


@router.put("", response_model=RecognitionShape)
def change(
    request: Request, service: Served, caller: Writing, number: Id, sent: SwitchBody, key: IdempotencyKey = None
) -> Response:
    """Switched on or off; off deletes everything at once, with a certificate."""

    def work(connection: Connection) -> RecognitionShape:
        owner = class_for(connection, caller, number)
        wanted = SwitchRequest(sent.active, sent.basis, sent.words, sent.others)
        return _shape(connection, owner.id, switch(service, connection, owner, wanted, caller.key))

    return run_once(request, service, caller, key, sent, work, 200)


@router.post("/consents", response_model=RecognitionShape)
def consents(
    request: Request, service: Served, caller: Writing, number: Id, sent: ConsentsBody, key: IdempotencyKey = None
) -> Response:
    """Consents are entered, each with its day and way."""

    def work(connection: Connection) -> RecognitionShape:
        owner = class_for(connection, caller, number)
        given = [NewConsent(one.trainee, one.given_on, one.way) for one in sent.consents]
        return _shape(connection, owner.id, consent(service, connection, owner, given, caller.key))

    return run_once(request, service, caller, key, sent, work, 200)


@router.post("/withdrawals", response_model=RecognitionShape)
def withdrawal(
    request: Request, service: Served, caller: Writing, number: Id, sent: WithdrawalBody, key: IdempotencyKey = None
) -> Response:
    """A consent ends; the photograph and every embedding of the class are deleted with a certificate."""

    def work(connection: Connection) -> RecognitionShape:
        owner = class_for(connection, caller, number)
        return _shape(connection, owner.id, withdraw(service, connection, owner, sent.trainee, caller.key))

    return run_once(request, service, caller, key, sent, work, 200)


@router.post("/photographs")
def photographs(
    service: Served, caller: Writing, number: Id, files: Annotated[list[UploadFile], File()]
) -> RecognitionShape:
    """Photographs named 姓名_后四位.jpg, kept sealed and never as evidence; sending one again replaces it."""
    sent = {str(one.filename): one.file.read(MOST_BYTES + 1) for one in files}
    with writing(service.engine, "keeping photographs") as connection:
        owner = class_for(connection, caller, number)
        return _shape(connection, owner.id, add_photographs(service, connection, owner, sent))


def _shape(connection: Connection, class_id: int, state: RecognitionState) -> RecognitionShape:
    names = {one.key: masked_name(one.name) for one in state.people}
    people = consent_shapes(state, names)
    return recognition_shape(state, people, face_deletions(connection, class_id), faces_missing())
