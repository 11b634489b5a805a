from collections.abc import Iterator

from claims.case import Case
from claims.facts_of_claim import PersonClaim
from claims.money.members import NOT_COUNTED
from claims.money.result import lack, nothing_due, paid, unproven
from claims.rates import Rate, rate
from claims.trace import NOTHING, Trace, TraceTerm
from facts.counting import counted
from facts.money import Fen
from facts.text import Text
from policy.kinds.base import per_cent
from policy.kinds.money_heads import PaidHeads
from policy.kinds.money_tables import MoneyStaged, PaymentStage
from policy.rulebook import Rule

_PERSON = Text("人", "persons")


def staged(case: Case, rule: Rule, params: MoneyStaged, person: PersonClaim) -> Trace:
    """Each qualified person's capped sum, of which every stage that the class has reached releases its share."""
    if person.qualified is False:
        return nothing_due(rule, person.key, NOT_COUNTED[PaidHeads.QUALIFIED])
    rates = [(stage, rate(stage.rate, case, stage.within_months)) for stage in params.stages]
    missing = [*_lacking(person), *_undecided(rates), *person.earlier.missing]
    if missing or person.valid_days is None:
        return unproven(rule, person.key, *dict.fromkeys(missing))
    if not person.valid_days:
        return nothing_due(rule, person.key, NOT_COUNTED[PaidHeads.PARTICIPANTS])
    whole = min(Fen.yuan(params.day_yuan * person.valid_days), Fen.yuan(params.cap_yuan))
    reached = [(stage, found) for stage, found in rates if found.reaches(stage.at_least)]
    notes = [
        _base(params, person, whole),
        *(_short(stage, found) for stage, found in rates if stage not in _of(reached)),
    ]
    cited = tuple(hour for day in person.day_sources for hour in day)
    terms = [
        TraceTerm(_label(stage, found), 1, _PERSON, whole, rule.id, share=stage.share, sources=cited)
        for stage, found in reached
    ]
    if not terms:
        return nothing_due(rule, person.key, *notes)
    before, first = person.earlier.paid, Fen.rounded_down(params.stages[0].share * whole.fen)
    if NOTHING < before < first:
        return unproven(rule, person.key, _odd(before, first))
    return paid(rule, person.key, terms, deducted=before, ceiling=True, notes=[*notes, *person.earlier.rows])


def _of(reached: list[tuple[PaymentStage, Rate]]) -> list[PaymentStage]:
    return [stage for stage, _ in reached]


def _lacking(person: PersonClaim) -> Iterator[Text]:
    if person.qualified is None:
        yield lack("qualified", person)
    if person.valid_days is None:
        yield lack("days", person)


def _undecided(rates: list[tuple[PaymentStage, Rate]]) -> Iterator[Text]:
    for stage, found in rates:
        if found.reaches(stage.at_least) is None:
            yield from found.missing


def _base(params: MoneyStaged, person: PersonClaim, whole: Fen) -> Text:
    return Text(
        f"每人 min({params.day_yuan}元×{person.valid_days}天, {params.cap_yuan}元) = {whole}",
        f"each min({params.day_yuan} yuan × {counted(person.valid_days, 'day')}, {params.cap_yuan} yuan) = {whole}",
    )


def _label(stage: PaymentStage, found: Rate) -> Text:
    bound, share = per_cent(stage.at_least), per_cent(stage.share)
    return Text(f"{found.words.zh} ≥ {bound}：{share}", f"{found.words.en} ≥ {bound}: {share}")


def _odd(before: Fen, first: Fen) -> Text:
    return Text(
        f"此前拨付的 {before} 是哪一部分（第一部分为 {first}）",
        f"of which part {before} was paid (the first is {first})",
    )


def _short(stage: PaymentStage, found: Rate) -> Text:
    bound, share = per_cent(stage.at_least), per_cent(stage.share)
    return Text(
        f"{found.words.zh} < {bound}：{share} 部分不拨付", f"{found.words.en} < {bound}: the {share} are not released"
    )
