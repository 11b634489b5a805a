"""Conduct and states that bar, exemptions, transitions and who may claim."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from claims.answers import AnswerWords, ClaimDossier, Truth, TruthWords, all_of, answer, each_person, whole_class
from claims.outcome import ClaimFinding
from claims.registers import denies_sanctions, own_measures, registered_sanctions
from facts.claim import Claim, ConductRecord
from facts.claim_person import ClaimedPerson, Days
from facts.history_answer import OwnMeasure
from facts.names import normal_name
from facts.text import Text
from facts.uscc import normal_uscc
from facts.verdict import Status
from policy.kinds import ClaimClaimant, Exemption, PolicyTransition, SanctionBar
from policy.kinds.bars import Effect, ExemptionCause
from policy.rulebook import Rule

RECTIFICATION = "整改"
BREACH = "违规"
# What of the measures against an institution keeps it from teaching; talks, letters and circulars do not.
_SUSPENDED = re.compile(
    r"整改|整顿|改正|停业|停办|停课|停训|停招|关停|暂停|中止|终止|移出|吊销|注销"
    r"|(撤销|取消).{0,6}(资格|资质|许可|备案|登记|定点|办学)"
)


def sanction_bar(dossier: ClaimDossier, rule: Rule, params: SanctionBar) -> Iterator[ClaimFinding]:
    """Only what an authority has recorded bars; what is merely to be looked at stays open for people."""
    stops = Effect.NO_PAY in params.effects
    words = _words(params)
    flags = params.effects == (Effect.FLAG,)
    if not flags and any(RECTIFICATION in name for name in params.conduct):
        here = [one for one in own_measures(dossier, breach=False) if _SUSPENDED.search(one.kind.zh)]
        cited = [one for one in here if _clear(dossier, one) is not True]
        truth = all_of([_outside(dossier), *(_clear(dossier, one) for one in here)])
        yield whole_class(rule, truth, _citing(words, cited), stops_money=stops)
        return
    if not flags and (own := own_measures(dossier, breach=True)):
        yield from _breaches(dossier, rule, words, own, stops=stops)
        return
    if flags and (here := _looked_at(dossier, params)):
        yield answer(rule, Status.UNPROVEN, _citing(words, here).open)
        return
    if dossier.claim.sanctions is None or denies_sanctions(dossier):
        # A form that denies what the register has is not believed on the rest either.
        yield whole_class(rule, None, words, stops_money=stops)
        return
    if flags:
        records = (*dossier.claim.sanctions, *registered_sanctions(dossier))
        named = any(name in one.conduct for one in records for name in params.conduct)
        yield answer(rule, Status.UNPROVEN if named else Status.PASS, words.open if named else words.holds)
        return
    yield from _breaches(dossier, rule, words, (), stops=stops)


def speaks_of(params: SanctionBar, kind: str) -> bool:
    """Whether the rule is one about measures of that kind, in the words in which they are recorded."""
    if params.effects == (Effect.FLAG,):
        return any(name in kind for name in params.conduct)
    if any(RECTIFICATION in name for name in params.conduct):
        return bool(_SUSPENDED.search(kind))
    return BREACH in kind and any(BREACH in name for name in params.conduct)


def _clear(dossier: ClaimDossier, one: OwnMeasure) -> Truth:
    """The class shares no day with a measure that was recorded here."""
    overlap = _overlap(Days(one.since, one.until), (dossier.case.claim.first_day, dossier.case.claim.last_day))
    return None if overlap is None else not overlap


def _looked_at(dossier: ClaimDossier, params: SanctionBar) -> list[OwnMeasure]:
    """The records here of what the rule wants looked at, on days that may be the class's."""
    own = own_measures(dossier, breach=False)
    return [one for one in own if speaks_of(params, one.kind.zh) and _clear(dossier, one) is not True]


def _citing(words: TruthWords, found: Sequence[OwnMeasure]) -> TruthWords:
    """The same words with the records that they rest on, so that whoever reads the sum finds them."""
    if not found:
        return words
    zh, en = "；".join(one.text.zh for one in found), "; ".join(one.text.en for one in found)

    def cited(say: AnswerWords) -> AnswerWords:
        return replace(say, text=Text(f"{say.text.zh}（{zh}）", f"{say.text.en} ({en})"))

    return TruthWords(words.holds, cited(words.broken), cited(words.open))


def _outside(dossier: ClaimDossier) -> Truth:
    """The class shares no day with a rectification of its trainer or evaluator; a stretch without days may."""
    days = (dossier.case.claim.first_day, dossier.case.claim.last_day)
    official = [one for one in registered_sanctions(dossier) if _suspends(one)]
    own = [one for one in dossier.claim.sanctions or () if _suspends(one) and _is_party(dossier.claim, one)]
    overlaps = [_overlap(one.days, days) for one in (*own, *official)]
    if True in overlaps:
        return False
    # A register's silence proves nothing: only a form that says so shows that there was none.
    return None if None in overlaps or dossier.claim.sanctions is None else True


