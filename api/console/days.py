"""班日时间条 beside its video: one time for both; whoever wants to see faces says why first."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import FileResponse, Response
from markupsafe import Markup

from api.caller import Caller, needs
from api.console.clips import PREVIEW_S, Clip, chosen, clips, millis
from api.console.opened import Book, class_path, opened
from api.looks import FACE, ask, refuse_unasked
from api.pages import draw, go, lang_of, safe_path
from api.problem import not_found
from api.reach import class_for
from api.service import Served, Service
from api.shapes import NO_CONTROLS, Id, Reason
from facts.codec import loads
from facts.report import ClassReport
from facts.span import SHANGHAI, Span
from pipeline.rights import Action
from report.schema import DoubtEntry, HourEntry
from report.strip import strips
from report.times import read, span_of
from report.views import Day, calendar
from runtime.faces import unmasked_sheet
from runtime.places import class_folder, inside
from runtime.previews import preview
from storage.database.classes import files
from storage.database.opening import reading, writing
from storage.database.reports import facts_of
from storage.database.tables.service import FILES
from storage.database.views import granted

router = APIRouter(include_in_schema=False)
Words = Annotated[str, Query(max_length=100, pattern=NO_CONTROLS)]
_AROUND = timedelta(minutes=30)
_PREVIEWS, _EACH = 30, timedelta(minutes=1)


@router.get("/classes/{number}/days/{day}")
def page(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.VERDICT_READ)],
    number: Id,
    day: str,
    at: Words = "",
    camera: Words = "",
) -> Response:
    """The day, standing at the moment asked for, else at its first doubt."""
    book = opened(service, caller, number)
    days = calendar(book.document) if book.document else []
    place = next((no for no, one in enumerate(days) if one.day == day), None)
    if place is None:
        raise not_found("班日", "day of this class")
    shown, marks = days[place], marks_of(book.told["doubts"], day)
    moment = _moment(at) or (marks[0][0] if marks else read(shown.hours[0]["span"]["start"]))
    found, until = _watching(service, caller, book, shown)
    clip = chosen(found, moment, camera)
    return draw(
        request,
        "day.html.j2",
        caller,
        book=book,
        day=shown,
        here=None,
        before=days[place - 1].day if place else "",
        after=days[place + 1].day if place + 1 < len(days) else "",
        strip=Markup(strips(book.told, day)),  # noqa: S704 - drawn by us, every text escaped
        marks=marks,
        moment=moment,
        until=until,
        may_look=caller.may(Action.FACE_VIEW),
        clip=clip,
        clips=found,
        sheets=_sheets(book, shown) if until else [],
        data=_data(shown, marks, found, moment, lang_of(request)),
    )


@router.post("/classes/{number}/look")
def look(
    service: Served,
    caller: Annotated[Caller, needs(Action.FACE_VIEW)],
    number: Id,
    reason: Annotated[Reason, Form()],
    back: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """The reason is kept, its digest logged, and the class's recordings may be seen for half an hour."""
    with writing(service.engine, "noting a reason") as connection:
        class_for(connection, caller, number)
        ask(service, connection, caller, FACE, number, reason)
    return go(safe_path(back) if back else class_path(number))


@router.get("/classes/{number}/previews/{file_id}/{window}")
def previewed(
    service: Served, caller: Annotated[Caller, needs(Action.FACE_VIEW)], number: Id, file_id: Id, window: int
) -> Response:
    """预览·非原件: five minutes of a recording that the browser cannot play, a picture for each keyframe."""
    with reading(service.engine, "reading a file") as connection:
        class_for(connection, caller, number)
        refuse_unasked(service, connection, caller, FACE, number)
        own = files(connection, FILES.c.id == file_id, FILES.c.class_id == number, FILES.c.role == "recording")
    if not own or not 0 <= window < 24 * 3600 // PREVIEW_S * 31:
        raise not_found("录像", "recording")
    source = inside(class_folder(service.settings.home, number), own[0].name)
    if not source.is_file():
        raise not_found("录像", "recording on this machine")
    at = service.clock()
    service.limiter.take("preview", caller.key, at, _PREVIEWS, _EACH)
    made = preview(service.settings.home, source, own[0].sha256, window * PREVIEW_S, PREVIEW_S, at)
    return FileResponse(made, media_type="video/mp4", headers={"cache-control": "private, no-store"})


