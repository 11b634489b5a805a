"""Screening a claim: the document chosen by the class, its verdicts found, the history asked what the document asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from claims.outcome import ClaimScreen
from facts.claim import Claim
from facts.history_answer import HistoryAnswer, PastCount, PastKey
from facts.money import Fen
from facts.report import ClassReport
from facts.step import Step
from pipeline.claims.screening import ClaimScreening, JudgedClaim
from pipeline.verification.outcome import ReportOutcome
from policy.gaps import Gap, NoRulebook
from policy.kinds.process import Event
from policy.rulebook import Rulebook
from policy.shelf import packaged
from tests.fixtures.claim_facts import LX, SX0, WY, YQ, a_claim, a_report

TODAY = date(2026, 1, 5)


@dataclass
class ListedReports:
    """Reports in a list."""

    reports: Sequence[ClassReport] = ()

    def of(self, claim: Claim) -> Sequence[ClassReport]:
        return [one for one in self.reports if one.training_class.id == claim.training_class.id]


@dataclass
class ConstantHistory:
    """A history that answers everything with the same count and keeps what it was asked."""

    count: int = 0
    asked: list[PastKey] = field(default_factory=list)
    under_book: str = ""

    def under(self, book: Rulebook, _: Sequence[ClassReport]) -> "ConstantHistory":
        self.under_book = book.id
        return self

    def answer(self, _: Claim, asked: Sequence[PastKey]) -> HistoryAnswer:
        self.asked.extend(asked)
        return HistoryAnswer(tuple(PastCount(key, self.count) for key in asked), ())


def screen(claim: Claim, book_id: str, history: ConstantHistory | None, policy: str = "") -> ClaimScreen | NoRulebook:
    found = ClaimScreening(packaged(), ListedReports([a_report(claim, book_id)]), history)
    judged = found.judge(claim, as_of=TODAY, policy=policy)
    return judged if isinstance(judged, NoRulebook) else judged.screen


def test_the_place_and_day_of_the_class_choose_the_document_and_the_document_asks_the_history() -> None:
    claim, history = a_claim(WY, "项目制培训", "农村转移就业劳动者", count=2), ConstantHistory()
    found = screen(claim, WY, history)
    assert isinstance(found, ClaimScreen)
    assert found.policy.id == WY
    assert history.under_book == WY
    assert found.supported == Fen.yuan(2 * 500)
    assert set(history.asked) == {
        key for one in claim.people for key in (PastKey(one.key, year=2021), PastKey(one.key, "养老护理员", "初级工"))
    }


def test_what_was_paid_before_comes_back_as_a_clause_that_stops_the_sum() -> None:
    found = screen(a_claim(LX, "订单式培训", "脱贫人口", count=1), LX, ConstantHistory(1))
    assert isinstance(found, ClaimScreen)
    assert found.people[0].withheld[0].rule == "LX-D1"
    assert found.supported == Fen(0)


def test_without_a_history_the_sum_is_open() -> None:
    found = screen(a_claim(WY, "项目制培训", "农村转移就业劳动者", count=1), WY, None)
    assert isinstance(found, ClaimScreen)
    assert (found.supported, found.unproven) == (Fen(0), Fen.yuan(500))


def test_a_fragment_is_used_only_where_it_is_named() -> None:
    claim = a_claim(SX0, "项目制培训", "脱贫人口", count=1)
    refused = screen(claim, SX0, ConstantHistory())
    assert isinstance(refused, NoRulebook)
    named = screen(claim, SX0, ConstantHistory(), policy=SX0)
    assert isinstance(named, ClaimScreen)
    assert named.supported == Fen.yuan(750)


def test_the_day_that_was_taught_governs_not_the_day_that_is_claimed() -> None:
    claim = a_claim(YQ, "项目制培训", "脱贫人口", count=1)
    shifted = replace(claim, actual=replace(claim.actual, first=date(2023, 1, 1)))
    found = screen(shifted, YQ, ConstantHistory())
    assert isinstance(found, ClaimScreen)
    early = ClaimScreening(packaged(), ListedReports(), ConstantHistory()).judge(shifted, as_of=TODAY)
    assert isinstance(early, NoRulebook)
    assert early.gap is Gap.NOT_YET


def test_without_a_verdict_the_outcome_says_that_the_inputs_do_not_suffice() -> None:
    claim = a_claim(WY, "项目制培训", "农村转移就业劳动者", count=1)
    screening = ClaimScreening(packaged(), ListedReports(), ConstantHistory())
    judged = screening.judge(claim, as_of=TODAY)
    assert isinstance(judged, JudgedClaim)
    assert judged.outcome is ReportOutcome.INPUTS_INSUFFICIENT


def test_the_claims_steps_are_the_rulebooks_events() -> None:
    assert [one.value for one in Step] == [one.value for one in Event]


LATE = timedelta(days=1000)


def late_claim(count: int = 2) -> Claim:
    """A claim for a class that met a year after its document had lapsed."""
    claim = a_claim(WY, "项目制培训", "农村转移就业劳动者", count=count)
    first, last = claim.actual.first, claim.actual.last
    assert first
    assert last
    return replace(claim, actual=replace(claim.actual, first=first + LATE, last=last + LATE))


def tried_report(claim: Claim, book_id: str) -> ClassReport:
    """Its class as a provisional run tells it."""
    report = a_report(claim, book_id)
    assert report.policy
    return replace(
        report,
        policy=replace(report.policy, provisional=True),
        hours=tuple(replace(hour, span=hour.span.moved(LATE)) for hour in report.hours),
    )


def test_a_claim_over_hours_tried_under_a_lapsed_document_supports_nothing_and_says_so() -> None:
    claim = late_claim()
    screening = ClaimScreening(packaged(), ListedReports([tried_report(claim, WY)]), ConstantHistory())
    judged = screening.judge(claim, as_of=date(2026, 11, 29), policy=WY)
    assert isinstance(judged, JudgedClaim)
    assert judged.screen.policy.provisional
    assert (judged.screen.supported, judged.screen.unproven) == (Fen(0), Fen.yuan(2 * 500))
    assert all(one.supported == Fen(0) for one in judged.screen.people)
    assert judged.screen.findings[0].finding.reason == "NO_RULEBOOK_IN_FORCE"
    assert judged.outcome is ReportOutcome.INPUTS_INSUFFICIENT


def test_without_a_trial_no_claim_is_worked_out_under_a_lapsed_document() -> None:
    claim = late_claim()
    report = tried_report(claim, WY)
    assert report.policy
    plain = replace(report, policy=replace(report.policy, provisional=False))
    judged = ClaimScreening(packaged(), ListedReports([plain]), ConstantHistory()).judge(
        claim, as_of=date(2026, 11, 29), policy=WY
    )
    assert isinstance(judged, NoRulebook)
