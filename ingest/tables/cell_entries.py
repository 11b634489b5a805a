"""What one cell of a timetable's grid says: subject, teacher, room, and the weeks in which it is taught."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations

from ingest.tables.cells import plain
from ingest.tables.lesson_words import says_nothing
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
_TEACHERS_WORDS = frozenset({"教室", "地点", "上课地点", "场地"})
_APART = re.compile(r"[/;；]|\n\s*\n|\n(?=\s*[(（]?[单双]周)")
_WEEKLY = re.compile(
    r"[(\[【]?\s*第?\s*\d{1,2}(?:[\s\d\-~—至到、,第]*\d)?\s*周(?:\s*[,、]?\s*[(\[]?[单双]周?[)\]]?)?\s*[)\]】]?"
    r"|[(\[【]\s*[单双]周?\s*[)\]】]|[单双]周"
)
_SUBJECT = re.compile(
    r"(?!第.{1,3}[章节课讲单项]|项目|任务|模块|单元|教材|主讲)(?!.*(?:老师|教师|讲师|[:]))[\u4e00-\u9fff]{4,}.*"
)
_SHORTEST_LESSON = 2
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
    """Every lesson of the cell; several only where each says in which weeks or at what time it is taught."""
    if says_nothing(text):
        return ()
    text = "\n".join(map(plain, text[:_LONGEST].split("\n")))
    apart = tuple(map(entry_of, _apart(text)))
    if len(apart) > 1 and all(each.weekly for each in apart):
        return apart
    for marks in (_WEEKLY, _TIMES):
        made = tuple(map(entry_of, _by_marks(text, marks)))
        if len(made) > 1 and all(each.subject for each in made) and _exclude_each_other(made):
            return made
    return (entry_of(text),)


def _exclude_each_other(made: tuple[CellEntry, ...]) -> bool:
    """Whether no two of the lessons can be taught at once, by their weeks, by odd and even weeks, or by their times."""
    pairs = list(combinations(made, 2))
    weeks = all(one.weeks and two.weeks and not one.weeks & two.weeks for one, two in pairs)
    parity = all(None not in (one.parity, two.parity) and one.parity != two.parity for one, two in pairs)
    times = all(
        one.times and two.times and (one.times[1] <= two.times[0] or two.times[1] <= one.times[0]) for one, two in pairs
    )
    return weeks or parity or times


def _apart(text: str) -> list[str]:
    return [part for part in _APART.split(text) if plain(part)]


def _by_marks(text: str, marks: "re.Pattern[str]") -> list[str]:
    """The text cut before each mark where it begins with one, else behind each: 单周：礼仪 双周：护理, 礼仪(单) 护理(双)."""
    found = list(marks.finditer(text))
    if len(found) < 2:  # noqa: PLR2004 - two lessons
        return [text]
    leading = not _bare(text[: found[0].start()])
    cuts = [match.start() for match in found[1:]] if leading else [match.end() for match in found[:-1]]
    parts = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    joined: list[str] = []
    for part in parts:
        if joined and not _bare(marks.sub("", part)):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _bare(text: str) -> str:
    return text.strip(" \n\t:：,，、;；/()（）[]【】")


def lessons_beside(text: str) -> bool:
    """Whether the cell names two rooms, two teachers or two times, or lessons with a sign between them, and is read as one."""
    text = "\n".join(map(plain, text[:_LONGEST].split("\n")))
    if len(cell_entries(text)) != 1:
        return False
    if {"单", "双"} <= {sign for found in _PARITY.findall(text) for sign in found}:
        return True
    bare = _PARITY.sub(" ", weeks_in(text)[1])
    tokens = [token.strip("()[]【】") for line in plain(_TIMES.sub(" ", bare)).split("\n") for token in line.split()]
    rooms = {token for token in tokens[1:] if _ROOM.fullmatch(token)}
    teachers = {token for token in tokens[1:] if _TEACHER.fullmatch(token)}
    signs = [part for part in re.split(r"[/;；]", bare) if len(_bare(plain(part))) > _SHORTEST_LESSON]
    return max(len(rooms), len(teachers), len(_TIMES.findall(text)), len(signs)) > 1


def entry_of(text: str) -> CellEntry:
    """The text as one lesson."""
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


def lines_beside(text: str) -> bool:
    """Whether two lines of the cell read like subjects, none of them a teacher, a room or a chapter."""
    lines = [plain(line) for line in text[:_LONGEST].split("\n")]
    subjects = [line for line in lines if _SUBJECT.fullmatch(line) and not _ROOM.fullmatch(line)]
    return len(subjects) > 1 and len(cell_entries(text)) == 1
