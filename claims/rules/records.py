"""Papers, entries and marks that must exist (record.required)."""

from collections.abc import Iterator
from datetime import date

from claims.answers import (
    AnswerWords,
    ClaimDossier,
    Truth,
    TruthWords,
    all_of,
    answer,
    any_of,
    each_person,
    whole_class,
)
from claims.outcome import ClaimFinding
from claims.rules.evidence import PERSONAL, Evidence, of_class
from facts.claim_person import ClaimedPerson
from facts.step import Step
from facts.text import Text
from facts.verdict import Status
from policy.kinds import RecordRequired
from policy.kinds.evidence import NeedsMatch
from policy.kinds.process import MissingEffect
from policy.rulebook import Rule


def record_required(dossier: ClaimDossier, rule: Rule, params: RecordRequired) -> Iterator[ClaimFinding]:
    """Each need met, by every trainee where it is asked of people, before the event where the rule names one."""
    stops = params.missing is MissingEffect.NO_PAY
    own = [need for need in params.needs if need in PERSONAL]
    if not own:
        yield _of_class(dossier, rule, params, stops=stops)
        return
    shared = {need: of_class(dossier, params, need) for need in params.needs if need not in PERSONAL}
    rows = [(person, _person(dossier, params, person, shared, bound)) for person, bound in dossier.bound(rule)]
    asked = [(person, truth) for person, (truth, is_asked) in rows if is_asked]
    if rows and not asked:
        nobody = AnswerWords("NOT_ASKED", Text("本班期无此情形", "does not arise in this class"))
        yield answer(rule, Status.NOT_APPLICABLE, nobody)
        return
    words = _words(params, params.needs)
    yield from each_person(dossier, rule, asked, words, stops_money=stops)


def _person(
    dossier: ClaimDossier, params: RecordRequired, person: ClaimedPerson, shared: dict[str, Evidence], bound: Truth
) -> tuple[Truth, bool]:
    found = [PERSONAL[need](dossier, person) if need in PERSONAL else shared[need] for need in params.needs]
    asked = [one for one in found if one.asked]
    truths = [one.truth for one in asked]
    truth = all_of(truths) if params.match is NeedsMatch.ALL else any_of(truths)
    return (truth if bound else None), bool(asked)


def _of_class(dossier: ClaimDossier, rule: Rule, params: RecordRequired, *, stops: bool) -> ClaimFinding:
    found = {need: of_class(dossier, params, need) for need in params.needs}
    if not any(one.asked for one in found.values()):
        return answer(
            rule, Status.NOT_APPLICABLE, AnswerWords("NOT_ASKED", Text("本班期无此情形", "does not arise here"))
        )
    truths = [one.truth for one in found.values()]
    truth = all_of(truths) if params.match is NeedsMatch.ALL else any_of(truths)
    lacking = tuple(need for need, one in found.items() if one.truth is not True)
    bound = dossier.case.binds(rule)
    if truth is True and params.before is not None:
        return _before(dossier, rule, params, found)
    return whole_class(rule, truth if bound else None, _words(params, lacking), stops_money=stops)


def _before(dossier: ClaimDossier, rule: Rule, params: RecordRequired, found: dict[str, Evidence]) -> ClaimFinding:
    """On the same day is in time: days cannot tell more."""
    assert params.before is not None  # noqa: S101 - the caller has looked
    event = params.before
    limit = dossier.class_day(event)
    if event.value == Step.PAY and dossier.claim.paid is False:
        return answer(rule, Status.PASS, AnswerWords("THERE", _there(params.needs)))
    late = [need for need, one in found.items() if one.day and limit and one.day > limit]
    if late:
        text = Text(f"{'、'.join(late)} 晚于{event.zh}（{limit}）", f"{', '.join(late)} after {event.en} ({limit})")
        return answer(rule, Status.FAIL, AnswerWords("AFTER", text))
    undated = [need for need, one in found.items() if one.day is None]
    if limit is None or undated:
        what = undated or [event.zh]
        text = Text(f"{'、'.join(what)} 的日期未知", f"the day of {', '.join(what)} is not known")
        remedy = Text(f"补充{'、'.join(what)}的日期", f"give the day of {', '.join(what)}")
        return answer(rule, Status.UNPROVEN, AnswerWords("NO_DAY", text, remedy))
    days: list[date] = [one.day for one in found.values() if one.day]
    text = Text(f"{'、'.join(found)} 均不晚于 {limit}", f"all by {limit}, the last on {max(days)}")
    return answer(rule, Status.PASS, AnswerWords("IN_TIME", text))


def _words(params: RecordRequired, needs: tuple[str, ...]) -> TruthWords:
    mark = ("、", ", ") if params.match is NeedsMatch.ALL else (" 或 ", " or ")
    zh, en = mark[0].join(needs), mark[1].join(needs)
    remedy = Text(f"请从{params.source}提供：{zh}", f"show from {params.source}: {en}")
    return TruthWords(
        AnswerWords("THERE", _there(params.needs)),
        AnswerWords("ABSENT", Text(f"{params.source}中没有：{zh}", f"{params.source} does not hold {en}"), remedy),
        AnswerWords("NOT_SHOWN", Text(f"未见：{zh}", f"not shown: {en}"), remedy),
    )


def _there(needs: tuple[str, ...]) -> Text:
    return Text(f"已有：{'、'.join(needs)}", f"there: {', '.join(needs)}")