@router.get("/classes/{number}/sheets/{index}")
def sheet(service: Served, caller: Annotated[Caller, needs(Action.FACE_VIEW)], number: Id, index: int) -> Response:
    """The contact sheet of the hour of that index with its faces, once the caller has said why."""
    with reading(service.engine, "reading a report") as connection:
        owner = class_for(connection, caller, number)
        refuse_unasked(service, connection, caller, FACE, number)
        facts = facts_of(connection, owner.report_id) if owner.report_id else ""
    report = loads(ClassReport, facts) if facts else None
    ordered = sorted(report.hours, key=lambda hour: (hour.span, hour.room, hour.id)) if report else []
    if report is None or not 0 <= index < len(ordered):
        raise not_found("标注拼图", "contact sheet")
    drawn = unmasked_sheet(service.settings.home, number, report, ordered[index].id)
    return Response(drawn, media_type="image/jpeg", headers={"cache-control": "private, no-store"})


def marks_of(doubts: Sequence[DoubtEntry], day: str) -> list[tuple[datetime, DoubtEntry]]:
    """The doubts of a day at their moments, in order of time."""
    found = [(read(at), doubt) for doubt in doubts for at in doubt["at"] if at[:10] == day]
    return sorted(found, key=lambda pair: (pair[0], pair[1]["no"]))


def day_path(number: int, day: str, at: str = "") -> str:
    """The address of a day, at a moment of it."""
    return f"{class_path(number)}/days/{day}" + (f"?at={quote(at, safe='')}#watch" if at else "")


def _sheets(book: Book, day: Day) -> list[tuple[HourEntry, str]]:
    """The hours whose sheet may be seen without blurring, and where."""
    places = {hour["id"]: index for index, hour in enumerate(book.told["hours"])}
    drawn = [hour for hour in day.hours if f"sheet:{hour['id']}" in book.pictures]
    return [(hour, f"{book.base}/sheets/{places[hour['id']]}") for hour in drawn]


def _watching(service: Service, caller: Caller, book: Book, day: Day) -> tuple[list[Clip], datetime | None]:
    """The day's recordings and until when the caller may see them; none before there is a reason."""
    if not (caller.may(Action.FACE_VIEW) and caller.may(Action.RECORDING_READ)):
        return [], None
    number = book.owner.id
    with reading(service.engine, "looking for recordings") as connection:
        grant = granted(connection, caller.key, FACE, f"class:{number}", service.clock())
        own = files(connection, FILES.c.class_id == number, FILES.c.role == "recording")
    spans = [span_of(hour["span"]) for hour in day.hours]
    around = Span(min(span.start for span in spans) - _AROUND, max(span.end for span in spans) + _AROUND)
    found = clips(book.told, {one.sha256: one.id for one in own}, around, book.base)
    return found, grant.ends_at if grant else None


def _data(
    day: Day, marks: Sequence[tuple[datetime, DoubtEntry]], found: Sequence[Clip], moment: datetime, lang: str
) -> dict[str, object]:
    """What the page's module needs; names are in the language of the page."""
    return {
        "at": millis(moment),
        "window": PREVIEW_S * 1000,
        "hours": [_hour(hour, lang) for hour in day.hours],
        "marks": [{"at": millis(at), "no": doubt["no"]} for at, doubt in marks],
        "clips": [clip.plain() for clip in found],
    }


def _hour(hour: HourEntry, lang: str) -> dict[str, object]:
    span, head = span_of(hour["span"]), hour["headcount"]
    return {
        "s": millis(span.start),
        "e": millis(span.end),
        "name": hour["label"]["en" if lang == "en" else "zh"],
        "expected": hour["expected"],
        "times": [millis(read(at)) for at in head["times"]],
        "counts": head["counts"],
    }


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
