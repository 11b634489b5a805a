from collections.abc import Iterator

from claims.case import Case
from claims.facts_of_claim import PersonClaim
from claims.money.members import NOT_COUNTED, both, counts, firm_lack, firm_listed, firm_unlisted, lacking
from claims.money.result import day_reading, excluded, lack, nothing_due, paid, unproven
from claims.purpose import means
from claims.trace import Trace, TraceTerm
from facts.counting import counted
from facts.money import Fen
from facts.text import Text
from policy.kinds.money_heads import HeadBasis, MoneyPerHead, PaidHeads
from policy.rulebook import Rule

_PERSON = Text("人", "persons")
_YEAR = Text("人年", "person-years")


def per_head(case: Case, rule: Rule, params: MoneyPerHead, person: PersonClaim) -> Trace:
    """A flat sum for a head that counts and has trained long enough by days or by hours."""
    member, listed = counts(params.heads, case, person), firm_listed(case, params.firms)
    if False in (member, listed):
        why = NOT_COUNTED[params.heads] if member is False else firm_unlisted(params.firms)
        return nothing_due(rule, person.key, why)
    if (barred := excluded(case, rule, params.not_with, person)) is not None:
        return barred
    enough, fresh = both(_long_enough(params, person), _off_job(params, person)), _fresh(case, rule, params, person)
    if enough is False:
        return nothing_due(rule, person.key, *_short(params, person))
    if fresh is False:
        return nothing_due(rule, person.key, Text("本年度已享受", "already paid in this year"))
    if None in (member, listed, enough, fresh):
        return unproven(rule, person.key, *_lacking(case, rule, params, person))
    notes = _by_days(case, params, person)
    return paid(rule, person.key, [_term(rule, params, person)], flags=_flags(params, person), notes=notes)


def _by_days(case: Case, params: MoneyPerHead, person: PersonClaim) -> Iterator[Text]:
    """Where the days reach the floor and the hours do not, what a day is decides the sum."""
    days, hours = person.valid_days, person.valid_hours
    if params.floor_days is None or days is None or days < params.floor_days:
        return
    if params.floor_hours is None or hours is None or hours < params.floor_hours:
        reading = day_reading(case)
        yield Text(
            f"以 {days} 天（共 {_or_dash(hours)} 学时）达到 {params.floor_days} 天；{reading.zh}",
            f"{counted(days, 'day')} (of {counted(_or_dash(hours), 'hour')}) reach {counted(params.floor_days, 'day')}; {reading.en}",
        )


def _long_enough(params: MoneyPerHead, person: PersonClaim) -> bool | None:
    """Either floor suffices; a rule without floors is met by anybody."""
    pairs = [(params.floor_days, person.valid_days), (params.floor_hours, person.valid_hours)]
    answers = [None if got is None else got >= floor for floor, got in pairs if floor is not None]
    if not answers or True in answers:
        return True
    return None if None in answers else False


def _off_job(params: MoneyPerHead, person: PersonClaim) -> bool | None:
    return person.off_job if params.off_job else True


def _fresh(case: Case, rule: Rule, params: MoneyPerHead, person: PersonClaim) -> bool | None:
    """每人每年: the same subsidy is paid once within a year; apprentices are paid by the years of their contract."""
    if params.per is not HeadBasis.PERSON_YEAR or params.heads is PaidHeads.APPRENTICES:
        return True
    own = (rule.id, *rule.programmes)
    names = [one.name for one in person.paid_before if case.claim.first_day and one.year == case.claim.first_day.year]
    if any(means(name, word, case.book.programmes) for name in (*names, *(person.already_paid or ())) for word in own):
        return False
    return None if person.already_paid is None else True


def _lacking(case: Case, rule: Rule, params: MoneyPerHead, person: PersonClaim) -> dict[Text, None]:
    missing = list(lacking(params.heads, case, person))
    if firm_listed(case, params.firms) is None:
        missing.append(firm_lack(params.firms))
    if _long_enough(params, person) is None:
        if params.floor_days is not None and person.valid_days is None:
            missing.append(lack("days", person))
        if params.floor_hours is not None and person.valid_hours is None:
            missing.append(lack("hours", person))
    if _off_job(params, person) is None:
        missing.append(lack("off_job", person))
    if _fresh(case, rule, params, person) is None:
        missing.append(lack("history", person))
    return dict.fromkeys(missing)


def _short(params: MoneyPerHead, person: PersonClaim) -> Iterator[Text]:
    if _long_enough(params, person) is False:
        floors = [(params.floor_days, "天", "days"), (params.floor_hours, "学时", "hours")]
        zh = " 或 ".join(f"{floor} {unit}" for floor, unit, _ in floors if floor is not None)
        en = " or ".join(f"{floor} {unit}" for floor, _, unit in floors if floor is not None)
        got = (person.valid_days, person.valid_hours)
        yield Text(
            f"累计 {got[0]} 天、{_or_dash(got[1])} 学时，不足 {zh}",
            f"{counted(got[0], 'day')} and {counted(_or_dash(got[1]), 'hour')}, short of {en}",
        )
    if params.off_job and person.off_job is False:
        yield Text("非脱产培训", "not off the job")


def _or_dash(value: object) -> str:
    return "—" if value is None else str(value)


def _term(rule: Rule, params: MoneyPerHead, person: PersonClaim) -> TraceTerm:
    """Apprentices are paid for each year of their contract, everybody else once."""
    by_year = params.per is HeadBasis.PERSON_YEAR and params.heads is PaidHeads.APPRENTICES
    count = (person.contract_years or 0) if by_year else 1
    label = Text(f"{params.heads.zh} 1 人", f"one head ({params.heads.value})")
    cited = tuple(hour for day in person.day_sources for hour in day)
    return TraceTerm(label, count, _YEAR if by_year else _PERSON, Fen.yuan(params.yuan), rule.id, sources=cited)


def _flags(params: MoneyPerHead, person: PersonClaim) -> Iterator[Text]:
    if params.floor_days is not None and person.half_days:
        yield Text(f"其中 {person.half_days} 天仅半天有效（A9）", f"{person.half_days} of the days are half days (A9)")
