"""The use case of the paying desk: the law chosen by the class, a claim joined with verdicts and history, judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from claims.outcome import ClaimScreen
from claims.screening import asked_of_history, screen
from facts.claim import Claim
from facts.history_answer import HistoryAnswer, PastKey
from facts.report import ClassReport
from facts.span import local_day
from policy.shelf import Choice, NoRulebook, Shelf


class Reports(Protocol):
    """Where the verdicts on class hours are found."""

    def of(self, claim: Claim) -> Sequence[ClassReport]:
        """The reports of the claim's class, none where there is none."""


class History(Protocol):
    """What is known of earlier subsidies."""

    def answer(self, claim: Claim, asked: Sequence[PastKey]) -> HistoryAnswer:
        """The counts by key, other subsidies of the claim's people, and doubts that only history can raise."""


@dataclass(frozen=True, slots=True)
class ClaimDesk:
    """What the desk has at hand; without a history everything that history decides is unproven."""

    shelf: Shelf
    reports: Reports
    history: History | None = None

    def screen(self, claim: Claim, *, as_of: date, policy: str = "") -> ClaimScreen | NoRulebook:
        """The answer for one claim, or why no document governs its class."""
        reports = self.reports.of(claim)
        choice = governing(self.shelf, claim, reports, as_of=as_of, policy=policy)
        if isinstance(choice, NoRulebook):
            return choice
        asked = asked_of_history(choice.book, claim, reports)
        answer = self.history.answer(claim, asked) if self.history else None
        return screen(choice.book, claim, reports, answer, as_of=as_of)


def governing(shelf: Shelf, claim: Claim, reports: Sequence[ClassReport], *, as_of: date, policy: str = "") -> Choice:
    """The document of the place on the first day that was taught, else of the first day that is claimed (A13)."""
    taught = min((local_day(hour.span.start) for report in reports for hour in report.hours), default=None)
    first = taught or claim.actual.first or claim.planned.first or as_of
    named = policy or claim.training_class.policy
    return shelf.choose(claim.locality, first, as_of, paid=claim.paid is True, policy=named)
