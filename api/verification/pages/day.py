"""班日时间条 beside its video: one time for both; whoever wants to see faces says why first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from markupsafe import Markup

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, TEXT, Id
from api.http.problem import status_of
from api.http.render import lang_of, redirect, render
from api.http.service import Served
from facts.errors import NotFoundError, TooManyError
from facts.refusals import Refusal, RefusalsError
from facts.span import SHANGHAI, local_day
from facts.text import Text
from facts.verdict import Status
from pipeline.accounts.rights import Action
from report.schema import DoubtEntry, HourEntry
from report.strip import strips
from report.times import read, span_of
from report.views import Day, calendar, recorded_moment
from runtime.accounts.caller import Caller
from runtime.classes.addresses import class_path, review_path
from runtime.classes.class_report import ClassWithReport, class_with_report
from runtime.platform.service import Service
from runtime.recordings.media_unmasking import clips_of_day
from runtime.recordings.moment_notes import keep_new_note, new_note, notes_of_day
from runtime.recordings.player_clips import PREVIEW_S, PlayerClip, clip_at, epoch_ms
from runtime.reviews.reading import review_states
from storage.database.connection import reading, writing

router = APIRouter(include_in_schema=False)
_NOT_YET = Text("尚未复核", "not reviewed yet")
_NO_MOMENT = Refusal("at", Text("没有写明时刻", "no moment was given"), "no moment", "a moment of the day")
Words = Annotated[str, Query(max_length=100, pattern=NO_CONTROLS)]
Sent = Annotated[str, Form(max_length=200, pattern=NO_CONTROLS)]
At = tuple[Request, Service, Caller, int]


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where the page stands, and what was written there that could not be kept."""

    at: str = ""
    camera: str = ""
    words: str = ""
    faults: tuple[Text, ...] = ()
    status: int = 200


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
    return _page((request, service, caller, number), day, _Standing(at, camera))


@router.post("/classes/{number}/days/{day}/notes")
def write_note(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.RECORDING_READ)],
    number: Id,
    day: str,
    at: Sent = "",
    camera: Sent = "",
    text: Annotated[str, Form(max_length=5000, pattern=TEXT)] = "",
) -> Response:
    """A note at the moment that the player shows, which stays; or the page says why not and keeps what was written."""
    try:
        note = new_note(service, caller, number, _sent_moment(at), camera, text)
        with writing(service.engine, "keeping a note") as connection:
            kept = keep_new_note(service, connection, caller, number, note).row
    except (RefusalsError, TooManyError) as refused:
        faults = tuple(refused.texts) if isinstance(refused, RefusalsError) else (refused.title,)
        standing = _Standing(at, camera, text, faults, status_of(refused))
        return _page((request, service, caller, number), day, standing)
    asked = f"at={quote(kept.at.isoformat())}&camera={quote(kept.camera)}"
    return redirect(f"{class_path(number)}/days/{local_day(kept.at)}?{asked}#note-{kept.id}")


def _page(page_at: At, day: str, standing: _Standing) -> Response:
    request, service, caller, number = page_at
    opened = class_with_report(service, caller, number)
    days = calendar(opened.document) if opened.document else []
    place = next((no for no, one in enumerate(days) if one.day == day), None)
    if place is None:
        raise NotFoundError("班日", "day of this class")
    shown, marks = days[place], marks_of(opened.present_document["doubts"], day)
    first = read(shown.hours[0]["span"]["start"])
    moment = recorded_moment(shown.hours, _moment(standing.at, first) or (marks[0][0] if marks else first))
    found, until = clips_of_day(service, caller, opened, shown)
    clip = clip_at(found, moment, standing.camera)
    notes = notes_of_day(service, number, date.fromisoformat(day)) if until else []
    return render(
        request,
        "verification/day.html.j2",
        caller,
        standing.status,
        opened=opened,
        day=shown,
        here=None,
        before=days[place - 1].day if place else "",
        after=days[place + 1].day if place + 1 < len(days) else "",
        strip=Markup(strips(opened.present_document, day, [(one.row.at, one.row.text) for one in notes])),  # noqa: S704 - drawn by us, every text escaped
        marks=marks,
        moment=moment,
        until=until,
        may_look=caller.may(Action.FACE_VIEW),
        clip=clip,
        clips=found,
        notes=notes,
        note_words=standing.words,
        note_faults=standing.faults,
        sheets=_sheets(opened, shown) if until else [],
        reviews=_reviews(service, caller, opened, shown) if caller.may(Action.HOUR_REVIEW) else [],
        data=_data(shown, marks, found, moment, lang_of(request)),
    )