def _suspends(one: ConductRecord) -> bool:
    return bool(_SUSPENDED.search(one.conduct))


def _overlap(barred: Days, days: tuple[date | None, date | None]) -> Truth:
    """A stretch without a last day still runs."""
    first, last = days
    if barred.first is None or first is None or last is None:
        return None
    return barred.first <= last and (barred.last is None or first <= barred.last)


def _is_party(claim: Claim, one: ConductRecord) -> bool:
    names = {normal_name(claim.institution.name), normal_uscc(claim.institution.uscc)}
    if claim.evaluator:
        names |= {normal_name(claim.evaluator.name), normal_uscc(claim.evaluator.uscc)}
    return bool({normal_name(one.subject), normal_uscc(one.subject)} & (names - {""}))


def _breaches(
    dossier: ClaimDossier, rule: Rule, words: TruthWords, own: Sequence[OwnMeasure], *, stops: bool
) -> Iterator[ClaimFinding]:
    found = [one for one in dossier.claim.sanctions or () if BREACH in one.conduct]
    cited = _citing(words, own)
    if any(one.subject == dossier.claim.training_class.id for one in found) or any(not one.trainees for one in own):
        yield whole_class(rule, False, cited, stops_money=stops)
        return
    named = {one.subject for one in found} | {key for one in own for key in one.trainees}
    # Of whom neither form nor record says anything, a form that says nothing at all shows nothing.
    silent = dossier.claim.sanctions is None or denies_sanctions(dossier)
    answers: list[tuple[ClaimedPerson, Truth]] = [
        (one, False if one.key in named else None if silent else True) for one, _ in dossier.bound(rule)
    ]
    yield from each_person(dossier, rule, answers, cited, stops_money=stops)


def claim_claimant(dossier: ClaimDossier, rule: Rule, params: ClaimClaimant) -> Iterator[ClaimFinding]:
    """Who may claim on the day of the claim."""
    day, who = dossier.claim.claim_day, dossier.claim.claimant
    known = day is not None or params.switch_on is None
    expected = params.on(day or dossier.as_of)
    remedy = Text(f"应由{expected}申领；请提供申领人与申领日", f"{expected} claims; give the claimant and the day")
    words = TruthWords(
        AnswerWords("CLAIMANT", Text(f"由{expected}申领", f"claimed by {expected}")),
        AnswerWords("OTHER_CLAIMANT", Text(f"应由{expected}申领，实为{who}", f"{expected} claims, not {who}"), remedy),
        AnswerWords("CLAIMANT_NOT_SHOWN", Text("申领人或申领日未知", "the claimant or the day is not known"), remedy),
    )
    truth = who == expected if known and who and dossier.case.binds(rule) else None
    yield whole_class(rule, truth, words, stops_money=True)


def exemption(dossier: ClaimDossier, rule: Rule, params: Exemption) -> Iterator[ClaimFinding]:
    """Frees from the rules that it names and from no other."""
    frees = ", ".join(params.frees)
    if frees_class(dossier, params):
        yield answer(rule, Status.EXEMPT, AnswerWords("EXEMPT", Text(f"免验 {frees}", f"exempt from {frees}")))
    else:
        yield answer(rule, Status.NOT_APPLICABLE, AnswerWords("NOT_EXEMPT", Text("不属免验情形", "not exempt")))


def frees_class(dossier: ClaimDossier, params: Exemption) -> bool:
    """Whether this class is one that the exemption is for."""
    if params.when is ExemptionCause.SECRET_UNIT:
        return dossier.claim.training_class.secret_unit
    return dossier.book.programmes.among(dossier.case.claim.programme, params.of_programmes) is True


def policy_transition(dossier: ClaimDossier, rule: Rule, params: PolicyTransition) -> Iterator[ClaimFinding]:
    """Begun before the day and unpaid, the class follows a standard that this rulebook does not hold."""
    first = dossier.case.claim.first_day
    if first is not None and (first >= params.began_before or (params.only_unpaid and dossier.claim.paid is True)):
        yield answer(
            rule, Status.NOT_APPLICABLE, AnswerWords("NEW_STANDARD", Text("适用本文件标准", "this document's standard"))
        )
        return
    text = Text(
        f"{params.began_before} 以前已开展的按原标准", f"begun before {params.began_before}: the older standard"
    )
    remedy = Text("请提供原补贴标准文件或开班日期", "show the older document, or the first day of the class")
    yield answer(rule, Status.UNPROVEN, AnswerWords("OLD_STANDARD", text, remedy))


def _words(params: SanctionBar) -> TruthWords:
    zh = "、".join(params.conduct)
    remedy = Text("请提供监管部门的整改、处理记录", "show the authority's record of rectifications and breaches")
    return TruthWords(
        AnswerWords("NOTHING_RECORDED", Text(f"记录中无：{zh}", "nothing of this on record")),
        AnswerWords("BARRED", Text(f"记录中有：{zh}", f"on record: {zh}"), remedy),
        AnswerWords("SANCTIONS_NOT_SHOWN", Text(f"未能核对：{zh}", f"to be looked at: {zh}"), remedy),
    )
