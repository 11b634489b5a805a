"""Notes at moments of a class's recordings: for whoever may play them, once they have said why; each has its leaf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from facts.digest import Digest
from facts.moment_note import MomentNote, note_refusals
from facts.refusals import Refusal, refuse, stands
from facts.span import SHANGHAI, Span, instant, local_day
from facts.text import Text
from report.views import calendar
from runtime.accounts.caller import Caller
from runtime.classes.class_report import ClassWithReport, class_with_report
from runtime.classes.unmasking import FACE, reason_needed
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from runtime.recordings.media_unmasking import clips_of_day
from runtime.recordings.player_clips import PlayerClip
from storage.database.accounts.accounts import accounts
from storage.database.connection import reading
from storage.database.recordings.moment_notes import MomentNoteRow, count_notes, keep_note, notes_within
from storage.database.tables.accounts import ACCOUNTS
from storage.evidence_log.leaf import LeafKind
from storage.evidence_log.proofs import canonical

MOST_OF_A_DAY = 200
_MOST, _EACH = 60, timedelta(minutes=10)
_EDGE = timedelta(seconds=1)  # a player that came to the end stands a picture behind it
_PERSON = "account:"


@dataclass(frozen=True, slots=True)
class ShownNote:
    """One note for a page: with the name of who wrote it, and the digest that the log holds of it."""

    row: MomentNoteRow
    by: str

    @property
    def sha256(self) -> str:
        """What the leaf says."""
        row = self.row
        return Digest.of(canonical({"by": row.made_by, "subject": _subject(row), **_details(row)})).sha256


def new_note(service: Service, caller: Caller, class_id: int, at: datetime, camera: str, text: str) -> MomentNote:
    """The note that the caller may write, or the reasons against it."""
    opened = class_with_report(service, caller, class_id)
    found, until = _recordings(service, caller, opened, at)
    if until is None:
        raise reason_needed(f"POST /api/v1/classes/{class_id}/looks/{FACE} with a reason")
    refuse([*note_refusals(text.strip()), *_moment_refusals(found, at, camera)])
    service.limiter.take("note", caller.key, service.clock(), _MOST, _EACH)
    return MomentNote(camera, at, text, caller.key, service.clock())


def keep_new_note(
    service: Service, connection: Connection, caller: Caller, class_id: int, note: MomentNote
) -> ShownNote:
    """The note and its leaf, whose digest is over all that the note says."""
    if count_notes(connection, class_id, day_span(local_day(note.at))) >= MOST_OF_A_DAY:
        said = Text(
            f"本日已有 {MOST_OF_A_DAY} 条批注，不能再写", f"this day has {MOST_OF_A_DAY} notes, which is the most"
        )
        refuse([stands("day", said, str(MOST_OF_A_DAY), f"fewer than {MOST_OF_A_DAY} notes of the day")])
    row = keep_note(connection, class_id, note)
    log_event(service, connection, LeafKind.NOTE, caller, _subject(row), _details(row))
    return ShownNote(row, caller.shown)


def notes_of_day(service: Service, class_id: int, day: date) -> list[ShownNote]:
    """The notes of a day in order of their moments; whoever asks has opened the class and may play it."""
    with reading(service.engine, "reading notes") as connection:
        return named(connection, notes_within(connection, class_id, day_span(day)))


def named(connection: Connection, rows: Sequence[MomentNoteRow]) -> list[ShownNote]:
    """The notes with the names of those who wrote them."""
    keys = {row.made_by for row in rows if row.made_by.startswith(_PERSON)}
    numbers = [int(key.removeprefix(_PERSON)) for key in keys]
    people = {f"{_PERSON}{one.id}": one.shown for one in accounts(connection, ACCOUNTS.c.id.in_(numbers))}
    return [ShownNote(row, people.get(row.made_by, row.made_by)) for row in rows]


def day_span(day: date) -> Span:
    """The day by China's calendar."""
    start = instant(datetime.combine(day, time(), SHANGHAI))
    return Span(start, start + timedelta(days=1))


def _recordings(
    service: Service, caller: Caller, opened: ClassWithReport, at: datetime
) -> tuple[list[PlayerClip], datetime | None]:
    """What can be played of the moment's day, and until when the caller may; of a day without class hours nothing."""
    days = calendar(opened.document) if opened.document else []
    own = next((one for one in days if one.day == local_day(at).isoformat()), None)
    if own is not None:
        return clips_of_day(service, caller, opened, own)
    return [], clips_of_day(service, caller, opened, days[0])[1] if days else None


def _moment_refusals(found: Sequence[PlayerClip], at: datetime, camera: str) -> list[Refusal]:
    parts = [part for clip in found if clip.camera == camera for part in clip.parts]
    if any(part.start - _EDGE <= at <= part.end + _EDGE for part in parts):
        return []
    said = Text(
        "这一时刻没有这台摄像机的录像，不能批注；请先让播放器停在有录像的时刻",
        "there is no recording of that camera at this moment; let the player stand where there is one",
    )
    return [Refusal("at", said, f"{camera} {instant(at).isoformat()}", "a moment within a recording of that camera")]


def _subject(row: MomentNoteRow) -> str:
    return f"class:{row.class_id} note:{row.id}"


def _details(row: MomentNoteRow) -> dict[str, object]:
    made = {"at": row.at.isoformat(), "made_at": row.made_at.isoformat()}
    return {"camera": row.camera, "text": row.text, **made}
