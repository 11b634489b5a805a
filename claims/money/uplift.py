from datetime import date

from claims.case import Case
from claims.facts_of_claim import PersonClaim
from claims.money.members import firm_listed
from claims.money.person_sums import personal
from claims.money.result import not_applicable, paid, unproven
from claims.trace import Trace, TraceTerm
from facts.text import Text
from facts.verdict import Status
from policy.kinds import MoneyUplift
from policy.rulebook import Rule

_READING = Text(
    "按应补金额的比例计；上浮后的上限文件未写明", "a share of the sum due; the document names no raised cap"
)
_SUM = Text("份", "sums")
_LATE = Text("上浮期限已过", "the time for the uplift is over")
_UNLISTED = Text("企业不在上浮名单内", "the firm is on no list that allows the uplift")


def uplift(case: Case, rule: Rule, params: MoneyUplift, person: PersonClaim) -> Trace:
    """The most that may be added for a listed firm until the day, never part of what is due."""
    in_time, listed = _in_time(params, case.claim.first_day, case.claim.last_day), firm_listed(case, params.firms)
    if in_time is False or listed is False:
        return not_applicable(rule, person.key, _LATE if in_time is False else _UNLISTED)
    missing = []
    if in_time is None:
        missing.append(
            Text(f"班期起止日（上浮至 {params.last_day}）", f"the class's days (uplift to {params.last_day})")
        )
    if listed is None:
        missing.append(Text("相关部门确定的企业目录清单", "the official list of firms"))
    bases = [personal(case, base, person) for base in map(case.book.rule, params.of) if case.concerns(base, person)]
    if not bases:
        return not_applicable(rule, person.key, Text("本班期无可上浮的补贴", "no subsidy of this class may be raised"))
    missing.extend(text for base in bases for text in base.missing)
    if missing:
        return unproven(rule, person.key, *missing)
    terms = [
        TraceTerm(
            Text(f"{base.rule} 上浮", f"raise of {base.rule}"), 1, _SUM, base.total, base.rule, share=params.up_to
        )
        for base in bases
        if base.total is not None and base.status is Status.PASS
    ]
    return paid(rule, person.key, terms, ceiling=True, notes=[_READING])


def _in_time(params: MoneyUplift, first: date | None, last: date | None) -> bool | None:
    """A class that runs past the day is neither in time nor late until the document's authors say so."""
    if first is not None and first > params.last_day:
        return False
    return True if last is not None and last <= params.last_day else None
