"""The share of the class hours in which somebody, or the class, was there (presence.share)."""

from collections.abc import Iterator
from fractions import Fraction

from claims.answers import AnswerWords, ClaimDossier, Truth, TruthWords, each_person, whole_class
from claims.hour_verdicts import hour_units
from claims.outcome import ClaimFinding
from facts.claim_person import ClaimedPerson
from facts.text import Text
from policy.kinds import PresenceShare
from policy.kinds.base import per_cent
from policy.kinds.people import Gate
from policy.kinds.turnout import TurnoutOf
from policy.rulebook import Rule


def presence_share(dossier: ClaimDossier, rule: Rule, params: PresenceShare) -> Iterator[ClaimFinding]:
    """Open hours may tip it either way: below the floor even with them, it is missed."""
    stops, words = params.gate is Gate.PAYMENT, _words(params)
    if params.of is TurnoutOf.PERSON:
        answers = [(one, _reached(dossier, [one], params) if known else None) for one, known in dossier.bound(rule)]
        yield from each_person(dossier, rule, answers, words, stops_money=stops)
        return
    bound = dossier.case.binds(rule)
    people = [one for one, _ in dossier.bound(rule)]
    yield whole_class(rule, _reached(dossier, people, params) if bound else None, words, stops_money=stops)


def _reached(dossier: ClaimDossier, people: list[ClaimedPerson], params: PresenceShare) -> Truth:
    taught = sum((hour_units(hour, dossier.book.assumptions) for hour in dossier.attendance.hours), Fraction(0))
    times = [dossier.attendance.attended[one.key].time for one in people]
    if not taught or not times:
        return None
    sure = sum((time.hours for time in times if time), Fraction(0))
    most = sum((time.hours_if_proven if time else taught for time in times), Fraction(0))
    whole = taught * len(times)
    if sure >= params.at_least * whole:
        return True
    return False if most < params.at_least * whole else None


def _words(params: PresenceShare) -> TruthWords:
    share, whole = per_cent(params.at_least), params.of is TurnoutOf.CLASS
    whose = Text("全班到课率", "the class's turnout") if whole else Text("到课率", "turnout")
    remedy = Text("请逐学时核验本班期，补齐打卡和录像", "verify every class hour; add check-ins and recordings")
    return TruthWords(
        AnswerWords("TURNOUT_REACHED", Text(f"{whose.zh}不低于 {share}", f"{whose.en} of {share} or more")),
        AnswerWords("TURNOUT_MISSED", Text(f"{whose.zh}低于 {share}", f"{whose.en} below {share}"), remedy),
        AnswerWords(
            "TURNOUT_NOT_SHOWN",
            Text(f"{whose.zh}能否达到 {share} 未定", f"open whether {whose.en} reaches {share}"),
            remedy,
        ),
    )
