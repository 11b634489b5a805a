"""The sentences about a class's material: what is there, what is missing, what to look at."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from facts.counting import counted
from facts.text import Text
from ingest.tables.synonyms import FIELD_ZH
from report.times import short_day
from runtime.uploads.readiness import Readiness
from storage.database.classes.classes import FileRow

ROLES: Mapping[str, Text] = {
    "recording": Text("录像", "recording"),
    "roster": Text("花名册", "roster"),
    "timetable": Text("课表", "timetable"),
    "checkins": Text("打卡记录", "check-ins"),
    "leave": Text("请假表", "leave"),
    "paper": Text("其他材料", "other paper"),
}
FIELD_NAMES: Mapping[str, Text] = {name: Text(zh, name) for name, zh in FIELD_ZH.items()}
_LISTS = ("roster", "timetable")
_NAMED_DAYS = 6


@dataclass(frozen=True, slots=True)
class CompletenessLine:
    """One sentence about the material; ``mark`` is ✓, ○ (missing), – (may be missing) or ! (look at it)."""

    mark: str
    text: Text


def completeness_lines(found: Readiness, used: Sequence[FileRow], left: Sequence[str]) -> Iterator[CompletenessLine]:
    """What the lists that count say together, and what is missing; ``left`` are the names of those that do not."""
    dead = [name for name, _ in found.unreadable if name not in left]
    if found.recordings:
        yield CompletenessLine("✓", Text(f"录像 {found.recordings} 个文件", _many(found.recordings, "recording")))
    elif dead:
        yield CompletenessLine("○", Text("没有一个能打开的录像", "not one recording that opens"))
    else:
        yield CompletenessLine(
            "○", Text("还没有录像：没有录像的学时不能达标", "no recording yet: an hour without one cannot pass")
        )
    yield from _unreadable(dead)
    if found.trainees:
        yield CompletenessLine("✓", Text(f"花名册 {found.trainees} 人", f"a roster of {found.trainees}"))
    else:
        yield CompletenessLine(
            "○", Text("还没有花名册：不知道应到多少人", "no roster yet: nobody knows how many should be there")
        )
    if found.days:
        first, last, count = _days(found.days[:1]), _days(found.days[-1:]), len(found.days)
        until = (
            Text(f" 至 {last.zh}，共 {count} 天", f" to {last.en}, {counted(count, 'day')}")
            if count > 1
            else Text("", "")
        )
        zh, en = (
            f"课表 {found.hours} 学时，{first.zh}{until.zh}",
            f"a timetable of {_many(found.hours, 'class hour')}, {first.en}",
        )
        yield CompletenessLine("✓", Text(zh, en + until.en))
    else:
        yield CompletenessLine(
            "○", Text("还没有课表：不知道哪些学时要核验", "no timetable yet: nobody knows which hours to verify")
        )
    yield from _about_days(found)
    if found.checkins:
        yield CompletenessLine("✓", Text(f"打卡 {found.checkins} 次", _many(found.checkins, "check-in")))
    else:
        more = "没有打卡记录：可以核验，应到人数按花名册减请假计"
        yield CompletenessLine("–", Text(more, "no check-ins: the roster minus leave is expected then"))
    if left:
        names, etc = left[:_NAMED_DAYS], " …" if len(left) > _NAMED_DAYS else ""
        zh = f"不再采用 {len(left)} 份，以上数字都不含：{'、'.join(names)}{etc}"
        yield CompletenessLine("–", Text(zh, f"set aside, in none of these figures: {', '.join(names)}{etc}"))
    yield from _twice(used)


def _unreadable(dead: Sequence[str]) -> Iterator[CompletenessLine]:
    if dead:
        etc = " 等" if len(dead) > _NAMED_DAYS else ""
        zh, en = "、".join(dead[:_NAMED_DAYS]) + etc, ", ".join(dead[:_NAMED_DAYS])
        text = Text(
            f"{len(dead)} 个录像文件打不开，不能作证：{zh}；请换成原文件，旧的删除或“不再采用”",
            f"{_many(len(dead), 'recording')} that cannot be read and prove nothing: {en}; replace, delete or set aside",
        )
        yield CompletenessLine("!", text)


def _about_days(found: Readiness) -> Iterator[CompletenessLine]:
    """Only what names tell: whether the recordings are whole and sound is for the verification to say."""
    if found.recordings and found.bare_days:
        days = _days(found.bare_days[:_NAMED_DAYS])
        etc = Text(" 等", " …") if len(found.bare_days) > _NAMED_DAYS else Text("", "")
        count = len(found.bare_days)
        yield CompletenessLine(
            "○",
            Text(
                f"有课没有录像的日子 {count} 天（按录像文件名看）：{days.zh}{etc.zh}",
                f"{_many(count, 'day')} with lessons and no recording (by the names of the files): {days.en}{etc.en}",
            ),
        )
    if found.nameless:
        count = found.nameless
        yield CompletenessLine(
            "!",
            Text(
                f"{count} 个录像的文件名里没有时间，核验时才知道是哪一天",
                f"{_many(count, 'recording')} without a time in the name: only the verification finds the day",
            ),
        )


def _twice(own: Sequence[FileRow]) -> Iterator[CompletenessLine]:
    by_role = Counter(one.role for one in own)
    for role in _LISTS:
        if (count := by_role[role]) > 1:
            named = ROLES[role]
            yield CompletenessLine(
                "!",
                Text(
                    f"{named.zh}有 {count} 份；如有旧版，没核验过的请删去，核验过的请在下表点“不再采用”",
                    f"{counted(count, 'file')} are a {named.en}; delete an outdated one, or set it aside below if it was verified",
                ),
            )
    same = len(own) - len({one.sha256 for one in own})
    if same:
        yield CompletenessLine(
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
