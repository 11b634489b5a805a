"""What shows faces: recordings, previews, sheets without blurring; none before the reason is given, which the log keeps."""

from datetime import datetime, timedelta
from pathlib import Path

from facts.codec import loads
from facts.errors import NotFoundError
from facts.report import ClassReport
from facts.span import Span
from pipeline.accounts.rights import Action
from report.times import span_of
from report.views import Day
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.class_report import ClassWithReport
from runtime.classes.unmasking import FACE, refuse_unasked
from runtime.platform.child_limits import FILM, Reach
from runtime.platform.child_process import in_child
from runtime.platform.folders import class_folder, inside
from runtime.platform.service import Service
from runtime.recordings.node_recordings import at_hand
from runtime.recordings.player_clips import PREVIEW_S, PlayerClip, clips_around
from runtime.recordings.preview_expiry import expire_previews
from runtime.recordings.previews import preview, stored_preview
from storage.database.classes.classes import FileRow, files
from storage.database.classes.unmasking import granted
from storage.database.connection import reading
from storage.database.tables.classes import FILES
from storage.database.verification.reports import facts_of

_AROUND = timedelta(minutes=30)
_MOST_DRAWN, _EACH = 30, timedelta(minutes=1)
_MOST_WINDOWS = 31 * 24 * 3600 // PREVIEW_S


def clips_of_day(
    service: Service, caller: Caller, opened: ClassWithReport, day: Day
) -> tuple[list[PlayerClip], datetime | None]:
    """The day's recordings and until when the caller may see them; none before there is a reason."""
    if not (caller.may(Action.FACE_VIEW) and caller.may(Action.RECORDING_READ)):
        return [], None
    number = opened.owner.id
    with reading(service.engine, "looking for recordings") as connection:
        grant = granted(connection, caller.key, FACE, f"class:{number}", service.clock())
        own = files(connection, FILES.c.class_id == number, FILES.c.role == "recording")
    spans = [span_of(hour["span"]) for hour in day.hours]
    around = Span(min(span.start for span in spans) - _AROUND, max(span.end for span in spans) + _AROUND)
    found = clips_around(opened.present_document, {one.sha256: one.id for one in own}, around, opened.base)
    return found, grant.ends_at if grant else None


def preview_of(service: Service, caller: Caller, class_id: int, file_id: int, window: int) -> Path:
    """The preview of one window of a recording, drawn unless it was drawn before."""
    with reading(service.engine, "reading a file") as connection:
        class_for(connection, caller, class_id)
        refuse_unasked(service, connection, caller, FACE, class_id)
        own = files(connection, FILES.c.id == file_id, FILES.c.class_id == class_id, FILES.c.role == "recording")
    if not own or not 0 <= window < _MOST_WINDOWS:
        raise NotFoundError("录像", "recording")
    found = stored_preview(service.settings.home, own[0].sha256, window * PREVIEW_S, PREVIEW_S)
    return found or _drawn(service, caller, own[0], window * PREVIEW_S)


def sheet_of(service: Service, caller: Caller, class_id: int, index: int) -> bytes:
    """The contact sheet of the hour of that index of the newest report, with its faces."""
    with reading(service.engine, "reading a report") as connection:
        owner = class_for(connection, caller, class_id)
        refuse_unasked(service, connection, caller, FACE, class_id)
        facts = facts_of(connection, owner.report_id) if owner.report_id else ""
    report = loads(ClassReport, facts) if facts else None
    ordered = sorted(report.hours, key=lambda hour: (hour.span, hour.room, hour.id)) if report else []
    if report is None or not 0 <= index < len(ordered):
        raise NotFoundError("标注拼图", "contact sheet")
    _count_drawing(service, caller, service.clock())
    from runtime.recordings.sheet_unmasking import frames_of, unmasked_sheet  # noqa: PLC0415 - the service starts without video

    home, hour = service.settings.home, ordered[index].id
    folder, names = class_folder(home, class_id), frames_of(report, hour)
    with at_hand(service, class_id, names, whole=False) as stored:
        reach = Reach((folder,), ranges=stored.door(inside(folder, name) for name in names))
        return in_child(FILM, reach, hour, unmasked_sheet, home, class_id, report, hour)


def _drawn(service: Service, caller: Caller, file: FileRow, from_s: int) -> Path:
    """Wherever the recording lies: each node draws its own, and keeps it no longer than any."""
    home, at = service.settings.home, service.clock()
    source = inside(class_folder(home, file.class_id), file.name)
    _count_drawing(service, caller, at)
    expire_previews(service.engine, home, at)
    with at_hand(service, file.class_id, {file.name}) as stored:
        return preview(home, source, file.sha256, from_s, PREVIEW_S, stored.door([source]))


def _count_drawing(service: Service, caller: Caller, at: datetime) -> None:
    """Decoding is costly: so many a minute for each caller."""
    service.limiter.take("preview", caller.key, at, _MOST_DRAWN, _EACH)
