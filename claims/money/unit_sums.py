from collections.abc import Iterator
from itertools import chain

from claims.case import Case
from claims.facts_of_claim import PersonClaim
from claims.money.result import lack, nothing_due, paid, unproven
from claims.trace import Trace, TraceTerm
from facts.money import Fen
from facts.text import Text
from policy.kinds.money_units import MoneyPerUnit, Unit
from policy.rulebook import Rule

_LACK = {Unit.DAY: "days", Unit.HOUR: "hours", Unit.MONTH: "months"}
UNIT_WORDS = {Unit.DAY: Text("天", "days"), Unit.HOUR: Text("课时", "hours"), Unit.MONTH: Text("月", "months")}


def per_unit(case: Case, rule: Rule, params: MoneyPerUnit, person: PersonClaim) -> Trace:
    """Tiered yuan per valid day, class hour or month, with floor, longest stretch and cap."""
    units = _units(params.unit, person)
    if units is None:
        return unproven(rule, person.key, lack(_LACK[params.unit], person))
    if (barred := _barred(rule, params, person)) is not None:
        return barred
    unit = UNIT_WORDS[params.unit]
    if units < params.min_units:
        why = Text(
            f"{units} {unit.zh}，不足 {params.min_units} {unit.zh}，为 0（我们的读法）",
            f"{units} {unit.en}, below the floor of {params.min_units}: nothing is due (our reading)",
        )
        return nothing_due(rule, person.key, why)
    if not units:
        return nothing_due(rule, person.key, Text(f"有效时长为 0 {unit.zh}", f"0 valid {unit.en}"))
    counted = units if params.max_units is None else min(units, params.max_units)
    cap = None if params.cap_yuan is None else Fen.yuan(params.cap_yuan)
    terms = _terms(rule, params, counted, person)
    notes = _notes(params, units, counted)
    return paid(rule, person.key, terms, cap=cap, flags=_flags(case, params, person, units), notes=notes)


def _units(unit: Unit, person: PersonClaim) -> int | None:
    """Whole units only: part of a class hour is no class hour."""
    if unit is Unit.DAY:
        return person.valid_days
    if unit is Unit.MONTH:
        return person.work_months
    hours = person.valid_hours
    return None if hours is None else hours.numerator // hours.denominator


def _barred(rule: Rule, params: MoneyPerUnit, person: PersonClaim) -> Trace | None:
    if not params.not_with:
        return None
    if person.already_paid is None:
        return unproven(rule, person.key, lack("history", person))
    other = [name for name in params.not_with if name in person.already_paid]
    if not other:
        return None
    names = "、".join(other)
    return nothing_due(rule, person.key, Text(f"已享受 {names}，不可重复享受", f"{names} was paid; not both"))


def _terms(rule: Rule, params: MoneyPerUnit, units: int, person: PersonClaim) -> Iterator[TraceTerm]:
    reached, unit = 0, UNIT_WORDS[params.unit]
    sources = _sources(params.unit, person)
    for tier in params.tiers:
        until = units if tier.up_to is None else min(units, tier.up_to)
        if until > reached:
            label = Text(f"第 {reached + 1}-{until} {unit.zh}", f"{unit.en} {reached + 1} to {until}")
            cited = tuple(chain.from_iterable(sources[reached:until]))
            yield TraceTerm(label, until - reached, unit, Fen.yuan(tier.yuan), rule.id, sources=cited)
            reached = until


def _sources(unit: Unit, person: PersonClaim) -> tuple[tuple[str, ...], ...]:
    if unit is Unit.HOUR:
        return tuple((hour,) for day in person.day_sources for hour in day)
    return person.day_sources if unit is Unit.DAY else ()


def _notes(params: MoneyPerUnit, units: int, counted: int) -> Iterator[Text]:
    if counted < units:
        unit = UNIT_WORDS[params.unit]
        yield Text(f"{units} {unit.zh}，最长计 {counted} {unit.zh}", f"{units} {unit.en}, at most {counted} count")
    if params.fund:
        yield Text(f"由{params.fund}列支", f"paid from another fund ({params.fund})")


def _flags(case: Case, params: MoneyPerUnit, person: PersonClaim, units: int) -> Iterator[Text]:
    unit = UNIT_WORDS[params.unit]
    least, most = params.usual_min, params.usual_max
    if (least is not None and units < least) or (most is not None and units > most):
        usual = f"{least or 0}-{most or '…'}"
        yield Text(f"一般为 {usual} {unit.zh}，实为 {units} {unit.zh}", f"usually {usual} {unit.en}, here {units}")
    if params.class_max_heads is not None and case.heads is not None and case.heads > params.class_max_heads:
        yield Text(
            f"每班一般不超过 {params.class_max_heads} 人，实为 {case.heads} 人",
            f"classes usually have up to {params.class_max_heads} people, here {case.heads}",
        )
    if params.unit is Unit.DAY and person.half_days:
        yield Text(f"其中 {person.half_days} 天仅半天有效（A9）", f"{person.half_days} of the days are half days (A9)")
