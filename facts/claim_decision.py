"""What two reviewers make of a claim: approved with its settled sum, returned to be completed, or not supported."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from facts.counting import counted
from facts.errors import InputError
from facts.money import Fen
from facts.text import Text

MOST_WORDS = 4000
MOST_WORKDAYS = 90


class Ruling(StrEnum):
    """The three ends of a claim; the values are hashed and never change."""

    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"

    @property
    def text(self) -> Text:
        """The ruling in words."""
        return _RULINGS[self]


class DecisionDeed(StrEnum):
    """What somebody did about a claim's decision; the values are hashed and never change."""

    PROPOSE = "propose"
    SIGN = "sign"
    OBJECT = "object"
    PAY = "pay"

    @property
    def text(self) -> Text:
        """The deed in words."""
        return _DEEDS[self]


class ClaimStage(StrEnum):
    """How far one version of a claim has come."""

    OPEN = "open"
    PROPOSED = "proposed"
    APPROVED = "approved"
    RETURNED = "returned"
    REFUSED = "refused"
    PAID = "paid"

    @property
    def text(self) -> Text:
        """The stage in words."""
        return _STAGES[self]


_RULINGS = {
    Ruling.APPROVE: Text("核准", "approved"),
    Ruling.RETURN: Text("退回补正", "returned to be completed"),
    Ruling.REFUSE: Text("不予支持", "not supported"),
}
_DEEDS = {
    DecisionDeed.PROPOSE: Text("提出", "proposed"),
    DecisionDeed.SIGN: Text("同意并签字", "signed"),
    DecisionDeed.OBJECT: Text("不同意", "objected"),
    DecisionDeed.PAY: Text("登记拨付", "payment recorded"),
}
_STAGES = {
    ClaimStage.OPEN: Text("待办理", "to be decided"),
    ClaimStage.PROPOSED: Text("待第二人签字", "waits for a second signer"),
    ClaimStage.APPROVED: Text("已核准", "approved"),
    ClaimStage.RETURNED: Text("已退回补正", "returned to be completed"),
    ClaimStage.REFUSED: Text("不予支持", "not supported"),
    ClaimStage.PAID: Text("已拨付", "paid"),
}


@dataclass(frozen=True, slots=True)
class RefusedSum:
    """What two people refused on a doubt."""

    doubt: str
    amount: Fen


@dataclass(frozen=True, slots=True)
class SettledSum:
    """What is due to one recipient out of one fund: the supported sum less what doubts refuse, no more than is claimed."""

    recipient: str
    fund: str
    supported: Fen
    claimed: Fen | None
    refused: tuple[RefusedSum, ...]
    amount: Fen

    def __post_init__(self) -> None:
        left = max(0, self.supported.fen - sum(one.amount.fen for one in self.refused))
        due = left if self.claimed is None else min(left, self.claimed.fen)
        if self.amount.fen != due:
            raise InputError(
                f"settled sum of {self.recipient}: got {self.amount}, expected {Fen(due)} as its terms say"
            )

    @property
    def text(self) -> Text:
        """The sum as a person redoes it on paper."""
        less_zh = "".join(f" − {one.amount}（{one.doubt}）" for one in self.refused)
        less_en = "".join(f" - {one.amount.fen / 100:g} ({one.doubt})" for one in self.refused)
        capped = self.claimed is not None and self.claimed == self.amount and self.supported > self.claimed
        cap_zh, cap_en = ("，以申领额为限", ", no more than is claimed") if capped else ("", "")
        return Text(
            f"核定可支持 {self.supported}{less_zh}{cap_zh} = {self.amount}",
            f"supported {self.supported.fen / 100:g}{less_en}{cap_en} = {self.amount.fen / 100:g} yuan",
        )


@dataclass(frozen=True, slots=True)
class ClaimPayment:
    """Money that left for one recipient out of one fund."""

    day: date
    amount: Fen
    recipient: str
    fund: str = ""

    def __post_init__(self) -> None:
        if self.amount.fen <= 0:
            raise InputError(f"payment: got {self.amount}, expected more than nothing")


@dataclass(frozen=True, slots=True)
class DecisionEvent:
    """One thing that happened to a claim's decision: who, when, which ruling, in what words, over which sums."""

    deed: DecisionDeed
    by: str
    at: datetime
    ruling: Ruling
    words: str = ""
    sums: tuple[SettledSum, ...] = ()
    workdays: int | None = None
    payment: ClaimPayment | None = None

    def __post_init__(self) -> None:
        if not self.by.strip() or self.at.tzinfo is None:
            raise InputError("decision: got nobody or a time without a zone, expected who decides and when")
        if len(self.words) > MOST_WORDS:
            raise InputError(
                f"decision: got {counted(len(self.words), 'character')}, expected at most {MOST_WORDS}; be brief"
            )
        if self.workdays is not None and not 1 <= self.workdays <= MOST_WORKDAYS:
            raise InputError(f"decision: got {counted(self.workdays, 'working day')}, expected 1 to {MOST_WORKDAYS}")


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """One version of a claim with everything that happened to its decision, oldest first."""

    claim: int
    events: tuple[DecisionEvent, ...] = ()
