from collections.abc import Iterator

from claims.case import Case
from claims.facts_of_claim import PersonClaim
from claims.money.result import paid, unproven
from claims.trace import Trace, TraceTerm
from facts.money import Fen
from facts.text import Text
from policy.kinds import MoneyActualCost
from policy.kinds.money_heads import HeadBasis
from policy.rulebook import Rule

_SUM = Text("笔", "sums")


def actual_cost(case: Case, rule: Rule, params: MoneyActualCost, person: PersonClaim) -> Trace:
    """What was really charged or paid for the person, up to a ceiling."""
    ceiling = _ceiling(case, params)
    missing = [
        Text(f"学员 {person.key} 的{name}（发票或发放凭证）", f"trainee {person.key}: {name} (invoice or receipt)")
        for name in params.costs
        if name not in person.costs
    ]
    if ceiling is None:
        missing.append(Text(f"{params.ceiling}（文件或批文）", f"{params.ceiling} (the paper that fixes it)"))
    if missing:
        return unproven(rule, person.key, *missing)
    terms = [TraceTerm(Text(name, name), 1, _SUM, person.costs[name], rule.id) for name in params.costs]
    return paid(rule, person.key, terms, cap=ceiling, notes=_notes(params, person))


def _ceiling(case: Case, params: MoneyActualCost) -> Fen | None:
    if params.ceiling_yuan is not None:
        return Fen.yuan(params.ceiling_yuan)
    return case.claim.ceilings.get(params.ceiling)


def _notes(params: MoneyActualCost, person: PersonClaim) -> Iterator[Text]:
    if params.per is HeadBasis.PERSON_YEAR:
        yield Text("按一个年度内的合计", "what was paid within one year")
    others = sorted(set(person.costs) - set(params.costs))
    if others:
        yield Text(f"不计入：{'、'.join(others)}", f"not counted: {', '.join(others)}")
