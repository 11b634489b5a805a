"""When recordings began that do not say so themselves: which they are, and the Chinese times that a clerk typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from facts.class_settings import ClassSettings
from facts.span import SHANGHAI, instant, local
from facts.statements import MOST_RECORDINGS, StatedStart
from facts.text import Text
from report.schema import InputEntry, ReportDocument
from storage.database.classes.classes import FileRow

_SHAPES = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S")
_WANTED = Text("请写年月日和时分秒，如 2025-04-07 08:30:00", "a date and a time such as 2025-04-07 08:30:00")


@dataclass(frozen=True, slots=True)
class TimeRow:
    """One recording: how long it plays, by which camera, and when its first frame was taken, as typed."""

    file: str
    length_s: float = 0.0
    camera: str = ""
    start: str = ""
    verdict: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing is stated of it."""
        return not self.start


@dataclass(frozen=True, slots=True)
class StatedTimes:
    """What a form said: the statements, and what is wrong by field (``2.start``)."""

    stated: tuple[StatedStart, ...]
    faults: Mapping[str, Text]


def time_rows(document: ReportDocument | None, settings: ClassSettings, own: Sequence[FileRow]) -> tuple[TimeRow, ...]:
    """The recordings of the report that tell no time, and those of which one is stated already."""
    names, by_digest = {one.name for one in own}, {one.sha256: one.name for one in own}
    found = {}
    for one in document["inputs"] if document else ():
        # A report hides names of people in paths: the bytes say which file is meant.
        name = one["path"] if one["path"] in names else by_digest.get(one["sha256"] or "", "")
        if name and one["role"] == "recording":
            found[name] = one
    stated = {one.file: one for one in settings.recordings}
    timeless = [name for name, one in found.items() if one["clock_source"] == "none" and one["codec"]]
    rows = [_row(name, found.get(name), stated.get(name)) for name in sorted({*timeless, *stated})]
    return tuple(rows[:MOST_RECORDINGS])


def _row(name: str, entry: InputEntry | None, said: StatedStart | None) -> TimeRow:
    start = f"{local(said.start):%Y-%m-%dT%H:%M:%S}" if said else ""
    if entry is None:
        return TimeRow(name, 0.0, said.camera if said else "", start)
    camera = (said.camera if said else "") or entry["camera"]
    verdict = _used(entry["clock_source"], stated=said is not None)
    return TimeRow(name, entry.get("length_s", 0.0), camera, start, verdict)


def _used(source: str, *, stated: bool) -> str:
    """What the newest report made of the statement: ``used``, ``overruled`` by the recording's own clock, or not yet."""
    if not stated or source in {"", "none"}:
        return ""
    return "used" if source == "manifest" else "overruled"


def stated_times(rows: Sequence[TimeRow]) -> StatedTimes:
    """The statements that the rows spell; an empty time takes one back."""
    told: dict[str, Text] = {}
    stated = []
    for index, row in enumerate(rows):
        if row.blank:
            continue
        start = chinese_time(row.start)
        if start is None:
            told[f"{index}.start"] = _WANTED
        else:
            stated.append(StatedStart(row.file, start, row.camera))
    return StatedTimes(() if told else tuple(stated), told)


def chinese_time(text: str) -> datetime | None:
    """The Chinese time that a text spells, whatever browser or hand wrote it."""
    for shape in _SHAPES:
        try:
            return instant(datetime.strptime(text, shape).replace(tzinfo=SHANGHAI))
        except (ValueError, OverflowError):
            continue
    return None


def end_of(row: TimeRow) -> str:
    """When it ends if it began as typed, so that a wrong hour shows against the timetable."""
    start = chinese_time(row.start)
    return f"{local(start + timedelta(seconds=row.length_s)):%H:%M:%S}" if start and row.length_s else ""
