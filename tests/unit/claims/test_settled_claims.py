"""What reviewers of this service approved counts as paid before: for the same class and purpose nothing is due twice."""

from dataclasses import replace
from datetime import date

import pytest

from claims.outcome import ClaimScreen
from facts.history_answer import HistoryAnswer, PastPayment
from facts.money import Fen
from facts.verdict import Status
from tests.fixtures.claim_facts import BEGINS, YQ, a_claim, a_report, clear_history, days_of, screened

STAGED, ONCE = (YQ, "项目制培训", "脱贫人口"), (YQ, "企业职工培训", "企业职工")


def settled(kind: tuple[str, str, str], year: int | None, *, same: bool | None = True) -> ClaimScreen:
    claim = a_claim(*kind, count=2, days=5)
    reports = [a_report(claim, YQ)]
    row = PastPayment(
        claim.people[0].key,
        "某校 K1",
        same,
        kind[1],
        BEGINS[YQ],
        days_of(YQ, 5)[-1],
        5,
        Fen.yuan(100_000),
        year,
        here=True,
    )
    history = replace(clear_history(YQ, claim, reports), settled=(row,))
    return screened(YQ, claim, reports=reports, history=history)


@pytest.mark.parametrize("kind", [STAGED, ONCE])
def test_who_was_paid_in_an_approved_claim_is_not_paid_again(kind: tuple[str, str, str]) -> None:
    before = screened(YQ, a_claim(*kind, count=2, days=5))
    assert all(one.supported > Fen(0) for one in before.people)
    found = settled(kind, 2025)
    assert [one.supported > Fen(0) for one in found.people] == [False, True]
    reasons = {one.finding.reason: one.finding for one in found.findings if one.finding.rule == "PAID"}
    (finding,) = (one for one in reasons.values() if one.status is Status.FAIL)
    assert "本系统已核准的申领" in finding.text.zh
    assert "实名制登记" not in finding.text.zh


@pytest.mark.parametrize("kind", [STAGED, ONCE])
def test_what_is_approved_and_not_paid_yet_waits(kind: tuple[str, str, str]) -> None:
    found = settled(kind, None)
    assert [one.supported > Fen(0) for one in found.people] == [False, True]


def test_an_approved_claim_of_another_class_takes_nothing() -> None:
    found, before = settled(ONCE, 2025, same=False), screened(YQ, a_claim(*ONCE, count=2, days=5))
    assert found.supported == before.supported


def test_own_claims_never_stand_for_a_registry_that_nobody_took_in() -> None:
    """That somebody was paid here says nothing about who was paid elsewhere."""
    claim = a_claim(*ONCE, count=2, days=5)
    row = PastPayment("p00", "某校 K1", True, ONCE[1], date(2025, 3, 3), date(2025, 3, 7), here=True, paid_year=2025)
    with_rows = screened(YQ, claim, history=HistoryAnswer(settled=(row,)))
    without = screened(YQ, claim, history=None)
    assert with_rows.supported <= without.supported
    assert [one.kind for one in with_rows.doubts if one.kind == "PAYMENTS_NOT_LOOKED_UP"]
