"""复核: the page on which a person marks who is there, and the tasks that wait for her."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.discovery import TodoItem
from api.http.fields import Id
from api.http.render import render
from api.http.service import Served
from api.reviews.schemas import sheet_shape
from facts.text import Text
from pipeline.accounts.rights import OF_AREA, Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.classes.unmasking import FACE
from runtime.platform.service import Service
from runtime.reviews.register import pending_of, waiting_for
from runtime.reviews.review_steps import opened
from runtime.reviews.sheet_frames import frames_shown
from runtime.reviews.worklist import HourPlace, hour_places
from storage.database.accounts.accounts import accounts
from storage.database.classes.unmasking import granted
from storage.database.connection import reading
from storage.database.verification.reviews import ReviewRow, unanswered_marks

router = APIRouter(include_in_schema=False)
_TOLD = 6


@router.get("/classes/{number}/hours/{index}/review")
def review(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.HOUR_REVIEW)],
    number: Id,
    index: Annotated[int, Path(ge=0, lt=10_000)],
) -> Response:
    """One class hour: the frames, the machine's boxes, and what has been said of it so far."""
    desk = opened(service, caller, number, index)
    with reading(service.engine, "reading names") as connection:
        grant = granted(connection, caller.key, FACE, f"class:{number}", service.clock())
        names = {f"account:{one.id}": one.shown for one in accounts(connection)}
    shape = sheet_shape(desk, frames_shown(desk), caller)
    mine = pending_of(desk.waiting, caller) if desk.waiting else None
    more: dict[str, Any] = {
        "desk": desk,
        "shape": shape,
        "names": names,
        "until": grant.ends_at if grant else None,
        "base": f"/api/v1/classes/{number}/hours/{index}/review",
        "mine": [len(frame.heads) for frame in mine.frames] if mine else [],
        "data": json.loads(shape.model_dump_json()),
    }
    return render(request, "reviews/review.html.j2", caller, **more)


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """The reviews whose turn is this person's, and hours that an institution marked and nobody has looked at since."""
    del service
    if caller.role not in OF_AREA:
        return ()
    within = reached(caller)
    mine, marked = waiting_for(connection, caller), unanswered_marks(connection, within, _TOLD)
    places = hour_places(connection, within, (*mine, *marked))
    return [
        *_items(mine, places, 8, Text("○ 等您作第二人复核", "○ Your second look is awaited")),
        *_items(marked, places, 35, Text("○ 机构已自标，待复核", "○ Marked by the institution, to be reviewed")),
    ]


def _items(rows: Iterable[ReviewRow], places: Mapping[int, HourPlace], order: int, what: Text) -> Iterator[TodoItem]:
    for row in rows:
        if place := places.get(row.id):
            text = Text(f"{what.zh} · {place.label}", f"{what.en} · {place.label}")
            yield TodoItem(order, text, place.path, Text(place.institution, place.institution))
