"""The kinds that counties need beyond the five documents: turnout, part of a sum, sign-ins per half day, inspections."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from attendance.demands import Demands, SignInDemand
from attendance.hour import judge_hour
from attendance.presence import attendances
from attendance.roster import join, turnouts
from claims.case import Case
from claims.facts_of_claim import ClassClaim, PersonCertificate, PersonClaim
from claims.money import trace
from claims.total import class_total
from facts.check_in import CheckIn
from facts.course import ClassHour, Trainee
from facts.money import Fen
from facts.report import Clause
from facts.span import SHANGHAI, Span
from facts.verdict import Presence, Status
from policy.kinds import MoneyShare, PresenceShare, ProcessInspection
from tests.fixtures.hour_facts import facts, footage
from tests.fixtures.rulebooks import sixth_county

BOOK = sixth_county()
CLAIM = ClassClaim("CY-1", "牧区培训", "牧区重点人员", date(2026, 3, 2), date(2026, 3, 6))


def paid(*people: PersonClaim) -> list[Fen | None]:
    found = class_total(BOOK, CLAIM, people)
    return [one.total for one in found.traces if one.rule == "CY-M1"]


def person(key: str, certificates: tuple[PersonCertificate, ...] | None, days: int = 5) -> PersonClaim:
    return PersonClaim(key, "转产牧民", days, qualified=True, employed=True, certificates=certificates)


@pytest.mark.parametrize(
    ("sentence", "certificates", "days", "yuan"),
    [
        ("with a certificate all of it", (PersonCertificate("初级工"),), 5, 600),
        ("without one 70 %", (), 5, 420),
        ("the cap is shared too: 70 % of 2400", (), 25, 1680),
        ("one day more than the cap pays no more", (), 26, 1680),
        ("a certificate of no known kind leaves it open", (PersonCertificate(""),), 5, None),
        ("unknown leaves it open", None, 5, None),
    ],
)
def test_a_share_without_certificate(
    sentence: str, certificates: tuple[PersonCertificate, ...] | None, days: int, yuan: int | None
) -> None:
    [total] = paid(person("甲", certificates, days))
    assert total == (None if yuan is None else Fen.yuan(yuan)), sentence


def test_the_share_says_which_part_without_a_sum_of_its_own() -> None:
    found = trace(Case.of(BOOK, CLAIM, [person("甲", ())]), BOOK.rule("CY-M2"), person("甲", ()))
    assert (found.status, found.total) == (Status.PASS, None)
    assert "70%" in found.notes[0].zh


def test_the_share_is_told_in_the_sum_with_its_clause() -> None:
    [found] = [one for one in class_total(BOOK, CLAIM, [person("甲", ())]).traces if one.rule == "CY-M1"]
    assert any("CY-M2" in note.zh and "按标准的70%拨付" in note.zh for note in found.notes)


def at(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{day:02d} {clock}").replace(tzinfo=SHANGHAI)


MORNING = [ClassHour("a", Span.of(at(2, "08:30"), 2700)), ClassHour("b", Span.of(at(2, "09:25"), 2700))]
AFTERNOON = [ClassHour("c", Span.of(at(2, "14:30"), 2700))]
TWICE = SignInDemand(Clause("CY-V3", "学员每半天打卡不少于两次"), 2, timedelta(minutes=30))


@pytest.mark.parametrize(
    ("sentence", "clocks", "presence"),
    [
        ("twice in the half day", ("08:25", "10:05"), Presence.PRESENT),
        ("once is open, not absent", ("08:25",), Presence.UNPROVEN),
        ("two taps a minute apart are one", ("08:25", "08:26"), Presence.UNPROVEN),
        ("29 minutes apart are one", ("08:25", "08:54"), Presence.UNPROVEN),
        ("30 minutes apart are two", ("08:25", "08:55"), Presence.PRESENT),
        ("the afternoon's does not count for the morning", ("08:25", "14:25"), Presence.UNPROVEN),
    ],
)
def test_two_sign_ins_in_a_half_day(sentence: str, clocks: tuple[str, ...], presence: Presence) -> None:
    trainees = (Trainee("t1", "甲某"), Trainee("t2", "乙某"))
    other = [CheckIn(at(2, clock), "乙某") for clock in ("08:20", "10:00")]
    joined = join(trainees, [*(CheckIn(at(2, clock), "甲某") for clock in clocks), *other])
    turnout = turnouts([*MORNING, *AFTERNOON], trainees, joined)["a"]
    verdict = judge_hour(replace(facts(footage(), 2), turnout=turnout), Demands(sign_in=TWICE))
    found = attendances(trainees, turnout, verdict, None, TWICE)
    assert [one.presence for one in found] == [presence, Presence.PRESENT], sentence
    assert verdict.status is Status.PASS  # one who signed in too seldom opens nobody else's class hour


def test_where_nobody_signed_in_often_enough_the_class_hour_is_open() -> None:
    trainees = (Trainee("t1", "甲某"),)
    turnout = turnouts(MORNING, trainees, join(trainees, [CheckIn(at(2, "08:25"), "甲某")]))["a"]
    verdict = judge_hour(replace(facts(footage(), 1), turnout=turnout), Demands(sign_in=TWICE))
    [finding] = verdict.findings
    assert (verdict.status, finding.reason) == (Status.UNPROVEN, "CHECKED_IN_TOO_SELDOM")


def test_the_formulas_state_the_documents_own_numbers() -> None:
    said = {rule.id: rule.params.formula().zh for rule in BOOK.rules}
    assert "80%" in said["CY-V4"]
    assert "70%" in said["CY-M2"]
    assert "每半天不少于 2 次，相隔 30 分钟以上" in said["CY-V3"]
    assert "至少 1 天" in said["CY-P1"]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (PresenceShare(Fraction(0)), "at_least"),
        (MoneyShare((), Fraction(1, 2)), "of"),
        (MoneyShare(("X-M1",), Fraction(3, 2)), "without"),
        (ProcessInspection(0, "记录", ("检查",)), "at_least"),
        (ProcessInspection(1, "记录", ()), "forms"),
    ],
)
def test_parameters_that_say_nothing_are_faults(params: object, words: str) -> None:
    assert words in [fault.where for fault in params.complaints()]
