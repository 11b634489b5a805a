"""Doubts planted one by one, each beside the innocent case that looks most like it and must not be told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from benchmarks.history_county import employer, evaluator, institution, invented
from facts.registry import (
    PENSION,
    BenefitPeriod,
    CatalogueEntry,
    Certificate,
    Course,
    CourseOf,
    Employment,
    Enrolment,
    Party,
    Person,
    Post,
    Registry,
    RegistryRow,
    Sanction,
    Session,
)

SKILL_BENEFIT = "失业保险技能提升补贴"
_PEOPLE, _SCHOOLS, _BODIES, _FIRMS = 8_000_000, 8_000, 8_000, 8_000
_LONG_AGO = date(2010, 1, 4)
_MORNING, _NOON, _AFTERNOON = (510, 690), (680, 800), (840, 1020)


@dataclass(frozen=True, slots=True)
class Plant:
    """For one detector: what it has to find, by whom or what its sentence names, and rows it must pass over."""

    detector: str
    doubts: int
    rows: tuple[RegistryRow, ...]
    innocent: tuple[RegistryRow, ...] = ()
    people: frozenset[str] = field(default_factory=frozenset)


class Ground:
    """Hands out people, schools and firms that nobody else uses."""

    def __init__(self) -> None:
        self._next = 0
        self.schools: list[Party] = []
        self.bodies: list[Party] = []

    def person(self, name: str = "") -> Person:
        """Somebody new."""
        self._next += 1
        own = name or "赵钱孙李周吴郑王冯陈"[self._next % 10] + "试样"
        return invented(_PEOPLE + self._next, date(1980, 1, 1) + timedelta(self._next % 5000), own)

    def school(self, *, listed: bool = True) -> Party:
        """A new institution, in the catalogue for long."""
        self._next += 1
        party = institution(_SCHOOLS + self._next)
        if listed:
            self.schools.append(party)
        return party

    def body(self, *, listed: bool = True) -> Party:
        """A new evaluator, in the catalogue for long."""
        self._next += 1
        party = evaluator(_BODIES + self._next)
        if listed:
            self.bodies.append(party)
        return party

    def firm(self) -> Party:
        """A new employer."""
        self._next += 1
        return employer(_FIRMS + self._next)

    def course(self, school: Party, first: date, days: int = 10, **rest: object) -> Course:
        """A new class of the school; open to every day it lasts."""
        self._next += 1
        own = {"programme": "项目制培训", "occupation": "养老护理员", "level": "初级工", "days": days} | rest
        of = CourseOf(school, f"P{self._next}")
        return Course(of, first_day=first, last_day=first + timedelta(days - 1), **own)  # type: ignore[arg-type] # named above

    def listed(self) -> Iterator[RegistryRow]:
        """The catalogues that hold everybody but those planted to be missing."""
        for party in self.schools:
            yield CatalogueEntry(party, Registry.INSTITUTIONS, _LONG_AGO)
        for party in self.bodies:
            yield CatalogueEntry(party, Registry.EVALUATORS, _LONG_AGO)


def _in(person: Person, course: Course, account: str = "", group: str = "城镇登记失业人员") -> Enrolment:
    return Enrolment(person, course, group, course.days, None, None, account)


def _taught(course: Course, hours: tuple[int, int]) -> list[Session]:
    days = (course.last_day - course.first_day).days + 1
    return [Session(course.of, course.first_day + timedelta(day), *hours) for day in range(days)]


def planted() -> tuple[tuple[Plant, ...], tuple[RegistryRow, ...]]:
    """Every plant, and the catalogues that go with them all."""
    ground = Ground()
    plants = tuple(make(ground) for make in _MAKERS)
    return plants, tuple(ground.listed())


def rows_of(plants: Iterable[Plant]) -> Iterator[RegistryRow]:
    """Planted and innocent alike."""
    for plant in plants:
        yield from plant.rows
        yield from plant.innocent


def _repeat(g: Ground) -> Plant:
    """An employee twice in one year in one occupation and level (YQ-D1); another the year after."""
    who, other = g.person(), g.person()
    own = {"programme": "企业职工培训", "occupation": "焊工", "level": "中级工"}
    days = (date(2022, 3, 1), date(2022, 9, 1), date(2023, 3, 1))
    one, two, later = (g.course(g.school(), day, **own) for day in days)
    rows = (_in(who, one, group="企业职工"), _in(who, two, group="企业职工"))
    twin = (_in(other, two, group="企业职工"), _in(other, later, group="企业职工"))
    return Plant("repeat", 1, rows, twin, frozenset({who.id_number.tail}))


def _certificate_repeat(g: Ground) -> Plant:
    """Two certificates of one level; the twin rose a level, and had one of them registered twice."""
    who, other, body = g.person(), g.person(), g.body()
    rows = [Certificate(who, f"RC{i}", body, "焊工", "中级工", date(2021 + i, 5, 6)) for i in (0, 1)]
    twin = [
        Certificate(other, f"RT{i}", body, "焊工", level, date(2021 + i, 5, 6))
        for i, level in enumerate(("初级工", "中级工"))
    ]
    return Plant("repeat.certificate", 1, tuple(rows), (*twin, twin[0]), frozenset({who.id_number.tail}))


def _benefit(g: Ground) -> Plant:
    """A certificate beside the benefit that excludes it; the twin has the benefit alone."""
    who, other = g.person(), g.person()
    rows = (
        BenefitPeriod(who, SKILL_BENEFIT, date(2022, 1, 1)),
        Certificate(who, "BB1", g.body(), "焊工", "高级工", date(2022, 2, 1)),
    )
    return Plant(
        "benefit.beside",
        1,
        rows,
        (BenefitPeriod(other, SKILL_BENEFIT, date(2022, 1, 1)),),
        frozenset({who.id_number.tail}),
    )


def _account(g: Ground) -> Plant:
    """Two people, one account; the twin used his own account twice."""
    one, two, other = g.person(), g.person(), g.person()
    course, later = g.course(g.school(), date(2021, 4, 1)), g.course(g.school(), date(2022, 4, 1))
    rows = (_in(one, course, "990011112222"), _in(two, course, "990011112222"))
    twin = (_in(other, course, "990033334444"), _in(other, later, "990033334444"))
    return Plant("account.shared", 1, rows, twin, frozenset({one.id_number.tail, two.id_number.tail}))


def _certificate_shared(g: Ground) -> Plant:
    """One number, two people; the twin's certificate stands in the list twice."""
    one, two, other, body = g.person(), g.person(), g.person(), g.body()
    rows = [Certificate(who, "CS1", body, "焊工", "初级工", date(2021, 5, 6)) for who in (one, two)]
    twin = Certificate(other, "CS2", body, "焊工", "初级工", date(2021, 5, 6))
    return Plant(
        "certificate.shared", 1, tuple(rows), (twin, twin), frozenset({one.id_number.tail, two.id_number.tail})
    )


