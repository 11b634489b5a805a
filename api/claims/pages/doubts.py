"""What becomes of a claim's doubts: the institution explains with sealed files, reviewers accept or uphold."""

import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from api.claims.pages.claims import page
from api.http.attachment import disposition
from api.http.auth import needs
from api.http.fields import TEXT, Id, Reason
from api.http.render import redirect
from api.http.service import Served
from facts.doubt_case import MOST_WORDS, Attachment, Deed, DoubtCase, DoubtEvent
from facts.errors import InputError, NotFoundError
from facts.money import Fen
from facts.text import Text
from pipeline.accounts.rights import Action
from pipeline.claims.doubt_stages import stage, step
from runtime.accounts.caller import Caller
from runtime.claims.access import DOUBT_ID, MOST_FILES, SUFFIXES, attached_name, case_of, cases, claim_for, document
from runtime.claims.upload import doubt_book, seal_attachments
from runtime.classes.unmasking import IDENTITY, ask_unmasking, refuse_unasked
from runtime.platform.service import Service
from storage.database.connection import reading, writing
from storage.evidence.port import Ref

router = APIRouter(include_in_schema=False, prefix="/claims/{number}")
Doubt = Annotated[str, Path(pattern=DOUBT_ID)]
Words = Annotated[str, Form(max_length=MOST_WORDS, pattern=TEXT)]
Reviewing = Annotated[Caller, needs(Action.CLAIM_REVIEW)]
_WORDS = Text("请写明说明或理由", "say it in words")


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
    given = [one for one in files or [] if one.filename]
    return await run_in_threadpool(_explained, (request, service, caller, number), doubt, words, given)


@router.post("/doubts/{doubt}/accept")
def accept(
    request: Request, service: Served, caller: Reviewing, number: Id, doubt: Doubt, words: Words = ""
) -> Response:
    """The explanation is believed; a second signer who accepts opens the matter to both again."""
    return _decided((request, service, caller, number), doubt, words, Deed.ACCEPT, None)


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
    try:
        refused = Fen.yuan(Fraction(refuse.strip())) if refuse.strip() else None
    except (ValueError, ZeroDivisionError, InputError):
        fault = Text("金额应写成 1700 或 1700.50", "a sum is written 1700 or 1700.50")
        given = {"words": words, "refuse": refuse}
        return page(request, service, caller, number, status=422, faults=[fault], at_doubt=doubt, given=given)
    return _decided((request, service, caller, number), doubt, words, Deed.UPHOLD, refused)


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
    found = next(
        (
            file
            for _, case in cases(service, row, document(service, row))
            for event in case.events
            for file in event.files
            if file.digest.sha256 == sha256
        ),
        None,
    )
    if found is None:
        raise NotFoundError("附件", "attached file")
    with reading(service.engine, "looking for a reason") as connection:
        refuse_unasked(service, connection, caller, IDENTITY, row.class_id)
    headers = {
        **disposition(found.name),
        "content-length": str(found.size_bytes),
    }
    return StreamingResponse(_bytes(service, found), media_type="application/octet-stream", headers=headers)


At = tuple[Request, Service, Caller, int]


def _bytes(service: Service, file: Attachment) -> Iterator[bytes]:
    yield from service.store.get(Ref(file.digest))


def _explained(at: At, doubt: str, words: str, files: list[UploadFile]) -> Response:
    request, service, caller, number = at
    faults = [] if words.strip() else [_WORDS]
    if len(files) > MOST_FILES:
        faults.append(Text(f"一次最多 {MOST_FILES} 个附件", f"at most {MOST_FILES} files at once"))
    odd = [attached_name(one) for one in files if not attached_name(one).lower().endswith(SUFFIXES)]
    if odd:
        faults.append(
            Text(f"附件“{odd[0]}”应为 PDF、图片、Excel 或 Word", f"{odd[0]}: a PDF, picture, Excel or Word file")
        )
    if faults:
        return page(request, service, caller, number, status=422, faults=faults, at_doubt=doubt, given={"words": words})

    def act(case: DoubtCase) -> None:
        now = service.clock()
        step(case, DoubtEvent(Deed.EXPLAIN, caller.key, now, words.strip()))  # what may not happen stores no file
        with tempfile.TemporaryDirectory() as aside:
            kept = seal_attachments(service.store, _written(FilePath(aside), files), now)
        doubt_book(service.engine).happen(case.id, DoubtEvent(Deed.EXPLAIN, caller.key, now, words.strip(), kept))

    return _done(at, doubt, act, {"words": words})


def _written(folder: FilePath, files: list[UploadFile]) -> list[tuple[str, FilePath]]:
    found = []
    for index, one in enumerate(files):
        place = folder / str(index)
        with place.open("wb") as out:
            while piece := one.file.read(1 << 20):
                out.write(piece)
        found.append((attached_name(one), place))
    return found


def _decided(at: At, doubt: str, words: str, deed: Deed, refused: Fen | None) -> Response:
    request, service, caller, number = at
    if not words.strip():
        return page(request, service, caller, number, status=422, faults=[_WORDS], at_doubt=doubt)

    def act(case: DoubtCase) -> None:
        made = DoubtEvent(deed, caller.key, service.clock(), words.strip(), (), refused)
        doubt_book(service.engine).happen(case.id, made)

    return _done(at, doubt, act, {"words": words})


def _done(at: At, doubt: str, act: Callable[[DoubtCase], None], given: dict[str, str]) -> Response:
    request, service, caller, number = at
    case = case_of(service, caller, number, doubt)
    try:
        act(case)
    except InputError as error:
        fault = Text(f"现在不能这样办（{stage(case).text.zh}）：{error}", str(error))
        return page(request, service, caller, number, status=409, faults=[fault], at_doubt=doubt, given=given)
    return redirect(f"/claims/{number}#{doubt}")
