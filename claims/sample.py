"""Made-up facts, all of them known, so that any money rule can be shown at work; no real person or class."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from claims.case import Case
from claims.facts_of_claim import ClassClaim, PersonCertificate, PersonClaim
from facts.money import Fen
from policy.kinds import MoneyActualCost, MoneyCourseware, MoneyHeads, MoneyPerUnit, MoneyTable, MoneyUplift, Params
from policy.kinds.money_sums import SettlementMode
from policy.kinds.money_tables import Row
from policy.kinds.money_units import Unit
from policy.rulebook import Rule, Rulebook

_COST = Fen.yuan(800)
_PLAIN = 10
_HOURS_A_DAY = 8  # 3 days or 24 class hours (C12)


@dataclass(frozen=True, slots=True)
class SampleSize:
    """What somebody wants to see at work; nothing means a telling default."""

    days: int | None = None
    hours: int | None = None
    months: int | None = None
    heads: int | None = None


def sample_case(book: Rulebook, rule: Rule, asked: SampleSize) -> Case:
    """A class on the rulebook's first day with as many people as asked, one by default."""
    params = rule.params
    shown = book.rule(params.of[0]) if isinstance(params, MoneyHeads | MoneyUplift) else rule
    ceilings = {params.ceiling: Fen.yuan(1000)} if isinstance(params, MoneyActualCost) and params.ceiling else {}
    claim = ClassClaim(
        id="示例班",
        programme=next(iter(shown.programmes), ""),
        group=next(iter(shown.groups), "企业职工"),
        first_day=_day(book),
        last_day=_day(book),
        settlement=SettlementMode.ONCE.value,
        cost_lines=("培训费",),
        fees_charged=(),
        ceilings=ceilings,
        firm_lists=getattr(params, "firms", ()),
        filed=True,
        core_business=True,
        affected=True,
        bought_platform=False,
        online_hours=(Fraction(4),) * (6 if asked.days is None else asked.days),
        same_courseware=False,
    )
    return Case.of(book, claim, _people(shown, claim, asked, _count(rule, asked)))


def telling_units(params: MoneyPerUnit) -> tuple[int, ...]:
    """The counts at which the sum changes its course: floor, ends of tiers, cap, longest stretch."""
    marks = {max(1, params.min_units - 1), max(1, params.min_units)}
    for tier in params.tiers[:-1]:
        marks |= {tier.up_to or 1, (tier.up_to or 1) + 1}
    for end in (_capped_from(params), params.max_units):
        if end is not None:
            marks |= {end - 1, end, end + 1}
    return tuple(sorted(mark for mark in marks if mark > 0))


def telling_count(params: Params, unit: Unit) -> int:
    """One count that shows most of the rule: where the cap is reached, or the longest stretch, or a plain ten."""
    if isinstance(params, MoneyPerUnit) and params.unit is unit:
        return params.max_units or _capped_from(params) or _PLAIN
    return _PLAIN * _HOURS_A_DAY if unit is Unit.HOUR else _PLAIN


def _telling(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """One certificate: nobody has two first ones; a row with a condition shows more than one without."""
    return tuple(row for row in rows if row.first_only)[:1] or rows[:1]


def size_of(unit: Unit, units: int) -> SampleSize:
    """Asking for so many of that unit."""
    return SampleSize(**{{Unit.DAY: "days", Unit.HOUR: "hours", Unit.MONTH: "months"}[unit]: units})


def _capped_from(params: MoneyPerUnit) -> int | None:
    """The first count whose sum reaches the cap."""
    if params.cap_yuan is None:
        return None
    count, reached = 0, 0
    while reached < params.cap_yuan:
        count += 1
        reached += next(tier.yuan for tier in params.tiers if tier.up_to is None or count <= tier.up_to)
    return count


def _count(rule: Rule, asked: SampleSize) -> int:
    """A rate needs several people to be worth looking at."""
    if isinstance(rule.params, MoneyCourseware):
        return asked.heads or rule.params.full_heads
    return asked.heads or (20 if isinstance(rule.params, MoneyHeads) else 1)


def _day(book: Rulebook) -> date:
    """A day on which the document sets the standard: its first, or the first after its transitional clause."""
    return max(book.valid.first, book.transition[1].began_before) if book.transition else book.valid.first


def _people(rule: Rule, claim: ClassClaim, asked: SampleSize, count: int) -> list[PersonClaim]:
    params = rule.params
    hours, days = asked.hours, asked.days
    if hours is None:
        hours = telling_count(params, Unit.HOUR) if days is None else days * _HOURS_A_DAY
    if days is None:
        days = telling_count(params, Unit.DAY) if asked.hours is None else -(-hours // _HOURS_A_DAY)
    costs = dict.fromkeys(params.costs, _COST) if isinstance(params, MoneyActualCost) else {}
    rows = params.rows if isinstance(params, MoneyTable) else ()
    held = tuple(PersonCertificate(name, first=True) for name in getattr(params, "certificates", ())[:1])
    one = PersonClaim(
        key="01",
        group=claim.group,
        valid_days=days,
        valid_hours=Fraction(hours),
        off_job=True,
        qualified=True,
        employed=True,
        certificates=(*(PersonCertificate(row.key, first=True) for row in _telling(rows)), *held),
        licensed=True,
        licence_months=3,
        work_months=telling_count(params, Unit.MONTH) if asked.months is None else asked.months,
        stage=rows[-1].key if rows else None,
        contract_years=1,
        costs=costs,
        already_paid=(),
        evaluation_fee=False,
    )
    # Every fifth person has found no work, so that a class of twenty stands exactly on the edge of 80 %.
    return [replace(one, key=f"{n:02d}", employed=bool(n % 5)) for n in range(1, count + 1)]
