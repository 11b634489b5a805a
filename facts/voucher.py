"""A training voucher (电子培训券) in the authority's register: its steps, each with its day, and whose it is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from facts.text import Text


class VoucherStep(StrEnum):
    """What happened to a voucher; the values are hashed and never change."""

    APPLY = "apply"
    ISSUE = "issue"
    TRAIN = "train"
    EVALUATE = "evaluate"
    PAY = "pay"
    WRITE_OFF = "write_off"
    MOVE = "move"
    EXPIRE = "expire"

    @property
    def text(self) -> Text:
        """The step in the documents' words."""
        return _STEPS[self]


_STEPS = {
    VoucherStep.APPLY: Text("申请", "applied for"),
    VoucherStep.ISSUE: Text("发券", "issued"),
    VoucherStep.TRAIN: Text("培训", "training began"),
    VoucherStep.EVALUATE: Text("评价", "evaluated"),
    VoucherStep.PAY: Text("兑现", "paid"),
    VoucherStep.WRITE_OFF: Text("核销", "written off"),
    VoucherStep.MOVE: Text("转至其他机构", "moved to another institution"),
    VoucherStep.EXPIRE: Text("过期", "expired"),
}


@dataclass(frozen=True, slots=True)
class VoucherEntry:
    """One step: on which day, for which class and to which institution where it has one."""

    step: VoucherStep
    day: date
    class_id: int | None = None
    institution_id: int | None = None


@dataclass(frozen=True, slots=True)
class VoucherCase:
    """One voucher with everything that happened to it, in order; ``expires`` is the last day on which training may begin."""

    number: str
    expires: date | None = None
    entries: tuple[VoucherEntry, ...] = ()

    def day(self, step: VoucherStep) -> date | None:
        """The day of a step."""
        return next((one.day for one in self.entries if one.step is step), None)
