"""The school of the walks: its tables have other heads and its recorder other names than the sample's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import Workbook

from demo.dossier import at_clock, honest_checkins
from demo.events import Bow
from demo.film import shoot
from demo.identity import SampleIdentity, identities
from demo.layout import COLUMNS, LINES, SeatLayout
from demo.papers import CheckInForm, write_checkins
from demo.scenario import Container, Lens, Naming, Scenario
from facts.span import local

PEOPLE, ROWS = 9, 3
BOWED = (4, 7)
DAY, ROOM, TEACHER = "2025-06-09", "康养实训室", "秦老师"
_LENGTH_S = 780
_SEED = 411
_LOWER = 0.55  # of a head: a bowed one
_CLOCKS = (("09:00", "09:45", "09:03"), ("09:55", "10:40", "09:58"))
LESSONS = ("老年人移动照护", "压疮预防")
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class School:
    """A class of a past day whose second hour the machine leaves open, and one that is being taught now."""

    past: Path
    today: Path

    @property
    def people(self) -> tuple[SampleIdentity, ...]:
        """Who is enrolled in both."""
        return tuple(identities(PEOPLE, _SEED))

    def heads(self) -> tuple[tuple[float, float], ...]:
        """Where in the picture those sit who bow all the second hour, as shares of its width and height."""
        places = SeatLayout(PEOPLE, ROWS).places
        return tuple(
            (places[seat].x / COLUMNS, (places[seat].y + _LOWER * places[seat].head_px) / LINES) for seat in BOWED
        )


def write_school(folder: Path, now: datetime) -> School:
    """Both folders."""
    school = School(folder / "养老护理员3班", folder / "养老护理员4班")
    _past(school)
    begins = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    _roster(school.today / "学员名单.xlsx", school.people)
    at = local(begins)
    _timetable(
        school.today / "排课.xlsx",
        [(f"{at:%Y-%m-%d}", f"{at:%H:%M}", f"{local(begins + 3 * _QUARTER):%H:%M}", "应急救护")],
    )
    return school


def _past(school: School) -> None:
    checkins = []
    for number, (begin, _, filmed) in enumerate(_CLOCKS):
        lens = Lens("CH07", size=(960, 540), naming=Naming.DAHUA, container=(Container.DAV, Container.MP4)[number])
        story = Scenario(
            f"walk{number}", LESSONS[number], people=PEOPLE, rows=ROWS, seed=_SEED + number, lenses=(lens,),
            start=at_clock(DAY, filmed), length_s=_LENGTH_S, events=(Bow(0, _LENGTH_S, seats=BOWED),) if number else (),
        )  # fmt: skip
        shoot(story, school.past / "监控导出")
        checkins += honest_checkins(school.people, at_clock(DAY, begin), _SEED + number, room=ROOM)
    _roster(school.past / "学员名单.xlsx", school.people)
    lessons = [(DAY, begin, end, lesson) for (begin, end, _), lesson in zip(_CLOCKS, LESSONS, strict=True)]
    _timetable(school.past / "排课.xlsx", lessons)
    write_checkins(school.past / "企业微信打卡.xlsx", checkins, CheckInForm.WECOM)


def _roster(place: Path, people: tuple[SampleIdentity, ...]) -> None:
    head = ("编号", "学员姓名", "公民身份号码", "联系电话", "培训工种")
    rows = [(number, one.name, one.id_number.digits, one.phone, "养老护理员") for number, one in enumerate(people, 1)]
    _save(place, "养老护理员培训学员名单", head, rows)


def _timetable(place: Path, lessons: list[tuple[str, str, str, str]]) -> None:
    rows = [(day.replace("-", "."), f"{begin}—{end}", lesson, TEACHER, ROOM) for day, begin, end, lesson in lessons]
    _save(place, "培训排课表", ("上课日期", "上课时间", "授课内容", "授课教师", "上课地点"), rows)


def _save(place: Path, title: str, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    for row in ((title,), head, *rows):
        sheet.append(row)
    book.save(place)
