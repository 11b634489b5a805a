"""What a class's files would give a verification, in the time of a page: tables are read, recordings only named."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from facts.class_settings import NOTHING_SET, ClassSettings
from facts.errors import TooManyError, XueshiError
from facts.span import local_day
from facts.text import Text
from ingest.manifest import read_manifest
from ingest.recordings.damage_scan import first_damage
from ingest.recordings.file_clock import read_name
from ingest.tables.column_questions import ColumnQuestion
from runtime.platform.folders import inside
from runtime.uploads.column_names import columns_of
from runtime.verification.class_tables import class_tables
from storage.database.classes.classes import FileRow
from storage.database.column_names import ColumnName

_REMEMBERED = 128
_REMEMBERED_RECORDINGS = 8192


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found; ``bare_days`` are planned days that no recording's name speaks of.

    ``unreadable`` are the files called recordings that no scan can find a picture in, set aside or not.
    """

    trainees: int = 0
    hours: int = 0
    days: tuple[date, ...] = ()
    checkins: int = 0
    recordings: int = 0
    nameless: int = 0
    bare_days: tuple[date, ...] = ()
    faults: tuple[Text, ...] = ()
    questions: tuple[ColumnQuestion, ...] = ()
    unreadable: tuple[tuple[str, Text], ...] = ()

    def damage_of(self, name: str) -> Text | None:
        """Why the recording of that name proves nothing; nothing where it may."""
        return dict(self.unreadable).get(name)


@dataclass(frozen=True, slots=True)
class ReadBy:
    """What the tables are read by beside their own words: the class's settings, and its institution's column names."""

    settings: ClassSettings = NOTHING_SET
    columns: tuple[ColumnName, ...] = ()


def readiness(folder: Path, own: Sequence[FileRow], by: ReadBy | None = None) -> Readiness:
    """The same for the same files and settings; a table that cannot be read is told as a fault, never as an empty one."""
    called = [one for one in own if one.role == "recording"]
    told = ((one.name, _damage(inside(folder, one.name), one.sha256)) for one in called)
    unreadable = tuple((name, said) for name, said in told if said)
    dead = {name for name, _ in unreadable}
    recordings = tuple(one.name for one in called if one.name not in dead)
    by = by or ReadBy()
    lists = tuple(one for one in by.settings.aside if one.file not in dead)
    by = replace(by, settings=replace(by.settings, aside=lists))
    tables = tuple((one.name, one.sha256) for one in own if one.role != "recording")
    found = _tables(folder, tables, by) if tables else Readiness()
    stated = {one.file: local_day(one.start) for one in by.settings.recordings}
    filmed = Counter(_day(name) or stated.get(name) for name in recordings)
    nameless = filmed.pop(None, 0)
    bare = tuple(day for day in found.days if day not in filmed)
    return replace(found, recordings=len(recordings), nameless=nameless, bare_days=bare, unreadable=unreadable)


@lru_cache(maxsize=_REMEMBERED_RECORDINGS)
def _damage(place: Path, sha256: str) -> Text | None:
    """What the first bytes of a recording show; the same for the same bytes."""
    del sha256
    wound = first_damage(place)
    return Text(wound.detail_zh, wound.detail_en) if wound else None


@lru_cache(maxsize=_REMEMBERED)
def _tables(folder: Path, files: tuple[tuple[str, str], ...], by: ReadBy) -> Readiness:
    del files  # what the answer rests on, as the cache's key
    try:
        manifest = replace(read_manifest(folder), settings=by.settings, columns=columns_of(by.columns))
        read = class_tables(folder, manifest, patient=False)
    except TooManyError:  # nothing is wrong with the lists, and nothing of this is remembered
        raise
    except (XueshiError, OSError) as error:
        return Readiness(faults=(Text(str(error), str(error)),))
    days = tuple(sorted({local_day(hour.span.start) for hour in read.hours}))
    asked = {question.text for question in read.questions}  # these have a form of their own
    told = [fault for fault in read.faults if fault.where != folder.name and fault.text not in asked]
    faults = tuple(dict.fromkeys(fault.line for fault in told))
    questions = read.questions
    return Readiness(len(read.roster), len(read.hours), days, len(read.checkins), faults=faults, questions=questions)


def _day(name: str) -> date | None:
    start = read_name(name).start
    return local_day(start) if start else None
