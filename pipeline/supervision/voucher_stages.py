"""In which order a voucher's steps may follow (申请—发券—培训—评价—兑现—核销), and what ends it."""

from dataclasses import replace
from datetime import date

from facts.refusals import Refusal, refuse, stands
from facts.text import Text
from facts.voucher import VoucherCase, VoucherEntry, VoucherStep

_S = VoucherStep
# 「培训（评价）」: not every class ends with an evaluation, so that step may be left out.
_NEXT = {
    None: frozenset({_S.APPLY}),
    _S.APPLY: frozenset({_S.ISSUE}),
    _S.ISSUE: frozenset({_S.TRAIN, _S.MOVE, _S.EXPIRE}),
    _S.MOVE: frozenset({_S.TRAIN, _S.MOVE, _S.EXPIRE}),
    _S.TRAIN: frozenset({_S.EVALUATE, _S.PAY}),
    _S.EVALUATE: frozenset({_S.PAY}),
    _S.PAY: frozenset({_S.WRITE_OFF}),
    _S.WRITE_OFF: frozenset(),
    _S.EXPIRE: frozenset(),
}


def voucher_stage(case: VoucherCase) -> VoucherStep | None:
    """The last thing that happened to it."""
    return case.entries[-1].step if case.entries else None


def next_steps(case: VoucherCase) -> tuple[VoucherStep, ...]:
    """What may happen next."""
    return tuple(step for step in VoucherStep if step in _NEXT[voucher_stage(case)])


def stepped_voucher(case: VoucherCase, entry: VoucherEntry, today: date) -> VoucherCase:
    """The voucher after one more step, or every reason why that may not be."""
    refuse([*_order_refusals(case, entry), *_day_refusals(case, entry, today), *_matter_refusals(entry)])
    return replace(case, entries=(*case.entries, entry))


def _order_refusals(case: VoucherCase, entry: VoucherEntry) -> list[Refusal]:
    if entry.step in _NEXT[voucher_stage(case)]:
        return []
    at, wanted = voucher_stage(case), next_steps(case)
    zh, en = (at.text.zh, at.text.en) if at else ("未申请", "not applied for")
    text = Text(
        f"券 {case.number} 现为“{zh}”，不能登记“{entry.step.text.zh}”",
        f"voucher {case.number} is {en}: {entry.step.text.en} cannot follow",
    )
    return [stands("step", text, entry.step.value, ", ".join(wanted) or "nothing: it has ended")]


def _day_refusals(case: VoucherCase, entry: VoucherEntry, today: date) -> list[Refusal]:
    found, before = [], case.entries[-1].day if case.entries else None
    if entry.day > today or (before is not None and entry.day < before):
        text = Text(f"日期应在 {before or '…'} 至今天之间", f"a day from {before or '…'} to today")
        found.append(Refusal("day", text, str(entry.day), f"{before or 'any day'} to {today}"))
    if entry.step is _S.TRAIN and case.expires is not None and entry.day > case.expires:
        text = Text(f"券 {case.number} 已于 {case.expires} 过期", f"voucher {case.number} expired on {case.expires}")
        found.append(stands("day", text, str(entry.day), f"until {case.expires}"))
    if entry.step is _S.EXPIRE and (case.expires is None or entry.day <= case.expires):
        text = Text("有效期未过", "its term is not over")
        found.append(stands("day", text, str(entry.day), f"after {case.expires or 'a last day'}"))
    return found


def _matter_refusals(entry: VoucherEntry) -> list[Refusal]:
    """Training is of a class, and a move leads somewhere."""
    found = []
    if (entry.step is _S.TRAIN) != (entry.class_id is not None):
        text = Text("“培训”须指明班期，其他环节不写", "training, and no other step, names its class")
        found.append(Refusal("class_id", text, str(entry.class_id), "a class for training alone"))
    if (entry.step is _S.MOVE) != (entry.institution_id is not None):
        text = Text("“转至其他机构”须指明机构，其他环节不写", "a move, and no other step, names an institution")
        found.append(Refusal("institution_id", text, str(entry.institution_id), "an institution for a move alone"))
    return found
