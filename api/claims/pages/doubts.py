"""What becomes of a claim's doubts: the institution explains with sealed files, reviewers accept or uphold."""

import tempfile
from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.claims.pages.claims import claim_page
from api.http.auth import needs
from api.http.fields import TEXT, Id, Reason
from api.http.papers import paper_response, written
from api.http.render import redirect
from api.http.service import Served
from facts.doubt_case import MOST_WORDS, Deed, DoubtEvent
from facts.errors import ConflictError, InputError
from facts.refusals import RefusalsError
from facts.text import Text
from pipeline.accounts.rights import Action
from pipeline.doubts.doubt_stages import stage
from runtime.accounts.caller import Caller
from runtime.claims.access import DOUBT_ID, attachment_of, case_of, claim_for
from runtime.claims.doubt_book import doubt_book
from runtime.classes.unmasking import IDENTITY, ask_unmasking, refuse_unasked
from runtime.doubts.attachments import attachment_name, check_explanation
from runtime.doubts.doubt_steps import decision, explanation, record, refused_sum
from runtime.platform.service import Service
from storage.database.connection import reading, writing

router = APIRouter(include_in_schema=False, prefix="/claims/{number}")
Doubt = Annotated[str, Path(pattern=DOUBT_ID)]
Words = Annotated[str, Form(max_length=MOST_WORDS, pattern=TEXT)]
Reviewing = Annotated[Caller, needs(Action.CLAIM_REVIEW)]
At = tuple[Request, Service, Caller, int]


@router.post("/doubts/{doubt}/explain")
async def explain(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.CLAIM_WRITE)],
    number: Id,
    doubt: Doubt,
    words: Words = "",
    files: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """In words, with files that are in the evidence store before anything says so."""
    sent = [one for one in files or [] if one.filename]
    return await run_in_threadpool(_explain, (request, service, caller, number), doubt, words, sent)


@router.post("/doubts/{doubt}/accept")
def accept(
    request: Request, service: Served, caller: Reviewing, number: Id, doubt: Doubt, words: Words = ""
) -> Response:
    """The explanation is believed; a second signer who accepts opens the matter to both again."""
    at = (request, service, caller, number)
    return _record(at, doubt, {"words": words}, lambda: decision(service, caller, Deed.ACCEPT, words))


@router.post("/doubts/{doubt}/uphold")
def uphold(
    request: Request,
    service: Served,
    caller: Reviewing,
    number: Id,
    doubt: Doubt,
    words: Words = "",
    refuse: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """It stands; refusing money takes two people."""
    at = (request, service, caller, number)

    def made() -> DoubtEvent:
        return decision(service, caller, Deed.UPHOLD, words, refused_sum(refuse))

    return _record(at, doubt, {"words": words, "refuse": refuse}, made)


@router.post("/look")
def look(
    service: Served,
    caller: Annotated[Caller, needs(Action.IDENTITY_VIEW)],
    number: Id,
    reason: Annotated[Reason, Form()],
) -> Response:
    """Attached papers may show whole numbers: half an hour, for the reason that is logged."""
    row = claim_for(service, caller, number)
    with writing(service.engine, "asking for a look") as connection:
        ask_unmasking(service, connection, caller, IDENTITY, row.class_id, reason)
    return redirect(f"/claims/{number}#doubts")


@router.get("/papers/{sha256}")
def paper(
    service: Served,
    caller: Annotated[Caller, needs(Action.IDENTITY_VIEW)],
    number: Id,
    sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
) -> Response:
    """One attached file, from the evidence store."""
    row = claim_for(service, caller, number)
    found = attachment_of(service, row, sha256)
    with reading(service.engine, "looking for a reason") as connection:
        refuse_unasked(service, connection, caller, IDENTITY, row.class_id)
    return paper_response(service, found)


def _explain(at: At, doubt: str, words: str, files: list[UploadFile]) -> Response:
    _, service, caller, number = at

    def made() -> DoubtEvent:
        check_explanation(words, [attachment_name(one.filename) for one in files])
        case = case_of(service, caller, number, doubt)
        with tempfile.TemporaryDirectory() as folder:
            return explanation(service, caller, [case], words, written(FilePath(folder), files))

    return _record(at, doubt, {"words": words}, made)


def _record(at: At, doubt: str, given: dict[str, str], made: Callable[[], DoubtEvent]) -> Response:
    """The event is kept, or the claim's page says why not and shows again what was ``given``."""
    request, service, caller, number = at
    try:
        event = made()
        record(service, doubt_book(service.engine), case_of(service, caller, number, doubt).id, event)
    except RefusalsError as error:
        status, faults = 422, error.texts
    except (InputError, ConflictError) as error:
        status, faults = 409, [_not_now(at, doubt, error)]
    else:
        return redirect(f"/claims/{number}#{doubt}")
    return claim_page(request, service, caller, number, status=status, faults=faults, at_doubt=doubt, given=given)


def _not_now(at: At, doubt: str, error: InputError | ConflictError) -> Text:
    _, service, caller, number = at
    now, why = (
        stage(case_of(service, caller, number, doubt)),
        error.got if isinstance(error, ConflictError) else str(error),
    )
    return Text(f"现在不能这样办（{now.text.zh}）：{why}", why)
