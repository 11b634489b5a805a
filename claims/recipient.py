"""To whom a rule pays and out of which fund: sums of different recipients or funds are never added up."""

from dataclasses import dataclass

from claims.case import Case
from policy.kinds import (
    MoneyActualCost,
    MoneyCourseware,
    MoneyExternal,
    MoneyHeads,
    MoneyPerHead,
    MoneyPerUnit,
    MoneySameAs,
    MoneyStaged,
    MoneyTable,
)
from policy.rulebook import Rule

PERSON = "个人"
CLAIMANT = "申领人"
_NAMES = {"学员": PERSON, "培训主体": CLAIMANT, "院校": "培训机构"}
_PAYS = (
    MoneyPerUnit, MoneyPerHead, MoneyTable, MoneyStaged, MoneyActualCost, MoneyCourseware, MoneyExternal, MoneySameAs,
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Purse:
    """Who is paid (培训机构, 企业, 评价机构, 个人, or whoever may claim), and the fund where the document names one."""

    recipient: str = CLAIMANT
    fund: str = ""


def purse_of(rule: Rule) -> Purse:
    """The recipient that the rule itself names, else the one party that it speaks to."""
    named = getattr(rule.params, "recipient", "") or (rule.binds[0] if len(rule.binds) == 1 else "")
    plain = named.partition("（")[0] or CLAIMANT
    return Purse(_NAMES.get(plain, plain), getattr(rule.params, "fund", ""))


def main_purse(case: Case) -> Purse:
    """What the claim itself is for: the purse of the first rule that pays its programme, else of the first that pays."""
    pays = [rule for rule in case.book.rules if isinstance(rule.params, _PAYS) and case.binds(rule) is not False]
    own = [rule for rule in pays if case.claim.programme and case.claim.programme in rule.programmes]
    return next((purse_of(rule) for rule in (*own, *pays)), Purse())


def is_main(case: Case, rule: Rule) -> bool:
    """Whether the rule's sum belongs to what the claim itself is for; a rate that decides a sum goes with that sum."""
    if isinstance(rule.params, MoneyHeads):
        return all(is_main(case, case.book.rule(name)) for name in rule.params.of)
    return purse_of(rule) == main_purse(case)