def _names(g: Ground) -> Plant:
    """One ID number, two names, in two classes at once: a mistyped number. The twin's name has a blank in it."""
    who, other = g.person("钱甲"), g.person("孙 乙")
    wrong, same = Person(who.id_number, "李丙"), Person(other.id_number, "孙乙")
    one, two = g.course(g.school(), date(2021, 6, 1)), g.course(g.school(), date(2021, 6, 1))
    later = g.course(g.school(), date(2022, 6, 1))
    rows = (_in(who, one), _in(wrong, two), *_taught(one, _MORNING), *_taught(two, _MORNING))
    return Plant("names.differ", 1, rows, (_in(other, one), _in(same, later)), frozenset({who.id_number.tail}))


def _overlap_hours(g: Ground) -> Plant:
    """Two schools, the same mornings. Twins: morning and afternoon; ten minutes by the clocks; a swapped room."""
    who, half_day, skew, swap = (g.person() for _ in range(4))
    day, school = date(2021, 9, 1), g.school()
    one, two, afternoon = (g.course(g.school(), day) for _ in range(3))
    morning, noon = g.course(g.school(), day, 1), g.course(g.school(), day, 1)
    first, second = g.course(school, day), g.course(school, day)
    rows = (_in(who, one), _in(who, two), *_taught(one, _MORNING), *_taught(two, _MORNING))
    twin = (
        *(_in(half_day, course) for course in (one, afternoon)),
        *(_in(skew, course) for course in (morning, noon)),
        *(_in(swap, course) for course in (first, second)),
        *_taught(afternoon, _AFTERNOON),
        *_taught(morning, _MORNING),
        *_taught(noon, _NOON),
        *_taught(first, _MORNING),
        *_taught(second, _MORNING),
    )
    return Plant("overlap.hours", 1, rows, twin, frozenset({who.id_number.tail}))


def _overlap_days(g: Ground) -> Plant:
    """Two schools over the same days, hours unknown; the twin's classes touch on one day."""
    who, other = g.person(), g.person()
    one, two = g.course(g.school(), date(2021, 10, 11)), g.course(g.school(), date(2021, 10, 13))
    early, late = g.course(g.school(), date(2021, 11, 1)), g.course(g.school(), date(2021, 11, 10))
    rows = (_in(who, one), _in(who, two))
    return Plant("overlap.days", 1, rows, (_in(other, early), _in(other, late)), frozenset({who.id_number.tail}))


