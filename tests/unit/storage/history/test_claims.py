"""One claim asked of the history: as if it were part of it, and without a trace afterwards."""

from datetime import date

import pytest
from sqlalchemy import Engine

from benchmarks.history_plants import Ground
from facts.history import Answers, HistoryClaim, Limits
from facts.registry import Course, Enrolment, Person, Post, RegistryRow, Sanction, Session
from policy.shelf import packaged
from runtime.claims.history import limits_of
from storage.database.connection import writing
from storage.history.keys import HistoryKeys
from storage.history.ledger import counts
from storage.history.loader import load
from storage.history.questions import for_claim, screening

NO_LIMITS = Limits()
KEYS = HistoryKeys(b"k" * 32)
GROUND = Ground()
WHO, OTHER = GROUND.person(), GROUND.person()
OWN = {"programme": "项目制培训", "occupation": "焊工", "level": "初级工"}
PAST = GROUND.course(GROUND.school(), date(2024, 3, 4), **OWN)
CLAIMED = GROUND.course(GROUND.school(), date(2024, 9, 2), **OWN)


def write(engine: Engine, *rows: RegistryRow) -> None:
    with writing(engine, "test") as connection:
        load(connection, rows, KEYS, date(2026, 1, 1))


def enrolled(person: Person, course: Course, account: str = "") -> Enrolment:
    return Enrolment(person, course, "城镇登记失业人员", 10, account=account)


def ask(engine: Engine, claim: HistoryClaim, limits: Limits = NO_LIMITS) -> Answers:
    with screening(engine, "test") as connection:
        return for_claim(connection, KEYS, claim, limits)


def found(answers: Answers) -> list[str]:
    return [doubt.about.id for doubt in answers.doubts]


@pytest.mark.parametrize(
    ("rulebook", "count", "doubted"),
    [
        ("yangquan-2024", [], False),  # YQ-D1 speaks of employees only
        ("linxian-2023", [1], True),  # LX-D1: one project or order subsidy a year
        ("wuyi-2020", [1, 1], True),  # WY-D1: three a year are allowed, but never the same occupation and level twice
    ],
)
def test_contradictory_rulebooks_answer_differently_to_one_history(
    database: Engine, rulebook: str, count: list[int], *, doubted: bool
) -> None:
    write(database, enrolled(WHO, PAST))
    claim = HistoryClaim(CLAIMED, (enrolled(WHO, CLAIMED), enrolled(OTHER, CLAIMED)))
    answers = ask(database, claim, limits_of(packaged().book(rulebook)))
    assert [each.count for each in answers.repeats] == count
    assert all(each.person == WHO.id_number.digits for each in answers.repeats)
    assert ("repeat" in found(answers)) is doubted


def test_the_claim_leaves_no_trace(database: Engine) -> None:
    write(database, enrolled(WHO, PAST))
    with screening(database, "test") as connection:
        before = counts(connection)
        for_claim(connection, KEYS, HistoryClaim(CLAIMED, (enrolled(OTHER, CLAIMED),)), Limits())
    with screening(database, "test") as connection:
        assert counts(connection) == before


def test_a_claim_that_is_history_already_does_not_repeat_itself(database: Engine) -> None:
    write(database, enrolled(WHO, CLAIMED))
    claim = HistoryClaim(CLAIMED, (enrolled(WHO, CLAIMED),))
    answers = ask(database, claim, limits_of(packaged().book("wuyi-2020")))
    assert answers == Answers()


def test_the_claims_hours_accounts_staff_and_sanctions_are_compared(database: Engine) -> None:
    course = GROUND.course(GROUND.school(), CLAIMED.first_day, **OWN)
    write(
        database,
        enrolled(WHO, course),
        Session(course.of, course.first_day, 510, 690),
        enrolled(GROUND.person(), PAST, "990011112222"),
        Post(OTHER, CLAIMED.of.institution, "教师", date(2020, 1, 1)),
        Sanction(CLAIMED.of.institution, "整改", date(2024, 8, 1), date(2024, 10, 1)),
    )
    claim = HistoryClaim(
        CLAIMED,
        (enrolled(WHO, CLAIMED, "990011112222"), enrolled(OTHER, CLAIMED)),
        (Session(CLAIMED.of, CLAIMED.first_day, 600, 720),),
    )
    answers = ask(database, claim)
    assert found(answers) == ["account.shared", "overlap.hours", "sanction.class", "staff.trainee"]
    (overlap,) = (each for each in answers.doubts if each.about.id == "overlap.hours")
    assert overlap.numbers == {"minutes": 90}
    assert WHO.id_number.digits not in str(answers.doubts)


def test_what_does_not_concern_the_claim_is_left_to_the_whole_history(database: Engine) -> None:
    later = GROUND.course(GROUND.school(), date(2024, 5, 6), **OWN)
    write(database, enrolled(WHO, PAST), enrolled(WHO, later))
    other = GROUND.course(
        GROUND.school(), date(2025, 9, 2), programme="项目制培训", occupation="家政服务员", level="初级工"
    )
    answers = ask(database, HistoryClaim(other, (enrolled(WHO, other),)), limits_of(packaged().book("wuyi-2020")))
    assert found(answers) == []


def test_a_claim_without_people_asks_nothing(database: Engine) -> None:
    assert ask(database, HistoryClaim(CLAIMED, ())) == Answers()
