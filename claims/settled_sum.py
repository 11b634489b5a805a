"""What is due of a claim once its doubts are closed: 核定金额, for each recipient and fund apart."""

from collections.abc import Sequence

from claims.outcome import PurseSum
from claims.trace import NOTHING, summed
from facts.claim_decision import RefusedSum, SettledSum
from facts.money import Fen


def settled_sums(purses: Sequence[PurseSum], refused: Sequence[RefusedSum]) -> tuple[SettledSum, ...]:
    """The sums in the claim's order; what a doubt refuses is taken off what the claim itself is for, which comes first.

    Nobody else's money answers for it, and no sum falls below nothing or rises above what is claimed.
    """
    return tuple(_settled(one, tuple(refused) if index == 0 else ()) for index, one in enumerate(purses))


def _settled(purse: PurseSum, refused: tuple[RefusedSum, ...]) -> SettledSum:
    left = max(NOTHING, purse.supported - summed(one.amount for one in refused))
    due: Fen = left if purse.claimed is None else min(left, purse.claimed)
    return SettledSum(purse.recipient, purse.fund, purse.supported, purse.claimed, refused, due)
