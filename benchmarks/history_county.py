"""A county's history that never was: seeded, skewed as real ones are, with planted doubts whose truth is known.

Nobody in it exists: every ID number passes GB 11643's check and begins with 99, a region that no county has.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from facts.history import HistoryClaim
from facts.id_number import IdNumber, check_digit
from facts.money import Fen
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

_FIRST_DAY, _YEARS = date(2019, 1, 7), 6
_PEOPLE_PER_ENROLMENT = 0.55
_PROGRAMMES = ("订单式培训", "项目制培训", "普惠制培训", "企业职工培训")
_LEVELS = ("初级工", "中级工", "高级工", "专项")
_OCCUPATIONS = tuple(f"{name}{kind}" for name in "电焊钳车铣家养保育烹" for kind in ("工", "师", "员", "操作"))
_GROUPS = ("农村转移就业劳动者", "城镇登记失业人员", "脱贫人口", "企业职工")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平"
_MORNING, _AFTERNOON = (8 * 60 + 30, 11 * 60 + 30), (14 * 60, 17 * 60)


@dataclass(slots=True)
class Truth:
    """What was planted: for each detector, how many doubts it has to find."""

    counts: dict[str, int] = field(default_factory=dict)


class County:
    """One seeded history; the rows of each registry can be drawn again and again, always the same."""

    def __init__(self, enrolments: int, classes: int, seed: int = 1) -> None:
        self.enrolments, self.classes, self.seed = enrolments, classes, seed
        self.truth = Truth()
        self.institutions = max(classes // 180, 6)
        self.employers = max(enrolments // 250, 20)

    @cached_property
    def people(self) -> list[Person]:
        """Everybody who ever enrolled."""
        rng = np.random.default_rng([self.seed, 1])
        count = max(int(self.enrolments * _PEOPLE_PER_ENROLMENT), 50)
        born = rng.integers(0, 14_000, count)
        names = rng.integers(0, 20, (count, 3))
        return [
            invented(i, date(1964, 1, 1) + timedelta(int(born[i])), _name(*map(int, names[i]))) for i in range(count)
        ]

    @cached_property
    def courses(self) -> list[Course]:
        """Every class; a few institutions hold many, and spring and autumn are busy."""
        rng = np.random.default_rng([self.seed, 2])
        owner = self.owners(rng)
        day = self.days(rng)
        pick = rng.integers(0, 1_000_000, (self.classes, 4))
        return [
            self._course(i, int(owner[i]), int(day[i]), [int(each) for each in pick[i]]) for i in range(self.classes)
        ]

    def owners(self, rng: np.random.Generator) -> "np.ndarray":
        """Whose each class is, by a law of few large and many small."""
        weights = 1 / np.arange(1, self.institutions + 1) ** 0.7
        return rng.choice(self.institutions, self.classes, p=weights / weights.sum())

    def days(self, rng: np.random.Generator) -> "np.ndarray":
        """When each class begins."""
        months = np.array([2, 3, 9, 10, 8, 6, 4, 6, 10, 9, 7, 3], float)
        weight = np.repeat(months, 30)
        inside = rng.choice(len(weight), self.classes, p=weight / weight.sum())
        return rng.integers(0, _YEARS, self.classes) * 365 + inside

    def _course(self, i: int, owner: int, day: int, pick: list[int]) -> Course:
        first = _FIRST_DAY + timedelta(day)
        days = 6 + pick[0] % 9
        passed = 12 + pick[1] % 20
        return Course(
            CourseOf(institution(owner), f"{first.year}-{i:05d}"),
            _PROGRAMMES[pick[2] % 4],
            _OCCUPATIONS[pick[3] % len(_OCCUPATIONS)],
            _LEVELS[pick[1] % 7 % 4],
            "示范县",
            first,
            first + timedelta(days - 1),
            days,
            passed,
            passed - pick[0] % 5 - (passed + 4) // 8,
        )

    def rows(self) -> Iterator[RegistryRow]:
        """The whole history, registry by registry."""
        for make in (
            self.listed,
            self.enrolled,
            self.sessions,
            self.certified,
            self.employed,
            self.standing,
            self.posts,
            self.sanctions,
        ):
            yield from make()

    def enrolled(self) -> Iterator[Enrolment]:
        """Who was in which class; few people come back often."""
        rng = np.random.default_rng([self.seed, 3])
        people, courses = self.people, self.courses
        per_class = self.enrolments / self.classes
        done = 0
        for i, course in enumerate(courses):
            until = round((i + 1) * per_class)
            draws = (rng.random(until - done) ** 1.3 * len(people)).astype(int)
            for who in dict.fromkeys(draws.tolist()):
                yield enrolment(people[who], course, f"9900{who:012d}")
            done = until

    def sessions(self) -> Iterator[Session]:
        """Mornings or afternoons of every class day."""
        for i, course in enumerate(self.courses):
            for day in range((course.last_day - course.first_day).days + 1):
                start, end = _MORNING if i % 2 else _AFTERNOON
                yield Session(course.of, course.first_day + timedelta(day), start, end)

    def certified(self) -> Iterator[Certificate]:
        """Three in four trainees pass, by one of thirty evaluators."""
        rng = np.random.default_rng([self.seed, 5])
        for number, one in enumerate(self.enrolled()):
            if rng.random() < 0.75:  # noqa: PLR2004 - the share that passes
                course = one.course
                day = course.last_day + timedelta(7 + int(course.of.number[-2:]) % 20)
                who = evaluator(int(course.of.number[-3:]) % 30)
                yield Certificate(one.person, f"S{number:014d}", who, course.occupation, course.level, day)

    def employed(self) -> Iterator[Employment]:
        """One in four trainees finds work, mostly for as long as stated."""
        rng = np.random.default_rng([self.seed, 6])
        for one in self.enrolled():
            if rng.random() < 0.25:  # noqa: PLR2004 - the share that is employed
                since = one.course.last_day + timedelta(int(rng.integers(1, 120)))
                months = int(rng.integers(3, 25))
                stays = months * 30 if rng.random() < 0.9 else 40  # noqa: PLR2004 - a few leave early
                who = int(rng.random() ** 2 * self.employers)
                until = since + timedelta(stays)
                yield Employment(one.person, employer(who), since, until, months, 400 + 20 * (who % 40))

    def standing(self) -> Iterator[BenefitPeriod]:
        """The pension list: people who are far too old to be trainees, and many more of them than trainees."""
        for i in range(self.enrolments // 10):
            born = date(1950, 1, 1) + timedelta(i % 4000)
            yield BenefitPeriod(
                invented(5_000_000 + i, born, "老李"), PENSION, born.replace(year=born.year + 60, day=1)
            )

    def posts(self) -> Iterator[Post]:
        """Twelve of each institution's staff."""
        for i in range(self.institutions * 12):
            person = invented(7_000_000 + i, date(1980, 1, 1) + timedelta(i % 4000), "教师")
            yield Post(person, institution(i // 12), "教师", _FIRST_DAY)

    def sanctions(self) -> Iterator[Sanction]:
        """Rectifications before any class began."""
        for i in range(0, self.institutions, 5):
            yield Sanction(institution(i), "整改", _FIRST_DAY - timedelta(90), _FIRST_DAY - timedelta(30))

    def listed(self) -> Iterator[CatalogueEntry]:
        """Everybody stands in the catalogues."""
        for i in range(self.institutions):
            yield CatalogueEntry(institution(i), Registry.INSTITUTIONS, _FIRST_DAY - timedelta(400))
        for i in range(30):
            yield CatalogueEntry(evaluator(i), Registry.EVALUATORS, _FIRST_DAY - timedelta(400))

    def claim(self, number: int, people: int = 40) -> HistoryClaim:
        """A new class of people most of whom the history knows."""
        rng = np.random.default_rng([self.seed, 9, number])
        first = _FIRST_DAY + timedelta(_YEARS * 365 + number)
        of = CourseOf(institution(number % self.institutions), f"claim-{number}")
        course = Course(
            of, _PROGRAMMES[number % 4], _OCCUPATIONS[number % 40], "初级工", "示范县", first, first + timedelta(9), 10
        )
        chosen = rng.choice(len(self.people), people, replace=False)
        enrolled = tuple(enrolment(self.people[int(who)], course, f"9900{int(who):012d}") for who in chosen)
        sessions = tuple(Session(of, first + timedelta(day), *_MORNING) for day in range(10))
        return HistoryClaim(course, enrolled, sessions)


def enrolment(person: Person, course: Course, account: str) -> Enrolment:
    """One line of the real-name registry."""
    group = "企业职工" if course.programme == "企业职工培训" else _GROUPS[int(person.id_number.digits[-4:-1]) % 3]
    return Enrolment(
        person, course, group, course.days, Fen.yuan(150 * (course.days or 0)), course.first_day.year, account
    )


def invented(number: int, born: date, name: str) -> Person:
    """Somebody who cannot exist; up to ten million numbers are as many people."""
    first = f"99{number % 10_000:04d}{born:%Y%m%d}{number // 10_000 % 1000:03d}"
    return Person(IdNumber(first + check_digit(first)), name)


def institution(number: int) -> Party:
    """A made-up training institution."""
    return Party(f"52990000MJ{number:08d}", f"示范培训学校{number}")


def evaluator(number: int) -> Party:
    """A made-up evaluator."""
    return Party(f"52990000PJ{number:08d}", f"示范评价机构{number}")


def employer(number: int) -> Party:
    """A made-up employer."""
    return Party(f"91990000QY{number:08d}", f"示范企业{number}")


def _name(surname: int, first: int, second: int) -> str:
    return _SURNAMES[surname] + _GIVEN[first] + _GIVEN[second]
