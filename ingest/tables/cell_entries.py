"""What one cell of a timetable's grid says: subject, teacher, room, and the weeks in which it is taught."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from ingest.tables.cells import plain
from ingest.tables.moments import clocks_in

_WEEKS = re.compile(
    r"[(\[【]?\s*第?\s*(?P<list>\d{1,2}(?:\s*(?:-+|~|—+|至|到|、|,)\s*第?\s*\d{1,2})*)\s*周\s*[,、]?\s*(?P<inside>[(\[]?[单双]周?[)\]]?)?\s*[)\]】]?"
)
_PARITY = re.compile(
    r"[(\[【]?\s*(?<![\u4e00-\u9fff])([单双])周?\s*[)\]】]?(?=[\s:,、;]|$|[(\[])|[(\[【]([单双])周?[)\]】]|([单双])周"
)
_COUNT = re.compile(r"[(\[]?\s*(?:共)?(\d{1,2})\s*(?:学时|课时|节课?)\s*[)\]]?")
_TIMES = re.compile(
    r"(?:上午|下午|晚上|中午)?\s*\d{1,2}\s*[:时点.]\s*\d{0,2}\s*分?\s*(?:-+|~|—+|–|至|到)\s*(?:上午|下午|晚上|中午)?\s*\d{1,2}\s*[:时点.]\s*\d{0,2}\s*分?"
)
_NAMED = re.compile(
    r"(?P<what>授课教师|任课教师|主讲教师|教师|老师|讲师|授课|教室|地点|上课地点|场地)\s*[:：]\s*(?P<is>[^\s:;,、/]+)"
)
_ROOM = re.compile(
    r"@?(?:[\u4e00-\u9fffA-Za-z\d]*(?:教室|机房|实训室|实训基地|实训中心|会议室|车间|多媒体室|报告厅|活动室|微机室)[\dA-Za-z\-号室]*"
    r"|[A-Za-z]?\d{0,2}-?\d{3}[A-Za-z]?室?|[\u4e00-\u9fff\dA-Za-z]{1,4}楼\d{0,4}室?)"
)
_TEACHER = re.compile(r"[\u4e00-\u9fff·]{1,4}(?:老师|教师|讲师)")
_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff·]{2,3}")
_NOTHING = frozenset({"", "-", "--", "—", "——", "/", "无", "休息", "午休", "休", "放假", "空", "x", "×"})
_TEACHERS_WORDS = frozenset({"教室", "地点", "上课地点", "场地"})
_LONGEST = 300
_MOST_WEEKS = 60
_LEAST_LINES = 3


@dataclass(frozen=True, slots=True)
class CellEntry:
    """One lesson that a cell names; no week stated means every week, ``parity`` 1 the odd and 0 the even ones."""

    subject: str
    teacher: str = ""
    room: str = ""
    weeks: frozenset[int] = frozenset()
    parity: int | None = None
    times: tuple[timedelta, timedelta] | None = None
    count: int | None = None

    def in_week(self, number: int | None) -> bool:
        """Whether the lesson is taught in this week of the course; an unnumbered week takes only what every week has."""
        if number is None:
            return not self.weeks and self.parity is None
        return (not self.weeks or number in self.weeks) and (self.parity is None or number % 2 == self.parity)

    @property
    def weekly(self) -> bool:
        """Whether it says in which weeks."""
        return bool(self.weeks) or self.parity is not None


def weeks_in(text: str) -> tuple[frozenset[int], str]:
    """The weeks that the words name (第1–16周, 1-8,10周), and the words without them."""
    found: set[int] = set()
    for match in _WEEKS.finditer(text):
        for part in re.split(r"[、,]", match["list"]):
            numbers = [int(digits) for digits in re.findall(r"\d+", part)]
            if numbers and numbers[-1] <= _MOST_WEEKS:
                found.update(range(numbers[0], numbers[-1] + 1))
    return frozenset(found), _WEEKS.sub(lambda match: f" {match['inside'] or ''} ", text)


def cell_entries(text: str) -> tuple[CellEntry, ...]:
    """Every lesson of the cell; several only where each says in which weeks it is taught."""
    if plain(text).lower() in _NOTHING:
        return ()
    parts = [part for part in re.split(r"[/;；]|\n\s*\n|\n(?=\s*[(（]?[单双]周)", text[:_LONGEST]) if plain(part)]
    made = [_entry(part) for part in parts]
    if len(made) > 1 and all(each.weekly for each in made):
        return tuple(made)
    return (_entry(text[:_LONGEST]),)


def _entry(text: str) -> CellEntry:
    lines = [plain(line) for line in text.splitlines()]
    weeks, rest = weeks_in("\n".join(line for line in lines if line))
    parity = _PARITY.search(rest)
    rest = _PARITY.sub(" ", rest)
    times = _TIMES.search(rest)
    rest = _TIMES.sub(" ", rest)
    count = _COUNT.search(rest)
    rest = _COUNT.sub(" ", rest)
    odd = next(filter(None, parity.groups()), "") if parity else ""
    made = _words(rest)
    return replace(
        made,
        weeks=weeks,
        parity={"单": 1, "双": 0}.get(odd),
        times=clocks_in(times.group()) if times else None,
        count=int(count[1]) if count else None,
    )


def _words(text: str) -> CellEntry:
    """Subject, teacher and room: by their labels, else by how they look, else by their place among the lines."""
    named = {
        ("room" if match["what"] in _TEACHERS_WORDS else "teacher"): match["is"] for match in _NAMED.finditer(text)
    }
    lines = [line.strip(" :,、;") for line in _NAMED.sub("\n", text).splitlines()]
    tokens = [token for line in lines for token in line.split() if token]
    room, teacher = named.get("room", ""), named.get("teacher", "")
    kept: list[str] = []
    for index, token in enumerate(tokens):
        bare = token.strip("()[]【】")
        if index and not room and _ROOM.fullmatch(bare):
            room = bare.removeprefix("@")
        elif index and not teacher and _TEACHER.fullmatch(bare):
            teacher = re.sub(r"(?:老师|教师|讲师)$", "", bare)
        else:
            kept.append(token)
    if not teacher and len(kept) > 1 and len(tokens) >= _LEAST_LINES and _PLAIN_NAME.fullmatch(kept[-1]):
        teacher = kept.pop()
    return CellEntry(" ".join(kept), teacher, room)
