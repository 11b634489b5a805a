"""Reviews over the API: the sheet of an hour, a reading tried or signed, a second count, a word, a recusal."""

import tempfile
from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy import select

from api.http.auth import needs
from api.http.fields import TEXT, Id, IdFilter
from api.http.pagination import Cursor, Limit, Page, after_cursor, matching, page
from api.http.papers import written
from api.http.service import Served
from api.reviews.schemas import (
    MarkedFrame,
    ReadingRequest,
    ReplyShape,
    ReviewShape,
    ReviewSheetShape,
    TrialShape,
    WordRequest,
    frame_shape,
    reply_shape,
    review_shape,
    sheet_shape,
    trial_shape,
)
from facts.errors import NotFoundError
from facts.review import ReviewState
from facts.review_reply import MOST_REPLY_CHARS
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.doubts.attachments import attachment_name, check_explanation
from runtime.platform.service import Service
from runtime.reviews.register import may_see_marks
from runtime.reviews.replies import answered
from runtime.reviews.review_steps import (
    agreed,
    counted_by_second,
    frame_near,
    frame_picture,
    opened,
    passed_on,
    signed,
    tried,
)
from runtime.reviews.sheet_frames import frames_shown
from storage.database.connection import reading
from storage.database.tables.classes import CLASSES
from storage.database.tables.reviews import REVIEWS
from storage.database.verification.reviews import reviews

router = APIRouter(prefix="/api/v1", tags=["reviews"])
Reviewing = Annotated[Caller, needs(Action.HOUR_REVIEW)]
Place = Annotated[int, Path(ge=0, lt=10_000)]
At = Annotated[datetime | None, Query()]
_HOUR = "/classes/{number}/hours/{index}/review"


@router.get("/reviews")
def listed(
    service: Served,
    caller: Annotated[Caller, needs(Action.VERDICT_READ)],
    class_id: IdFilter = None,
    state: ReviewState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ReviewShape]:
    """Reviews within the caller's reach, the oldest first; marks are shown once nobody's count can be swayed by them."""
    where = matching((REVIEWS.c.class_id, class_id), (REVIEWS.c.state, state))
    within = REVIEWS.c.class_id.in_(select(CLASSES.c.id).where(reached(caller)))
    with reading(service.engine, "listing reviews") as connection:
        found = reviews(connection, within, *after_cursor(REVIEWS, cursor), *where, limit=limit + 1)
    return page(found, limit, lambda row: review_shape(row, marks=may_see_marks(row, caller)), lambda row: row.id)


@router.get(_HOUR)
def sheet(service: Served, caller: Reviewing, number: Id, index: Place) -> ReviewSheetShape:
    """The frames to mark with the machine's boxes, and whose turn it is."""
    desk = opened(service, caller, number, index)
    return sheet_shape(desk, frames_shown(desk), caller)


@router.get(f"{_HOUR}/frame", response_class=Response)
def picture(service: Served, caller: Reviewing, number: Id, index: Place, at: At = None) -> Response:
    """One frame of the window as JPEG, once the caller has said why."""
    drawn = frame_picture(service, caller, number, index, at)
    return Response(drawn, media_type="image/jpeg", headers={"cache-control": "private, no-store"})


@router.get(f"{_HOUR}/near")
def near(service: Served, caller: Reviewing, number: Id, index: Place, at: At = None) -> MarkedFrame:
    """The look nearest to a moment of the window, with the machine's boxes."""
    found = frame_near(service, caller, number, index, at)
    if found is None:
        raise NotFoundError("画面", "frame of that moment")
    return frame_shape(found)


@router.post(_HOUR)
def read(service: Served, caller: Reviewing, number: Id, index: Place, wanted: ReadingRequest) -> TrialShape:
    """What the marks amount to; with ``sign`` they are kept, and a second person is drawn."""
    if not wanted.sign:
        return trial_shape(tried(service, caller, number, index, wanted.handed()))
    row, trial = signed(service, caller, number, index, wanted.handed())
    return trial_shape(trial, row.id)


@router.post(f"{_HOUR}/{{review}}/count")
def count(
    service: Served, caller: Reviewing, number: Id, index: Place, review: Id, wanted: ReadingRequest
) -> ReviewShape:
    """The second person's own count; the answer shows the first's marks."""
    row = counted_by_second(service, caller, number, index, review, wanted.handed())
    return review_shape(row, marks=True)


@router.post(f"{_HOUR}/{{review}}/word")
def word(service: Served, caller: Reviewing, number: Id, index: Place, review: Id, wanted: WordRequest) -> ReviewShape:
    """The second person's word; where two agree the class is judged again."""
    row = agreed(service, caller, number, index, review, agrees=wanted.agrees, dissent=wanted.dissent)
    return review_shape(row, marks=True)


@router.post(f"{_HOUR}/reply")
async def reply(
    service: Served,
    caller: Annotated[Caller, needs(Action.DOUBT_EXPLAIN)],
    number: Id,
    index: Place,
    words: Annotated[str, Form(max_length=MOST_REPLY_CHARS, pattern=TEXT)],
    files: Annotated[list[UploadFile] | None, File()] = None,
) -> ReplyShape:
    """The institution answers the hour's failure by review; somebody else is drawn to review it again."""
    sent = [one for one in files or [] if one.filename]
    return await run_in_threadpool(_reply, service, caller, (number, index), words, sent)


def _reply(service: Service, caller: Caller, hour: tuple[int, int], words: str, sent: list[UploadFile]) -> ReplyShape:
    check_explanation(words, [attachment_name(one.filename) for one in sent])
    with tempfile.TemporaryDirectory() as folder:
        return reply_shape(answered(service, caller, *hour, words, written(FilePath(folder), sent)))


@router.post(f"{_HOUR}/{{review}}/recuse")
def recuse(service: Served, caller: Reviewing, number: Id, index: Place, review: Id) -> ReviewShape:
    """The drawn person has ties of her own: somebody else is drawn."""
    return review_shape(passed_on(service, caller, number, index, review), marks=False)