def _pension(g: Ground) -> Plant:
    """A pension since last year. Twins: begun after the class, ended before it, begun in its very month."""
    who, after, ended, just = (g.person() for _ in range(4))
    course = g.course(g.school(), date(2022, 5, 10))
    rows = (BenefitPeriod(who, PENSION, date(2021, 5, 1)), _in(who, course))
    twin = (
        BenefitPeriod(after, PENSION, date(2022, 6, 1)),
        BenefitPeriod(ended, PENSION, date(2019, 1, 1), date(2021, 1, 1)),
        BenefitPeriod(just, PENSION, date(2022, 5, 1)),
        *(_in(each, course) for each in (after, ended, just)),
    )
    return Plant("pension.trainee", 1, rows, twin, frozenset({who.id_number.tail}))


def _staff(g: Ground) -> Plant:
    """The school's teacher as its trainee. Twins: left before; teaches elsewhere."""
    who, left, elsewhere, school = g.person(), g.person(), g.person(), g.school()
    course = g.course(school, date(2022, 5, 10))
    rows = (Post(who, school, "教师", date(2020, 1, 1)), _in(who, course))
    twin = (
        Post(left, school, "教师", date(2018, 1, 1), date(2021, 1, 1)),
        Post(elsewhere, g.school(), "教师", date(2020, 1, 1)),
        _in(left, course),
        _in(elsewhere, course),
    )
    return Plant("staff.trainee", 1, rows, twin, frozenset({who.id_number.tail}))


def _sanction(g: Ground) -> Plant:
    """A class within the rectification; the twins lie before it, and at another school."""
    school = g.school()
    inside, before = g.course(school, date(2022, 7, 10)), g.course(school, date(2022, 5, 10))
    other = g.course(g.school(), date(2022, 7, 10))
    rows = (Sanction(school, "整改", date(2022, 7, 1), date(2022, 9, 1)), _in(g.person(), inside))
    return Plant("sanction.class", 1, rows, (_in(g.person(), before), _in(g.person(), other)))


def _same_evaluator(g: Ground) -> Plant:
    """The school certifies its own trainee; the twin is certified by another body, and the school by right elsewhere."""
    school, who, other, stranger = g.school(), g.person(), g.person(), g.person()
    g.bodies.append(school)
    course = g.course(school, date(2022, 8, 1))
    issued = date(2022, 8, 20)
    rows = (_in(who, course), Certificate(who, "ES1", school, course.occupation, "初级工", issued))
    twin = (
        _in(other, course),
        Certificate(other, "ES2", g.body(), course.occupation, "初级工", issued),
        Certificate(stranger, "ES3", school, course.occupation, "初级工", issued),
    )
    return Plant("evaluator.same", 1, rows, twin)


def _unlisted_school(g: Ground) -> Plant:
    """A class before the school was listed; the twin began after."""
    school = g.school(listed=False)
    rows = (
        CatalogueEntry(school, Registry.INSTITUTIONS, date(2022, 1, 1)),
        _in(g.person(), g.course(school, date(2021, 3, 1))),
    )
    return Plant("catalogue.institution", 1, rows, (_in(g.person(), g.course(school, date(2022, 3, 1))),))


def _unlisted_body(g: Ground) -> Plant:
    """A certificate after the body's entry had run out; the twin before."""
    body = g.body(listed=False)
    rows = (
        CatalogueEntry(body, Registry.EVALUATORS, date(2020, 1, 1), date(2022, 1, 1)),
        Certificate(g.person(), "UB1", body, "焊工", "初级工", date(2022, 6, 1)),
    )
    return Plant(
        "catalogue.evaluator", 1, rows, (Certificate(g.person(), "UB2", body, "焊工", "初级工", date(2021, 6, 1)),)
    )


def _capped(g: Ground) -> Plant:
    """Every open class of the year at ten days; the twin has one of eight."""
    school, other = g.school(), g.school()
    days = [date(2021, month, 3) for month in (3, 5, 7, 9)]
    rows = [_in(g.person(), g.course(school, day, programme="普惠制培训")) for day in days]
    twin = [_in(g.person(), g.course(other, day, 8 if day.month == 9 else 10, programme="普惠制培训")) for day in days]  # noqa: PLR2004 - September
    return Plant("class.cap", 1, tuple(rows), tuple(twin))


