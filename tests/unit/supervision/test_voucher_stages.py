"""A voucher's steps as a table: in the documents' order, written off once, not after its term."""

from datetime import date, timedelta

import pytest

from facts.refusals import RefusalsError
from facts.voucher import VoucherCase, VoucherEntry, VoucherStep
from pipeline.supervision.voucher_stages import next_steps, stepped_voucher, voucher_stage

S = VoucherStep
FIRST, TODAY = date(2025, 3, 1), date(2025, 12, 1)
WHOLE = (S.APPLY, S.ISSUE, S.TRAIN, S.EVALUATE, S.PAY, S.WRITE_OFF)


def entry(step: VoucherStep, day: date) -> VoucherEntry:
    return VoucherEntry(step, day, 1 if step is S.TRAIN else None, 2 if step is S.MOVE else None)


def lived(*steps: VoucherStep, expires: date | None = None, apart: int = 10) -> VoucherCase:
    case = VoucherCase("Q1", expires)
    for place, step in enumerate(steps):
        case = stepped_voucher(case, entry(step, FIRST + timedelta(days=apart * place)), TODAY)
    return case


@pytest.mark.parametrize(
    "steps",
    [
        WHOLE,
        tuple(one for one in WHOLE if one is not S.EVALUATE),
        (S.APPLY, S.ISSUE, S.MOVE, S.MOVE, S.TRAIN, S.PAY, S.WRITE_OFF),
    ],
)
def test_the_documents_order_is_taken(steps: tuple[VoucherStep, ...]) -> None:
    case = lived(*steps)
    assert (voucher_stage(case), next_steps(case)) == (S.WRITE_OFF, ())


@pytest.mark.parametrize(
    "steps",
    [
        (S.ISSUE,),
        (S.APPLY, S.TRAIN),
        (S.APPLY, S.ISSUE, S.PAY),
        (*WHOLE, S.WRITE_OFF),
        (*WHOLE, S.PAY),
        (S.APPLY, S.ISSUE, S.TRAIN, S.MOVE),
        (S.APPLY, S.ISSUE, S.TRAIN, S.WRITE_OFF),
    ],
)
def test_any_other_order_is_refused(steps: tuple[VoucherStep, ...]) -> None:
    with pytest.raises(RefusalsError):
        lived(*steps)


def test_after_its_term_no_training_begins_and_before_it_nothing_expires() -> None:
    with pytest.raises(RefusalsError):
        lived(S.APPLY, S.ISSUE, S.TRAIN, expires=FIRST + timedelta(days=19))
    assert voucher_stage(lived(S.APPLY, S.ISSUE, S.TRAIN, expires=FIRST + timedelta(days=20))) is S.TRAIN
    with pytest.raises(RefusalsError):
        lived(S.APPLY, S.ISSUE, S.EXPIRE, expires=FIRST + timedelta(days=20))
    with pytest.raises(RefusalsError):
        lived(S.APPLY, S.ISSUE, S.EXPIRE)
    assert next_steps(lived(S.APPLY, S.ISSUE, S.EXPIRE, expires=FIRST + timedelta(days=19))) == ()


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), TODAY + timedelta(days=1)])
def test_days_do_not_run_backwards_nor_ahead(day: date) -> None:
    with pytest.raises(RefusalsError):
        stepped_voucher(lived(S.APPLY), entry(S.ISSUE, day), TODAY)


@pytest.mark.parametrize(
    "wrong", [VoucherEntry(S.ISSUE, TODAY, class_id=1), VoucherEntry(S.ISSUE, TODAY, institution_id=1)]
)
def test_only_training_has_a_class_and_only_a_move_an_institution(wrong: VoucherEntry) -> None:
    with pytest.raises(RefusalsError):
        stepped_voucher(lived(S.APPLY), wrong, TODAY)
    with pytest.raises(RefusalsError):
        stepped_voucher(lived(S.APPLY, S.ISSUE), VoucherEntry(S.TRAIN, TODAY), TODAY)
