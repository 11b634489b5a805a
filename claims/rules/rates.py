"""Rates compared as exact fractions (rate.threshold): a condition of payment, a duty of the year, or an indicator."""

from collections.abc import Iterator
from fractions import Fraction

from claims.answers import AnswerWords, ClaimDossier, Truth, TruthWords, all_of, whole_class
from claims.outcome import ClaimFinding
from claims.rates import rate
from facts.text import Text
from policy.kinds import RateThreshold
from policy.kinds.people import Gate, Measure
from policy.rulebook import Rule

CAPPED_SHARE = "机构全年顶额班期占比"


def rate_threshold(desk: ClaimDossier, rule: Rule, params: RateThreshold) -> Iterator[ClaimFinding]:
    """Only a condition of payment touches the money."""
    truth = all_of(_reached(desk, measure) for measure in params.measures)
    stops = params.gate is Gate.PAYMENT
    yield whole_class(rule, truth if desk.case.binds(rule) else None, _words(desk, params), stops_money=stops)


def capped_classes(desk: ClaimDossier) -> tuple[int, int] | None:
    """How many of the institution's classes of the year ran to the full amount, of how many."""
    firm, past = desk.claim.firm, desk.history
    if past is not None and past.capped_classes is not None and past.classes is not None:
        return past.capped_classes, past.classes
    if firm.capped_classes is None or firm.classes is None:
        return None
    return firm.capped_classes, firm.classes


def _reached(desk: ClaimDossier, measure: Measure) -> Truth:
    if measure.rate == CAPPED_SHARE:
        return _below(capped_classes(desk), measure)
    return rate(measure.rate, desk.case).reaches(measure.share)


def _below(found: tuple[int, int] | None, measure: Measure) -> Truth:
    """One class alone cannot show that all of a year's classes are at the cap."""
    if found is None or found[1] <= 1:
        return None
    return Fraction(*found) < measure.share


def _words(desk: ClaimDossier, params: RateThreshold) -> TruthWords:
    formula = params.formula()
    own = [rate(one.rate, desk.case).words for one in params.measures if one.rate != CAPPED_SHARE]
    zh = "；".join([formula.zh, *(words.zh for words in own)])
    en = "; ".join([formula.en, *(words.en for words in own)])
    remedy = Text(f"请提供计算所需名单：{formula.zh}", f"show the lists that it is computed from: {formula.en}")
    return TruthWords(
        AnswerWords("RATE_KEPT", Text(zh, en)),
        AnswerWords("RATE_MISSED", Text(f"未达到：{zh}", f"not kept: {en}"), remedy),
        AnswerWords("RATE_NOT_SHOWN", Text(f"无从计算：{zh}", f"cannot be computed: {en}"), remedy),
    )
