from collections.abc import Iterator
from itertools import chain

from claims.case import Case
from claims.facts_of_claim import EarlierStages, PersonClaim
from claims.money.members import firm_lack, firm_listed, firm_unlisted
from claims.money.result import day_reading, excluded, lack, nothing_due, paid, unproven
from claims.recipient import PERSON, purse_of
from claims.trace import NOTHING, Trace, TraceTerm
from facts.counting import counted
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
    if (barred := excluded(case, rule, params.not_with, person) or _unentitled(case, rule, params, person)) is not None:
        return barred
    earlier = person.living if purse_of(rule).recipient == PERSON else person.earlier
    if earlier.missing or (earlier.paid > NOTHING and params.unit is not Unit.DAY):
        return unproven(rule, person.key, *(earlier.missing or earlier.rows))
    whole = earlier.days + units - len(earlier.taken)
    unit = UNIT_WORDS[params.unit]
    if whole < params.min_units:
        why = Text(
            f"{whole} {unit.zh}，不足 {params.min_units} {unit.zh}，为 0（我们的读法）",
            f"{whole} {unit.en}, below the floor of {params.min_units}: nothing is due (our reading)",
        )
        return nothing_due(rule, person.key, why)
    if units == len(earlier.taken):
        none = Text(f"有效时长为 0 {unit.zh}", f"0 valid {unit.en}")
        return nothing_due(rule, person.key, *(_settled(earlier) if units else [none]))
    counted = whole if params.max_units is None else min(whole, params.max_units)
    return paid(
        rule,
        person.key,
        _terms(rule, params, counted, _sources(params.unit, person, earlier)),
        cap=None if params.cap_yuan is None else Fen.yuan(params.cap_yuan),
        deducted=max(earlier.paid, _amount(params, earlier.days)),
        flags=_flags(case, params, person, units),
        notes=[
            *_notes(params, whole, counted),
            *_settled(earlier),
            *([day_reading(case)] if params.unit is Unit.DAY else []),
        ],
    )


def _amount(params: MoneyPerUnit, units: int) -> Fen:
    """What so many units come to with tiers and cap."""
    counted = units if params.max_units is None else min(units, params.max_units)
    reached, due = 0, NOTHING
    for tier in params.tiers:
        until = counted if tier.up_to is None else min(counted, tier.up_to)
        due, reached = due + Fen.yuan(tier.yuan) * max(0, until - reached), max(reached, until)
    return due if params.cap_yuan is None else min(due, Fen.yuan(params.cap_yuan))


def _settled(earlier: EarlierStages) -> Iterator[Text]:
    """What earlier stages have counted and been paid, and the rows that say so."""
    if earlier.days:
        yield Text(
            f"此前阶段已计 {earlier.days} 天，档次接着计；其中本次申领的 {len(earlier.taken)} 天已拨付，不再计",
            f"earlier stages count {counted(earlier.days, 'day')} and the tiers go on from there; {counted(len(earlier.taken), 'day')} of this"
            " claim were paid with them",
        )
    yield from earlier.rows


def _units(unit: Unit, person: PersonClaim) -> int | None:
    """Whole units only: part of a class hour is no class hour."""
    if unit is Unit.DAY:
        return person.valid_days
    if unit is Unit.MONTH:
        return person.work_months
    hours = person.valid_hours
    return None if hours is None else hours.numerator // hours.denominator


def _unentitled(case: Case, rule: Rule, params: MoneyPerUnit, person: PersonClaim) -> Trace | None:
    """Who has none of the certificates that the rule pays by, or works for a firm that it is not for."""
    listed, held = firm_listed(case, params.firms), _held(params, person)
    if listed is False:
        return nothing_due(rule, person.key, firm_unlisted(params.firms))
    if held is False:
        names = "、".join(params.certificates)
        return nothing_due(rule, person.key, Text(f"没有{names}，不予补贴", f"none of {names}: nothing is due"))
    missing = [
        *([firm_lack(params.firms)] if listed is None else []),
        *([lack("certificates", person)] if held is None else []),
    ]
    return unproven(rule, person.key, *missing) if missing else None


def _held(params: MoneyPerUnit, person: PersonClaim) -> bool | None:
    """A certificate by any longer form of its name; who failed has none."""
    if not params.certificates:
        return True
    if person.qualified is False:
        return False
    if person.certificates is None:
        return None
    return any(one.level.startswith(name) for one in person.certificates for name in params.certificates)


def _terms(rule: Rule, params: MoneyPerUnit, units: int, sources: tuple[tuple[str, ...], ...]) -> Iterator[TraceTerm]:
    reached, unit = 0, UNIT_WORDS[params.unit]
    for tier in params.tiers:
        until = units if tier.up_to is None else min(units, tier.up_to)
        if until > reached:
            label = Text(f"第 {reached + 1}-{until} {unit.zh}", f"{unit.en} {reached + 1} to {until}")
            cited = tuple(chain.from_iterable(sources[reached:until]))
            yield TraceTerm(label, until - reached, unit, Fen.yuan(tier.yuan), rule.id, sources=cited)
            reached = until


def _sources(unit: Unit, person: PersonClaim, earlier: EarlierStages) -> tuple[tuple[str, ...], ...]:
    """The class hours behind each unit; those of earlier stages are not this claim's to show."""
    if unit is Unit.HOUR:
        return tuple((hour,) for day in person.day_sources for hour in day)
    if unit is not Unit.DAY:
        return ()
    own = tuple(day for place, day in enumerate(person.day_sources) if place not in earlier.taken)
    return (*((),) * earlier.days, *own)


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
            f"classes usually have up to {counted(params.class_max_heads, 'person')}, here {case.heads}",
        )
    if params.unit is Unit.DAY and person.half_days:
        yield Text(f"其中 {person.half_days} 天仅半天有效（A9）", f"{person.half_days} of the days are half days (A9)")
