"""The use case of the paying desk: a claim joined with its verdicts and the history, then judged."""

from collections.abc import Sequence
from typing import Protocol

from facts.claim import Claim
from facts.past import HistoryAnswer, PastKey
from facts.report import ClassReport


class Reports(Protocol):
    """Where the verdicts on class hours are found."""

    def of(self, claim: Claim) -> Sequence[ClassReport]:
        """The reports of the claim's class, none where there is none."""


class History(Protocol):
    """What is known of earlier subsidies."""

    def answer(self, claim: Claim, asked: Sequence[PastKey]) -> HistoryAnswer:
        """The counts by key, other subsidies of the claim's people, and doubts that only history can raise."""
