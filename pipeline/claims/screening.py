"""One claim screened: the law chosen by the class, the claim joined with verdicts and history, and judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from claims.outcome import ClaimScreen, PurseSum
from claims.screening import asked_of_history, screen
from claims.trial import provisional
from facts.claim import Claim
from facts.history_answer import HistoryAnswer, OwnMeasure, PastKey, PastPayment, RegisteredVoucher
from facts.money import Fen
from facts.report import ClassReport
from facts.span import local_day
from facts.verdict import Status
from pipeline.verification.outcome import ReportOutcome
from policy.gaps import Gap, NoRulebook
from policy.rulebook import Rulebook
from policy.shelf import Choice, OldStandard, RulebookInForce, Shelf


class Reports(Protocol):
    """Where the verdicts on class hours are found."""

    def of(self, claim: Claim) -> Sequence[ClassReport]:
        """The reports of the claim's class, none where there is none."""


class History(Protocol):
    """What is known of earlier subsidies, asked under one rulebook."""

    def answer(self, claim: Claim, asked: Sequence[PastKey]) -> HistoryAnswer:
        """The counts by key, other subsidies of the claim's people, and doubts that only history can raise."""


class HistorySource(Protocol):
    """A history that can be asked under any rulebook."""

    def under(self, book: Rulebook, reports: Sequence[ClassReport]) -> History:
        """The history as the rulebook asks it; the reports tell at which hours the class met."""


class Settled(Protocol):
    """The claims that were approved where this one is screened."""

    def settled(self, claim: Claim) -> Sequence[PastPayment]:
        """What was approved or paid for the claim's people before."""


class Supervision(Protocol):
    """What an authority recorded where the claim is screened."""

    def standing(self, claim: Claim) -> Sequence[OwnMeasure]:
        """The measures against trainer and evaluator that stand or stood, and breaches of the class or its people."""

    def vouchers(self, claim: Claim) -> Sequence[RegisteredVoucher] | None:
        """Those of the form's vouchers that the register has; nothing where it has none of the institution's at all."""


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """The answer for one claim, under which document, and how it comes out."""

    choice: RulebookInForce | OldStandard
    screen: ClaimScreen
    outcome: ReportOutcome


@dataclass(frozen=True, slots=True)
class ClaimScreening:
    """What claims are screened with; without a history everything that history decides is unproven."""

    shelf: Shelf
    reports: Reports
    history: HistorySource | None = None
    own: Settled | None = None
    supervision: Supervision | None = None

    def judge(self, claim: Claim, *, as_of: date, policy: str = "") -> JudgedClaim | NoRulebook:
        """The answer for one claim, or why no document governs its class."""
        reports = self.reports.of(claim)
        choice = governing(self.shelf, claim, reports, as_of=as_of, policy=policy)
        tried = _tried(self.shelf, choice, reports, as_of)
        choice = tried or choice
        if isinstance(choice, NoRulebook):
            return choice
        answer = None
        if self.history is not None:
            asked = asked_of_history(choice.book, claim, reports)
            answer = self.history.under(choice.book, reports).answer(claim, asked)
        if self.own is not None and (settled := tuple(self.own.settled(claim))):
            answer = replace(answer or HistoryAnswer(), settled=settled)
        if self.supervision is not None and (measures := tuple(self.supervision.standing(claim))):
            answer = replace(answer or HistoryAnswer(), measures=measures)
        if self.supervision is not None and (known := self.supervision.vouchers(claim)) is not None:
            answer = replace(answer or HistoryAnswer(), vouchers=tuple(known))
        found = screen(choice.book, claim, reports, answer, as_of=as_of)
        if tried:
            found = provisional(found)
        return JudgedClaim(choice, found, outcome(found, has_verdicts=bool(reports) and not tried))


def governing(shelf: Shelf, claim: Claim, reports: Sequence[ClassReport], *, as_of: date, policy: str = "") -> Choice:
    """The document of the place on the first day that was taught, else of the first day that is claimed (A13)."""
    taught = min((local_day(hour.span.start) for report in reports for hour in report.hours), default=None)
    first = taught or claim.actual.first or claim.planned.first or as_of
    named = policy or claim.training_class.policy
    return shelf.choose(claim.locality, first, as_of, paid=claim.paid is True, policy=named)


def _tried(shelf: Shelf, choice: Choice, reports: Sequence[ClassReport], as_of: date) -> RulebookInForce | None:
    """The lapsed document that the class's reports were tried under, where none is in force."""
    if not isinstance(choice, NoRulebook) or choice.gap is not Gap.LAPSED:
        return None
    under = {one.policy.id: one.policy.sha256 for one in reports if one.policy and one.policy.provisional}
    if len(under) != 1:
        return None
    ((book_id, sha256),) = under.items()
    book = shelf.version(sha256) or shelf.book(book_id)
    return RulebookInForce(book, book.valid.banner(as_of))


def outcome(screened: ClaimScreen, *, has_verdicts: bool) -> ReportOutcome:
    """Money refused or a rule broken, else no verdicts to go by, else something open or doubtful, else good."""
    statuses = {one.finding.status for one in screened.findings}
    if Status.FAIL in statuses or any(_beyond(purse) for purse in screened.purses):
        return ReportOutcome.FAILS
    if not has_verdicts:
        return ReportOutcome.INPUTS_INSUFFICIENT
    doubtful = screened.doubts or any(_is_open(purse) for purse in screened.purses)
    return ReportOutcome.DOUBTS if doubtful or Status.UNPROVEN in statuses else ReportOutcome.GOOD


def _beyond(purse: PurseSum) -> bool:
    """Whether more is claimed of one recipient and fund than could still be shown."""
    over = purse.difference or Fen(0)
    return over > Fen(0) and over > purse.unproven and not purse.open_ended


def _is_open(purse: PurseSum) -> bool:
    return (purse.difference or Fen(0)) > Fen(0) or purse.unproven > Fen(0) or purse.open_ended