def marks_of(doubts: Sequence[DoubtEntry], day: str) -> list[tuple[datetime, DoubtEntry]]:
    """The doubts of a day at their moments, in order of time."""
    found = [(read(at), doubt) for doubt in doubts for at in doubt["at"] if at[:10] == day]
    return sorted(found, key=lambda pair: (pair[0], pair[1]["no"]))


def _sheets(opened: ClassWithReport, day: Day) -> list[tuple[HourEntry, str]]:
    """The hours whose sheet may be seen without blurring, and where."""
    places = {hour["id"]: index for index, hour in enumerate(opened.present_document["hours"])}
    drawn = [hour for hour in day.hours if f"sheet:{hour['id']}" in opened.pictures]
    return [(hour, f"{opened.base}/sheets/{places[hour['id']]}") for hour in drawn]


def _reviews(service: Service, caller: Caller, opened: ClassWithReport, day: Day) -> list[tuple[HourEntry, str, Text]]:
    """The hours that a person may settle, where, and how their review stands."""
    places = {hour["id"]: index for index, hour in enumerate(opened.present_document["hours"])}
    open_ones = [hour for hour in day.hours if hour["status"] in {Status.UNPROVEN.value, Status.FAIL.value}]
    number, asked = opened.owner.id, {hour["id"]: places[hour["id"]] for hour in open_ones}
    with reading(service.engine, "showing reviews of a day") as connection:
        states = review_states(service, connection, caller, number, asked)
    stands = {hour_id: state.text for hour_id, state in states.items()}
    return [(hour, review_path(number, asked[hour["id"]]), stands.get(hour["id"], _NOT_YET)) for hour in open_ones]


def _data(
    day: Day, marks: Sequence[tuple[datetime, DoubtEntry]], found: Sequence[PlayerClip], moment: datetime, lang: str
) -> dict[str, object]:
    """What the page's module needs; names are in the language of the page."""
    return {
        "at": epoch_ms(moment),
        "window": PREVIEW_S * 1000,
        "hours": [_hour(hour, lang) for hour in day.hours],
        "marks": [{"at": epoch_ms(at), "no": doubt["no"]} for at, doubt in marks],
        "clips": [clip.plain() for clip in found],
    }


def _hour(hour: HourEntry, lang: str) -> dict[str, object]:
    span, head = span_of(hour["span"]), hour["headcount"]
    return {
        "s": epoch_ms(span.start),
        "e": epoch_ms(span.end),
        "name": hour["label"]["en" if lang == "en" else "zh"],
        "expected": hour["expected"],
        "times": [epoch_ms(read(at)) for at in head["times"]],
        "counts": head["counts"],
    }


def _moment(text: str, near: datetime) -> datetime | None:
    """The moment asked for, if it is one and lies about the day."""
    found = _parsed(text)
    return found if found and abs(found - near) < timedelta(days=2) else None


def _sent_moment(text: str) -> datetime:
    """The moment that a form names."""
    found = _parsed(text)
    if found is None:
        raise RefusalsError([_NO_MOMENT])
    return found


def _parsed(text: str) -> datetime | None:
    """The moment that the text spells, by China's clock where it names no zone."""
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
