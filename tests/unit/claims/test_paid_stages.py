"""Stages of a class paid one after another: tiers go on counting, a day is paid once, and silence leaves it open."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from claims.outcome import ClaimScreen
from facts.claim import Claim
from facts.claim_person import Days
from facts.history_answer import ClassRoll
from facts.money import Fen
from facts.verdict import Status
from tests.fixtures.claim_facts import (
    BEGINS,
    LX,
    YQ,
    TaughtClass,
    a_claim,
    a_report,
    clear_history,
    days_of,
    each,
    first,
    of_rule,
    screened,
)
from tests.fixtures.paid_claims import ORDER, STAGE, WHOLE, after, row, sums


def second(first_of: int, days: int, **change: object) -> Claim:
    """The claim for so many days from that day of the class on."""
    begins = BEGINS[YQ] + timedelta(days=first_of)
    return replace(STAGE, actual=Days(begins, begins + timedelta(days=days - 1)), **change)


FIRST_TEN = {"programme": "项目制培训", "last": days_of(YQ, 10)[-1], "days": 10, "amount": Fen.yuan(1500)}


@pytest.mark.parametrize("settlement", ["once", "staged", None])
def test_tiers_go_on_counting_from_the_earlier_stage_whatever_the_form_calls_it(settlement: str | None) -> None:
    # Days 11 to 15 at 100: 500 each; from the first tier again it would be 5 × 150 = 750.
    rows = (row("p00", **FIRST_TEN), row("p01", **FIRST_TEN))
    found = after(YQ, second(10, 5, settlement=settlement), *rows, held=WHOLE)
    assert sums(found) == [500, 500]
    (trace,) = found.people[0].traces
    assert (trace.subtotal, trace.deducted, trace.total) == (Fen.yuan(2000), Fen.yuan(1500), Fen.yuan(500))
    assert of_rule(found, "PAID")["STAGE_DEDUCTED"].finding.status is Status.PASS


def test_the_verdicts_of_earlier_days_keep_the_tier_where_no_register_speaks() -> None:
    found = after(YQ, second(10, 5), held=WHOLE)
    assert sums(found) == [500, 500]


def test_the_form_may_only_take_away() -> None:
    alone = TaughtClass(15, verdict=lambda hour: Status.PASS if hour[:10] >= "2025-03-13" else Status.FAIL)
    said = each(second(10, 5), earlier_days=10, earlier_paid=Fen.yuan(1500))
    denied = each(second(10, 5), earlier_days=0, earlier_paid=Fen(0))
    rows = (row("p00", **FIRST_TEN), row("p01", **FIRST_TEN))
    assert sums(after(YQ, said, held=alone)) == [500, 500]
    assert sums(after(YQ, denied, *rows, held=alone)) == [500, 500]


def test_a_stage_claimed_twice_and_the_whole_after_a_stage() -> None:
    once_more = after(YQ, second(0, 10), row("p00", **FIRST_TEN), held=WHOLE)
    assert sums(once_more) == [0, 1500]
    assert of_rule(once_more, "PAID")["STAGE_PAID"].trainees == ("p00",)
    assert of_rule(once_more, "PAID")["STAGE_PAID"].finding.status is Status.FAIL
    # 15 days are 10 × 150 + 5 × 100 = 2000, of which 1500 were paid.
    assert sums(after(YQ, STAGE, row("p00", **FIRST_TEN), held=WHOLE)) == [500, 2000]


def test_a_row_over_the_whole_class_that_does_not_say_which_days_leaves_the_stage_open() -> None:
    wide = {**FIRST_TEN, "last": days_of(YQ, 15)[-1]}
    found = after(YQ, second(10, 5), row("p00", **wide), held=WHOLE)
    assert sums(found) == [0, 500]
    # If the ten were others, five days at 100 are due: 2000 less 1500.
    assert found.people[0].unproven == Fen.yuan(500)
    assert "此前拨付的是哪些天" in found.people[0].traces[0].missing[0].zh
    undated = {**wide, "days": None}
    assert sums(after(YQ, second(10, 5), row("p00", **undated), held=WHOLE)) == [0, 500]


def unlooked(claim: Claim, held: TaughtClass | None = None, **registers: object) -> ClaimScreen:
    """The claim where everything but earlier payments was looked up."""
    reports = [a_report(claim, YQ, held or TaughtClass())]
    history = replace(clear_history(YQ, claim, reports), **{"payments": None, **registers})
    return screened(YQ, claim, reports=reports, history=history)


@pytest.mark.parametrize("settlement", ["once", "staged", None])
def test_a_claim_that_begins_after_the_planned_first_day_needs_to_know_of_earlier_days(settlement: str | None) -> None:
    # Ten planned days before it of which neither report nor register nor form says anything: 5 × 150 would pay the
    # lower tier again, 5 × 100 is due if the ten were taught.
    late = second(10, 5, settlement=settlement)
    report = a_report(late, YQ, WHOLE)
    last = tuple(hour for hour in report.hours if hour.id >= str(days_of(YQ, 11)[-1]))
    only = replace(report, hours=last)

    def due(claim: Claim, **registers: object) -> list[int]:
        history = replace(clear_history(YQ, claim, [only]), **{"payments": None, **registers})
        return sums(screened(YQ, claim, reports=[only], history=history))

    assert due(late) == [0, 0]
    old = ClassRoll(known=False, covers=False, seen=date(2024, 1, 1))
    assert due(late, payments=(), roll=old) == [0, 0]  # a registry that ends before the class says nothing
    assert due(each(late, earlier_days=10)) == [500, 500]
    assert due(each(late, earlier_days=0)) == [750, 750]
    assert due(late, payments=()) == [750, 750]


def test_nothing_to_look_payments_up_in_is_a_doubt_of_the_class() -> None:
    def doubts(found: ClaimScreen) -> list[str]:
        return [one.text.zh for one in found.doubts if one.kind == "PAYMENTS_NOT_LOOKED_UP"]

    assert doubts(after(YQ, ORDER)) == []
    (said,) = doubts(unlooked(ORDER))
    assert "没有载入实名制登记" in said
    assert doubts(screened(YQ, ORDER, history=None)) == [said]
    (old,) = doubts(unlooked(ORDER, payments=(), roll=ClassRoll(known=False, covers=False, seen=date(2024, 1, 1))))
    assert "2024-01-01" in old


def test_who_has_no_number_beside_a_registry_waits() -> None:
    claim = first(ORDER, id_number=None)
    found = after(YQ, claim)
    assert (sums(found), found.people[0].unproven) == ([0, 750], Fen.yuan(750))
    assert of_rule(found, "PAID")["NOT_LOOKED_UP"].trainees == ("p00",)
    assert sums(unlooked(claim)) == [750, 750]  # without a registry the class's doubt says it
    living = first(a_claim(LX, "订单式培训", "脱贫人口", count=1), id_number=None)
    assert [one.supported for one in after(LX, living).beside] == [Fen(0)]


def test_a_claim_that_calls_itself_a_stage_needs_to_know_of_the_others() -> None:
    claim = replace(STAGE, settlement="staged")
    assert unlooked(claim, WHOLE).supported == Fen(0)
    assert sums(after(YQ, claim, held=WHOLE)) == [2000, 2000]
    assert sums(after(YQ, each(claim, earlier_days=0), held=WHOLE)) == [2000, 2000]


def test_of_two_exports_about_the_same_days_the_dearest_counts_once() -> None:
    older, newer = ({**FIRST_TEN, "seen": date(2025, 9, day)} for day in (1, 2))
    dear = {**older, "amount": Fen.yuan(1700)}
    halves = [{**older, "amount": Fen.yuan(yuan), "days": 5} for yuan in (800, 900)]

    def due(*rows: dict[str, Any]) -> int:
        return sums(after(YQ, second(10, 5), *(row("p00", **change) for change in rows), held=WHOLE))[0]

    assert due(older, newer) == 500  # 2000 less 1500, not less 3000
    assert due(dear, newer) == due(newer, dear) == 300  # 2000 less 1700: no newer row raises a sum
    assert due(*halves, newer) == 300  # two rows of one export are two payments


def test_a_stage_of_which_nobody_says_that_it_was_paid_leaves_what_was_taken_off_open() -> None:
    found = after(YQ, STAGE, row("p00", **{**FIRST_TEN, "paid_year": None}), held=WHOLE)
    # 2000 for the 15 days, of which 1500 may have been paid.
    assert (sums(found), found.people[0].unproven) == ([500, 2000], Fen.yuan(1500))


def test_what_was_paid_for_the_training_takes_nothing_from_the_trainees_allowance() -> None:
    claim = a_claim(LX, "项目制培训", "脱贫人口", count=1, days=15)
    paid = row(book=LX, programme="项目制培训", last=days_of(LX, 10)[-1], days=10, amount=Fen.yuan(1500))
    for one, rows in ((claim, (paid,)), (each(claim, earlier_days=10, earlier_paid=Fen.yuan(1500)), ())):
        assert after(LX, one, *rows, held=WHOLE).beside[0].supported == Fen.yuan(15 * 15)


def test_linxian_settles_projects_in_stages_too() -> None:
    claim = a_claim(LX, "项目制培训", "脱贫人口", count=1, days=15)
    begins = BEGINS[LX]
    stage = replace(claim, actual=Days(begins + timedelta(days=10), begins + timedelta(days=14)))
    rows = [row(book=LX, **{**FIRST_TEN, "first": begins, "last": days_of(LX, 10)[-1]})]
    assert sums(after(LX, stage, *rows, held=WHOLE)) == [500]
