"""The steps in the life of a class, a voucher or a claim; rulebooks, claims and pages use these words alike."""

from enum import StrEnum


class Step(StrEnum):
    """A step in the life of a class, a voucher or a claim."""

    FILING = "filing"
    APPROVAL = "approval"
    APPLY = "apply"
    ISSUE = "issue"
    TRAIN_START = "train_start"
    TRAIN_END = "train_end"
    EVALUATE = "evaluate"
    CERTIFY = "certify"
    NOTICE = "notice"
    CLAIM = "claim"
    PAY = "pay"
    WRITE_OFF = "write_off"
    PLAN = "plan"

    @property
    def zh(self) -> str:
        """The word on Chinese screens."""
        return _WORDS[self][0]

    @property
    def en(self) -> str:
        """The word on English screens."""
        return _WORDS[self][1]


_WORDS = {
    Step.FILING: ("开班申请", "filing"),
    Step.APPROVAL: ("批准", "approval"),
    Step.APPLY: ("申请", "application"),
    Step.ISSUE: ("发券", "voucher issued"),
    Step.TRAIN_START: ("开班", "training starts"),
    Step.TRAIN_END: ("结课", "training ends"),
    Step.EVALUATE: ("评价", "evaluation"),
    Step.CERTIFY: ("持证", "certificate"),
    Step.NOTICE: ("公示", "public notice"),
    Step.CLAIM: ("申领", "claim"),
    Step.PAY: ("兑现", "payment"),
    Step.WRITE_OFF: ("核销", "write-off"),
    Step.PLAN: ("年度计划报备", "annual plan filed"),
}
