"""The authority's register of vouchers beside the claim's form: each contradiction is one doubt, and no sum changes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from claims.outcome import ClaimScreen
from facts.history_answer import RegisteredVoucher
from facts.step import Step
from facts.voucher import VoucherStep
from tests.fixtures.claim_facts import BEGINS, CLASS, YQ, a_claim, a_report, clear_history, screened

BEGAN = BEGINS[YQ]
CLAIM = replace(a_claim(YQ, "项目制培训", "脱贫人口", count=2), paid=False, payment_day=None)
ISSUED = (Step.ISSUE, BEGAN - timedelta(days=5))
GOOD = RegisteredVoucher("V00", "p00", True, VoucherStep.TRAIN.text, CLASS, BEGAN, (ISSUED,))
OTHER = replace(GOOD, number="V01", trainee="p01")


def beside(*vouchers: RegisteredVoucher | None) -> ClaimScreen:
    reports = [a_report(CLAIM, YQ)]
    known = None if None in vouchers else tuple(one for one in vouchers if one)
    return screened(YQ, CLAIM, reports=reports, history=replace(clear_history(YQ, CLAIM, reports), vouchers=known))


def kinds(found: ClaimScreen) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.kind, one.trainees) for one in found.doubts if one.kind.startswith("VOUCHER_")]


def test_a_register_that_agrees_or_that_nobody_keeps_raises_nothing() -> None:
    assert kinds(beside(GOOD, OTHER)) == []
    assert kinds(beside(None)) == []


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (None, "VOUCHER_NOT_IN_REGISTER"),
        (replace(GOOD, trainee="p01"), "VOUCHER_REGISTERED_OTHERWISE"),
        (replace(GOOD, trainee=""), "VOUCHER_REGISTERED_OTHERWISE"),
        (replace(GOOD, here=False), "VOUCHER_REGISTERED_OTHERWISE"),
        (replace(GOOD, class_code="K9"), "VOUCHER_REGISTERED_OTHERWISE"),
        (replace(GOOD, expires=BEGAN - timedelta(days=1)), "VOUCHER_ENDED"),
        (replace(GOOD, steps=(*GOOD.steps, (Step.WRITE_OFF, BEGAN + timedelta(days=65)))), "VOUCHER_ENDED"),
        (replace(GOOD, steps=((Step.ISSUE, BEGAN - timedelta(days=4)),)), "VOUCHER_DAYS_DIFFER"),
    ],
)
def test_each_contradiction_is_one_doubt_of_that_person_and_no_sum_changes(
    wrong: RegisteredVoucher | None, kind: str
) -> None:
    found = beside(OTHER) if wrong is None else beside(wrong, OTHER)
    ((raised, people),) = kinds(found)
    assert (raised, len(people)) == (kind, 1)
    assert all(one.rule == "YQ-R2" for one in found.doubts if one.kind == kind)
    assert found.supported == beside(GOOD, OTHER).supported
