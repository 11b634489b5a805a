"""The end of a claim as the JSON API shows it and takes it: settled sums, steps, payments."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from api.http.fields import TEXT, Line
from facts.claim_decision import (
    MOST_WORDS,
    MOST_WORKDAYS,
    ClaimCase,
    ClaimPayment,
    ClaimStage,
    DecisionDeed,
    Ruling,
    SettledSum,
)
from pipeline.claims.decision_stages import claim_stage

_Words = StringConstraints(min_length=1, max_length=MOST_WORDS, pattern=TEXT, strip_whitespace=True)


class SettledShape(BaseModel):
    """What is due to one recipient out of one fund (核定金额), with the terms that lead to it."""

    recipient: str
    fund: str
    supported_fen: int
    claimed_fen: int | None
    refused: dict[str, int]
    settled_fen: int
    text: str

    @classmethod
    def of(cls, one: SettledSum) -> "SettledShape":
        """The sum as the API shows it."""
        return cls(
            recipient=one.recipient,
            fund=one.fund,
            supported_fen=one.supported.fen,
            claimed_fen=one.claimed.fen if one.claimed is not None else None,
            refused={refused.doubt: refused.amount.fen for refused in one.refused},
            settled_fen=one.amount.fen,
            text=one.text.zh,
        )


class PaymentShape(BaseModel):
    """Money that left for one recipient out of one fund."""

    day: date
    amount_fen: Annotated[int, Field(ge=1, lt=2**53)]
    recipient: Line
    fund: Line = ""

    @classmethod
    def of(cls, one: ClaimPayment) -> "PaymentShape":
        """The payment as the API shows it."""
        return cls(day=one.day, amount_fen=one.amount.fen, recipient=one.recipient, fund=one.fund)


class DecisionStep(BaseModel):
    """One thing that happened to a claim's decision; ``by`` is an account, never a name."""

    deed: DecisionDeed
    ruling: Ruling
    by: str
    at: datetime
    words: str
    workdays: int | None
    payment: PaymentShape | None


class ClaimDecisionShape(BaseModel):
    """How far a version of a claim has come; ``suggestion`` is what the system proposes while nobody has."""

    claim_id: int
    stage: ClaimStage
    suggestion: Ruling | None
    sums: list[SettledShape]
    steps: list[DecisionStep]

    @classmethod
    def of(
        cls,
        case: ClaimCase,
        sums: Sequence[SettledSum] = (),
        suggestion: Ruling | None = None,
    ) -> "ClaimDecisionShape":
        """The decision as the API shows it; a signed or proposed sum stands before what would be due now."""
        at = claim_stage(case)
        told = sums if at is ClaimStage.OPEN else next((one.sums for one in reversed(case.events) if one.sums), sums)
        steps = [
            DecisionStep(
                deed=one.deed,
                ruling=one.ruling,
                by=one.by,
                at=one.at,
                words=one.words,
                workdays=one.workdays,
                payment=PaymentShape.of(one.payment) if one.payment else None,
            )
            for one in case.events
        ]
        return cls(
            claim_id=case.claim,
            stage=at,
            suggestion=suggestion if at is ClaimStage.OPEN else None,
            sums=[SettledShape.of(one) for one in told],
            steps=steps,
        )


class SentWord(BaseModel):
    """The ruling that is signed or objected to, and why."""

    ruling: Ruling
    words: Annotated[str, _Words]


class SentProposal(SentWord):
    """A ruling with its reason, and the term where the claim is returned."""

    workdays: Annotated[int | None, Field(ge=1, le=MOST_WORKDAYS)] = None


class SentPayment(PaymentShape):
    """A payment of an approved claim, with a remark if one is needed."""

    words: Annotated[str, StringConstraints(max_length=MOST_WORDS, pattern=TEXT)] = ""