def _edge(g: Ground) -> Plant:
    """Four classes at 16 of 20; the twin has one such class and three others."""
    school, other = g.school(), g.school()
    days = [date(2021, month, 3) for month in (3, 5, 7, 9)]
    rows = [_in(g.person(), g.course(school, day, passed=20, employed=16)) for day in days]
    counts = (16, 19, 12, 20)
    twin = [_in(g.person(), g.course(other, day, passed=20, employed=n)) for day, n in zip(days, counts, strict=True)]
    return Plant("rate.edge", 1, tuple(rows), tuple(twin))


def _crowd(g: Ground) -> Plant:
    """Thirty trainees at a firm of forty; the twin hires as many for a plant of nine hundred."""
    rows, twin = (_hired(g, g.firm(), staff, 12, 400) for staff in (40, 900))
    return Plant("employer.crowd", 1, tuple(rows), tuple(twin))


def _hired(g: Ground, firm: Party, staff: int, months: int, stays: int, people: int = 30) -> list[RegistryRow]:
    course = g.course(g.school(), date(2021, 3, 1))
    since = date(2021, 4, 1)
    everybody = [g.person() for _ in range(people)]
    jobs = [Employment(who, firm, since, since + timedelta(stays), months, staff) for who in everybody]
    return [*(_in(who, course) for who in everybody), *jobs]


def _short(g: Ground) -> Plant:
    """Six of a year's contracts end after fifty days. Twins: a season of three months; one who leaves among ten."""
    rows = _hired(g, g.firm(), 500, 12, 50, people=6)
    season = _hired(g, g.firm(), 500, 3, 85, people=6)
    steady = g.firm()
    some = [*_hired(g, steady, 500, 12, 360, people=9), *_hired(g, steady, 500, 12, 50, people=1)]
    return Plant("employer.short", 1, tuple(rows), (*season, *some))


def _many_employers(g: Ground) -> Plant:
    """Four firms within a year; the twin's four take four years."""
    who, other = g.person(), g.person()
    rows = [Employment(who, g.firm(), date(2021, 1 + 2 * i, 1)) for i in range(4)]
    twin = [Employment(other, g.firm(), date(2019 + i, 1, 1)) for i in range(4)]
    return Plant("person.employers", 1, tuple(rows), tuple(twin), frozenset({who.id_number.tail}))


def _burst_certificates(g: Ground) -> Plant:
    """One body issues 120 on a day that is quiet elsewhere; the twins are three busy on one campaign day."""
    bodies = [g.body() for _ in range(4)]
    rows = [*_issued(g, bodies[0], date(2021, 6, 1), 120), *_issued(g, bodies[1], date(2021, 6, 1), 5)]
    twin: list[RegistryRow] = []
    for body in bodies:
        for month in (2, 3, 4, 5):
            twin += _issued(g, body, date(2021, month, 1), 5)
    for body in bodies[1:]:
        twin += _issued(g, body, date(2021, 9, 1), 120)
    return Plant("burst.certificates", 1, tuple(rows), tuple(twin))


def _issued(g: Ground, body: Party, day: date, count: int) -> list[Certificate]:
    return [
        Certificate(who := g.person(), f"BC{who.id_number.digits[-8:]}{day:%m}", body, "焊工", "初级工", day)
        for _ in range(count)
    ]


def _burst_classes(g: Ground) -> Plant:
    """One school opens twelve classes in a week; the twins are three that the same approval set going."""
    schools = [g.school() for _ in range(4)]
    weekly = [(school, date(2020, 3, 2) + timedelta(7 * week)) for school in schools for week in range(4)]
    usual = [_in(g.person(), g.course(school, day)) for school, day in weekly]
    rows = [_in(g.person(), g.course(schools[0], date(2020, 6, 1))) for _ in range(12)]
    rows.append(_in(g.person(), g.course(schools[1], date(2020, 6, 1))))
    campaign = [_in(g.person(), g.course(school, date(2020, 9, 7))) for school in schools[1:] for _ in range(12)]
    return Plant("burst.classes", 1, tuple(rows), (*usual, *campaign))


_MAKERS = (
    _repeat,
    _certificate_repeat,
    _benefit,
    _account,
    _certificate_shared,
    _names,
    _overlap_hours,
    _overlap_days,
    _pension,
    _staff,
    _sanction,
    _same_evaluator,
    _unlisted_school,
    _unlisted_body,
    _capped,
    _edge,
    _crowd,
    _short,
    _many_employers,
    _burst_certificates,
    _burst_classes,
)
