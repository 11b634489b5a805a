"""The engines whose sum rests on one person alone or on the class alone, by the kind of their parameters."""

from dataclasses import replace

from claims.case import Case
from claims.facts_of_claim import PersonClaim
from claims.money.cost_sums import actual_cost
from claims.money.head_sums import per_head
from claims.money.result import unproven
from claims.money.shares import shared
from claims.money.stage_sums import staged
from claims.money.table_sums import table
from claims.money.unit_sums import per_unit
from claims.trace import Trace
from facts.errors import InternalError
from facts.text import Text
from policy.kinds import (
    MoneyActualCost,
    MoneyExternal,
    MoneyPerHead,
    MoneyPerUnit,
    MoneySameAs,
    MoneyStaged,
    MoneyTable,
    Params,
)
from policy.rulebook import Rule

PERSONAL: tuple[type[Params], ...] = (
    MoneyPerUnit,
    MoneyPerHead,
    MoneyTable,
    MoneyStaged,
    MoneyActualCost,
    MoneyExternal,
    MoneySameAs,
)


def personal(case: Case, rule: Rule, person: PersonClaim, of: Rule | None = None) -> Trace:
    """What the rule pays for the person; ``of`` is the rule whose parameters it borrows (参照), if any."""
    return shared(case, rule, person, _whole(case, rule, person, of))


def _whole(  # noqa: PLR0911 - one line for each kind
    case: Case, rule: Rule, person: PersonClaim, of: Rule | None
) -> Trace:
    params = (of or rule).params
    match params:
        case MoneyPerUnit():
            return per_unit(case, rule, params, person)
        case MoneyPerHead():
            return per_head(case, rule, params, person)
        case MoneyTable():
            return table(case, rule, params, person)
        case MoneyStaged():
            return staged(case, rule, params, person)
        case MoneyActualCost():
            return actual_cost(case, rule, params, person)
        case MoneyExternal():
            return _external(rule, params, person)
        case MoneySameAs():
            return _same_as(case, rule, params, person)
        case _:
            raise InternalError(f"rule {rule.id}: got kind {params.kind}, expected one that pays per person")


def _same_as(case: Case, rule: Rule, params: MoneySameAs, person: PersonClaim) -> Trace:
    """The other rule's sum under this rule's own clause; the other's programme and groups do not matter."""
    other = case.book.rule(params.rule)
    found = personal(case, rule, person, of=other)
    note = Text(f"参照 {other.id}：{other.article}{other.quote}", f"as {other.id}: {other.article}{other.quote}")
    return replace(found, notes=(*found.notes, note))


def _external(rule: Rule, params: MoneyExternal, person: PersonClaim) -> Trace:
    document = params.document
    missing = Text(
        f"《{document}》中的补贴标准：该文件未载入", f"the sum in 《{document}》: that document is not loaded"
    )
    return unproven(rule, person.key, missing)
