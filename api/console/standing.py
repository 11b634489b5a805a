"""How complete a class's material is, in the clerk's words: what is there, what is missing, what cannot be read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from api.caller import Caller
from api.service import Service
from facts.text import Text
from pipeline.rights import Action
from report.times import short_day
from runtime.asking import VERIFY
from runtime.places import class_folder
from runtime.readiness import Readiness, readiness
from runtime.withdrawing import Binding, resting
from storage.database.classes import ClassRow, FileRow, files
from storage.database.jobs import Job, JobState, jobs
from storage.database.tables.service import FILES, JOBS

ROLES: Mapping[str, Text] = {
    "recording": Text("录像", "recording"),
    "roster": Text("花名册", "roster"),
    "timetable": Text("课表", "timetable"),
    "checkins": Text("打卡记录", "check-ins"),
    "leave": Text("请假表", "leave"),
    "paper": Text("其他材料", "other paper"),
}
_LISTS = ("roster", "timetable")
_NAMED_DAYS = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence about the material; ``mark`` is ✓, ○ (missing), – (may be missing) or ! (look at it)."""

    mark: str
    text: Text


@dataclass(frozen=True, slots=True)
class Shown:
    """One file as the page lists it; ``bound`` says why it must stay."""

    file: FileRow
    bound: Binding | None
    twin: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The material of one class and its verification."""

    files: tuple[Shown, ...]
    lines: tuple[Line, ...]
    faults: tuple[Text, ...]
    job: Job | None
    fresh: bool

    @property
    def complete(self) -> bool:
        """Whether nothing is missing, as far as names and lists tell."""
        return bool(self.lines) and not any(line.mark in {"○", "!"} for line in self.lines) and not self.faults

    @property
    def bonds(self) -> tuple[Binding, ...]:
        """The reasons why files must stay, each once."""
        return tuple(dict.fromkeys(one.bound for one in self.files if one.bound))

    @property
    def live(self) -> bool:
        """Whether a verification is asked for and not over."""
        return self.job is not None and self.job.state in {JobState.WAITING, JobState.RUNNING}


def standing(service: Service, connection: Connection, caller: Caller, owner: ClassRow) -> Standing:
    """Everything the page says of the class; nobody who may not see a roster learns its numbers here."""
    own = files(connection, FILES.c.class_id == owner.id)
    asked = jobs(connection, JOBS.c.class_id == owner.id, JOBS.c.kind == VERIFY)
    found = readiness(class_folder(service.settings.home, owner.id), own)
    rests, seen = resting(connection, owner), dict[str, str]()
    shown = [Shown(one, rests.binding(one, caller.key), seen.setdefault(one.sha256, one.name)) for one in own]
    job = asked[-1] if asked else None
    fresh = bool(own) and (job is None or max(one.added_at for one in own) > job.made_at)
    lines = tuple(_lines(found, own)) if own and caller.may(Action.PERSON_READ) else ()
    return Standing(tuple(shown), lines, found.faults, job, fresh)


def _lines(found: Readiness, own: Sequence[FileRow]) -> Iterator[Line]:
    if found.recordings:
        yield Line("✓", Text(f"录像 {found.recordings} 个文件", _many(found.recordings, "recording")))
    else:
        yield Line("○", Text("还没有录像：没有录像的学时不能达标", "no recording yet: an hour without one cannot pass"))
    if found.trainees:
        yield Line("✓", Text(f"花名册 {found.trainees} 人", f"a roster of {found.trainees}"))
    else:
        yield Line("○", Text("还没有花名册：不知道应到多少人", "no roster yet: nobody knows how many should be there"))
    if found.days:
        first, last, count = _days(found.days[:1]), _days(found.days[-1:]), len(found.days)
        until = Text(f" 至 {last.zh}，共 {count} 天", f" to {last.en}, {count} days") if count > 1 else Text("", "")
        zh, en = (
            f"课表 {found.hours} 学时，{first.zh}{until.zh}",
            f"a timetable of {_many(found.hours, 'class hour')}, {first.en}",
        )
        yield Line("✓", Text(zh, en + until.en))
    else:
        yield Line(
            "○", Text("还没有课表：不知道哪些学时要核验", "no timetable yet: nobody knows which hours to verify")
        )
    yield from _about_days(found)
    if found.checkins:
        yield Line("✓", Text(f"打卡 {found.checkins} 次", _many(found.checkins, "check-in")))
    else:
        more = "没有打卡记录：可以核验，应到人数按花名册减请假计"
        yield Line("–", Text(more, "no check-ins: the roster minus leave is expected then"))
    yield from _twice(own)


def _about_days(found: Readiness) -> Iterator[Line]:
    """Only what names tell: whether the recordings are whole and sound is for the verification to say."""
    if found.recordings and found.bare_days:
        days = _days(found.bare_days[:_NAMED_DAYS])
        etc = Text(" 等", " …") if len(found.bare_days) > _NAMED_DAYS else Text("", "")
        count = len(found.bare_days)
        yield Line(
            "○",
            Text(
                f"有课没有录像的日子 {count} 天（按录像文件名看）：{days.zh}{etc.zh}",
                f"{_many(count, 'day')} with lessons and no recording (by the names of the files): {days.en}{etc.en}",
            ),
        )
    if found.nameless:
        count = found.nameless
        yield Line(
            "!",
            Text(
                f"{count} 个录像的文件名里没有时间，核验时才知道是哪一天",
                f"{_many(count, 'recording')} without a time in the name: only the verification finds the day",
            ),
        )


def _twice(own: Sequence[FileRow]) -> Iterator[Line]:
    by_role = Counter(one.role for one in own)
    for role in _LISTS:
        if (count := by_role[role]) > 1:
            named = ROLES[role]
            yield Line(
                "!",
                Text(
                    f"{named.zh}有 {count} 份，核验会合起来用；如有旧版请删去",
                    f"{count} files are a {named.en} and are joined; delete an outdated one",
                ),
            )
    same = len(own) - len({one.sha256 for one in own})
    if same:
        yield Line(
            "!",
            Text(
                f"{same} 个文件与别的文件内容完全相同，见下表",
                f"{_many(same, 'file')} the same as others, byte for byte; see below",
            ),
        )


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _days(days: Sequence[date]) -> Text:
    said = [short_day(day.isoformat()) for day in days]
    return Text("、".join(one["zh"] for one in said), ", ".join(one["en"] for one in said))
