from claims.case import Case
from claims.facts_of_claim import PersonClaim
from claims.money.conditions import condition
from claims.money.courseware import courseware
from claims.money.heads import heads
from claims.money.person_sums import PERSONAL as BASIC
from claims.money.person_sums import personal
from claims.money.result import lack, not_applicable, unproven
from claims.money.shares import share
from claims.money.uplift import uplift
from claims.trace import Trace
from facts.errors import InputError, InternalError
from policy.kinds import MoneyCondition, MoneyCourseware, MoneyHeads, MoneyShare, MoneyUplift, Params
from policy.rulebook import Rule

PERSONAL: tuple[type[Params], ...] = (*BASIC, MoneyUplift, MoneyShare)
CLASSWIDE: tuple[type[Params], ...] = (MoneyHeads, MoneyCourseware, MoneyCondition)


def trace(case: Case, rule: Rule, person: PersonClaim | None = None) -> Trace:
    """What the rule pays: for the person where it pays people, else for the class."""
    if isinstance(rule.params, CLASSWIDE):
        return _bound(case, rule, case.binds(rule), case.claim.id) or _of_class(case, rule)
    if not isinstance(rule.params, PERSONAL):
        raise InputError(f"rule {rule.id}: got kind {rule.kind}, expected a money rule; see `xueshi explain {rule.id}`")
    if person is None:
        raise InputError(f"rule {rule.id}: got no person, expected one; it pays each person")
    return _bound(case, rule, case.concerns(rule, person), person.key) or _of_person(case, rule, person)


def traces(case: Case, rule: Rule) -> tuple[Trace, ...]:
    """What the rule pays to everybody in the class, or for the class."""
    if isinstance(rule.params, CLASSWIDE):
        return (trace(case, rule),)
    return tuple(trace(case, rule, person) for person in case.people)


def _bound(case: Case, rule: Rule, concerns: bool | None, subject: str) -> Trace | None:  # noqa: FBT001 - three-valued
    if concerns is False:
        return not_applicable(rule, subject)
    return (
        unproven(rule, subject, lack("class_days" if _dateless(case, rule) else "group")) if concerns is None else None
    )


def _dateless(case: Case, rule: Rule) -> bool:
    """Whether it is the class's days that leave open whether the rule binds."""
    return case.book.concerns(rule, case.claim.programme, case.claim.group) is True


def _of_person(case: Case, rule: Rule, person: PersonClaim) -> Trace:
    if isinstance(rule.params, MoneyUplift):
        return uplift(case, rule, rule.params, person)
    if isinstance(rule.params, MoneyShare):
        return share(rule, rule.params, person)
    return personal(case, rule, person)


def _of_class(case: Case, rule: Rule) -> Trace:
    match rule.params:
        case MoneyHeads() as params:
            return heads(case, rule, params)
        case MoneyCourseware() as params:
            return courseware(case, rule, params)
        case MoneyCondition() as params:
            return condition(case, rule, params)
        case _:
            raise InternalError(f"rule {rule.id}: got kind {rule.kind}, expected one that speaks of the class")
