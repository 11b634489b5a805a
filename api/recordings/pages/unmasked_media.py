"""What shows faces: recordings, previews, sheets without blurring; each asks for the reason, which the log keeps."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import FileResponse, Response

from api.http.auth import needs
from api.http.fields import Id, Reason
from api.http.render import redirect, safe_path
from api.http.service import Served
from facts.codec import loads
from facts.errors import NotFoundError
from facts.report import ClassReport
from facts.span import Span
from pipeline.accounts.rights import Action
from report.times import span_of
from report.views import Day
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.class_report import ClassWithReport, class_path
from runtime.classes.unmasking import FACE, ask_unmasking, refuse_unasked
from runtime.platform.folders import class_folder, inside
from runtime.platform.service import Service
from runtime.recordings.player_clips import PREVIEW_S, PlayerClip, clips_around
from runtime.recordings.preview_expiry import expire_previews
from runtime.recordings.previews import preview, stored_preview
from storage.database.classes.classes import FileRow, files
from storage.database.classes.unmasking import granted
from storage.database.connection import reading, writing
from storage.database.tables.classes import FILES
from storage.database.verification.reports import facts_of

router = APIRouter(include_in_schema=False)
Looking = Annotated[Caller, needs(Action.FACE_VIEW)]
_AROUND = timedelta(minutes=30)
_PREVIEWS, _EACH = 30, timedelta(minutes=1)
_MOST_WINDOWS = 31 * 24 * 3600 // PREVIEW_S


@router.post("/classes/{number}/look")
def look(
    service: Served,
    caller: Looking,
    number: Id,
    reason: Annotated[Reason, Form()],
    back: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """The reason is kept, its digest logged, and the class's recordings may be seen for half an hour."""
    with writing(service.engine, "noting a reason") as connection:
        class_for(connection, caller, number)
        ask_unmasking(service, connection, caller, FACE, number, reason)
    return redirect(safe_path(back) if back else class_path(number))


@router.get("/classes/{number}/previews/{file_id}/{window}")
def previewed(service: Served, caller: Looking, number: Id, file_id: Id, window: int) -> Response:
    """预览·非原件: five minutes of a recording that the browser cannot play, a picture for each keyframe."""
    with reading(service.engine, "reading a file") as connection:
        class_for(connection, caller, number)
        refuse_unasked(service, connection, caller, FACE, number)
        own = files(connection, FILES.c.id == file_id, FILES.c.class_id == number, FILES.c.role == "recording")
    if not own or not 0 <= window < _MOST_WINDOWS:
        raise NotFoundError("录像", "recording")
    made = stored_preview(service.settings.home, own[0].sha256, window * PREVIEW_S, PREVIEW_S)
    made = made or _drawn(service, caller, own[0], window * PREVIEW_S)
    return FileResponse(made, media_type="video/mp4", headers={"cache-control": "private, no-store"})


@router.get("/classes/{number}/sheets/{index}")
def sheet(service: Served, caller: Looking, number: Id, index: int) -> Response:
    """The contact sheet of the hour of that index with its faces, once the caller has said why."""
    with reading(service.engine, "reading a report") as connection:
        owner = class_for(connection, caller, number)
        refuse_unasked(service, connection, caller, FACE, number)
        facts = facts_of(connection, owner.report_id) if owner.report_id else ""
    report = loads(ClassReport, facts) if facts else None
    ordered = sorted(report.hours, key=lambda hour: (hour.span, hour.room, hour.id)) if report else []
    if report is None or not 0 <= index < len(ordered):
        raise NotFoundError("标注拼图", "contact sheet")
    service.limiter.take("preview", caller.key, service.clock(), _PREVIEWS, _EACH)
    from runtime.recordings.unmasked_sheet import unmasked_sheet  # noqa: PLC0415 - the service starts without video

    drawn = unmasked_sheet(service.settings.home, number, report, ordered[index].id)
    return Response(drawn, media_type="image/jpeg", headers={"cache-control": "private, no-store"})


def _drawn(service: Service, caller: Caller, file: FileRow, from_s: int) -> Path:
    source = inside(class_folder(service.settings.home, file.class_id), file.name)
    if not source.is_file():
        raise NotFoundError("录像", "recording on this machine")
    at = service.clock()
    service.limiter.take("preview", caller.key, at, _PREVIEWS, _EACH)
    expire_previews(service.engine, service.settings.home, at)
    return preview(service.settings.home, source, file.sha256, from_s, PREVIEW_S)


def watching(
    service: Service, caller: Caller, book: ClassWithReport, day: Day
) -> tuple[list[PlayerClip], datetime | None]:
    """The day's recordings and until when the caller may see them; none before there is a reason."""
    if not (caller.may(Action.FACE_VIEW) and caller.may(Action.RECORDING_READ)):
        return [], None
    number = book.owner.id
    with reading(service.engine, "looking for recordings") as connection:
        grant = granted(connection, caller.key, FACE, f"class:{number}", service.clock())
        own = files(connection, FILES.c.class_id == number, FILES.c.role == "recording")
    spans = [span_of(hour["span"]) for hour in day.hours]
    around = Span(min(span.start for span in spans) - _AROUND, max(span.end for span in spans) + _AROUND)
    found = clips_around(book.told, {one.sha256: one.id for one in own}, around, book.base)
    return found, grant.ends_at if grant else None
