"""The sample class's claim: what was planted is found, and what is honest is left alone."""

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from claims.outcome import ClaimScreen
from claims.screening import screen
from demo.claim import PLANTED, ClaimStory, honest, invented_code, write_claim
from demo.identity import identities
from facts.course import ClassHour, TrainingClass
from facts.money import Fen
from facts.report import ClassReport
from facts.span import Span
from facts.uscc import is_uscc
from facts.verdict import Attendance, HourVerdict, Presence, Status
from policy.shelf import packaged
from tests.fixtures.claim_files import read

BOOK = packaged().book("yangquan-2024")
PEOPLE = identities(24, 1)


def held() -> ClassReport:
    """One day of two hours, both passed, everybody there."""
    hours = tuple(
        ClassHour(f"h{at}", Span(datetime(2025, 4, 7, at, 0, tzinfo=UTC), datetime(2025, 4, 7, at, 45, tzinfo=UTC)))
        for at in (1, 2)
    )
    trainees = tuple(one.trainee() for one in PEOPLE)
    there = tuple(Attendance(one.key, hour.id, Presence.PRESENT) for one in trainees for hour in hours)
    verdicts = tuple(HourVerdict(hour.id, Status.PASS, ()) for hour in hours)
    course = TrainingClass("demo-2025-jz-01", locality="山西省阳泉市", policy=BOOK.id)
    made = datetime(2025, 4, 8, tzinfo=UTC)
    return ClassReport("xueshi", made, course, BOOK.reference(date(2025, 4, 8)), hours=hours, verdicts=verdicts,
                       trainees=trainees, attendance=there)  # fmt: skip


def screened(path: Path, story: ClaimStory) -> ClaimScreen:
    write_claim(path, PEOPLE, story)
    return screen(BOOK, read(path).claim, [held()], as_of=date(2025, 5, 20))


def test_the_five_planted_doubts_and_the_overclaim_are_found(tmp_path: Path) -> None:
    found = screened(tmp_path / "c.xlsx", ClaimStory())
    kinds = {doubt.kind for doubt in found.doubts}
    assert set(PLANTED) <= kinds
    assert "OVERCLAIMED" in kinds
    assert found.claimed == Fen.yuan(24 * 300 + 300)
    # Everybody was there for one day of 150 yuan; the pension of a listed group is a doubt and bars nobody (第三条).
    assert found.supported == Fen.yuan(24 * 150)


def test_an_honest_claim_raises_none_of_them_and_is_supported_whole(tmp_path: Path) -> None:
    found = screened(tmp_path / "c.xlsx", honest(ClaimStory()))
    assert not {doubt.kind for doubt in found.doubts} & {*PLANTED, "OVERCLAIMED", "CLAIMED_TIME_ABOVE_VERDICTS"}
    assert found.supported == found.claimed == Fen.yuan(24 * 150)
    assert {person.time.hours for person in found.people if person.time} == {Fraction(2)}


@pytest.mark.parametrize("number", [1, 2, 9999])
def test_invented_credit_codes_pass_the_check_and_belong_to_no_county(number: int) -> None:
    assert is_uscc(invented_code(number))
    assert invented_code(number)[2:4] == "99"
