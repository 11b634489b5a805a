"""A claim's supported sum grows by exactly the hours that two people settled, and falls by those that they failed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from claims.outcome import ClaimScreen
from facts.money import Fen
from facts.verdict import HourVerdict, Status
from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from tests.fixtures.claim_facts import YQ, a_claim, a_report, screened
from tests.fixtures.reviewed_hour import ReviewedHour, first, marked, second, told
from tests.fixtures.service import running, settings_at
from tests.fixtures.toy_class import PEOPLE, toy_class, worked_off

CLAIM = a_claim(YQ, "项目制培训", "脱贫人口", count=PEOPLE, days=5)
WHOLE = a_report(CLAIM, YQ)
LAST = WHOLE.hours[-1].id[:10]  # its hours are judged as the hour of the service is


@pytest.fixture
def hour(tmp_path: Path) -> Iterator[ReviewedHour]:
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path)) as found:
        for role in (Role.INSPECTOR, Role.REVIEWER):
            found.token(role)
        yield ReviewedHour(found, toy_class(found))


def claimed(verdict: HourVerdict) -> ClaimScreen:
    """The claim over five days of which the last was judged so."""
    verdicts = tuple(
        replace(verdict, hour_id=one.hour_id) if one.hour_id.startswith(LAST) else one for one in WHOLE.verdicts
    )
    return screened(YQ, CLAIM, reports=[replace(WHOLE, verdicts=verdicts)])


def supported(screen: ClaimScreen) -> Fen:
    return Fen(sum(part.supported.fen for part in screen.people))


def test_the_sum_grows_by_the_reviewed_hours_and_says_which(hour: ReviewedHour) -> None:
    full = supported(screened(YQ, CLAIM, reports=[WHOLE]))
    before = claimed(hour.report().verdicts[0])
    first(hour)
    second(hour)
    worked_off(hour.found)
    after = claimed(hour.report().verdicts[0])
    assert supported(before) < supported(after)
    assert supported(after) == full, "as if the machine had seen everybody"
    told_apart = Fen(sum(part.by_review.fen for part in after.people))
    assert told_apart == full - supported(before)
    assert {one[:10] for one in after.reviewed_hours} == {LAST}
    assert before.reviewed_hours == ()


def test_a_failure_by_review_takes_the_hour_away(hour: ReviewedHour) -> None:
    with hour.seat(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        told(client, hour.path, {"frames": marked(sheet, (1,)), "answer": "short", "words": "空着", "sign": True})
    second(hour, seats=(1,))
    worked_off(hour.found)
    verdict = hour.report().verdicts[0]
    assert verdict.status is Status.FAIL
    failed, full = claimed(verdict), screened(YQ, CLAIM, reports=[WHOLE])
    assert supported(failed) < supported(full)
    assert sum(part.by_review.fen for part in failed.people) == 0
    assert failed.reviewed_hours == ()
