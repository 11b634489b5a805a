from claims.case import Case
from claims.money.result import condition_kept, not_applicable, nothing_due, unproven
from claims.rates import rate
from claims.trace import Trace
from facts.text import Text
from facts.verdict import gravest
from policy.kinds import MoneyCondition, RateThreshold
from policy.kinds.base import per_cent
from policy.kinds.money_sums import SettlementMode
from policy.rulebook import Rule


def condition(case: Case, rule: Rule, params: MoneyCondition) -> Trace:
    """Whether the claim is settled as its programme allows, and asks for nothing that is left out or waived."""
    claim = case.claim
    parts = [
        *([_settlement(case, rule, params)] if params.settlement else []),
        *(
            [_named(case, rule, params.excludes, claim.cost_lines, "申领费用明细", "the cost lines")]
            if params.excludes
            else []
        ),
        *(
            [_named(case, rule, params.waives, claim.fees_charged, "向学员收费明细", "the fees charged")]
            if params.waives
            else []
        ),
    ]
    worst = gravest(part.status for part in parts)
    return next(part for part in parts if part.status is worst)


def threshold(case: Case, rule: Rule, params: RateThreshold) -> Trace:
    """Whether the rates on which payment depends are reached."""
    found = [(measure, rate(measure.rate, case)) for measure in params.measures]
    answers = [rated.reaches(measure.share) for measure, rated in found]
    notes = [
        Text(
            f"{rated.words.zh}，应 ≥ {per_cent(measure.share)}",
            f"{rated.words.en}, must be ≥ {per_cent(measure.share)}",
        )
        for measure, rated in found
    ]
    if False in answers:
        return nothing_due(rule, case.claim.id, *notes)
    if None in answers:
        return unproven(rule, case.claim.id, *(text for _, rated in found for text in rated.missing))
    return condition_kept(rule, case.claim.id, *notes)


def _settlement(case: Case, rule: Rule, params: MoneyCondition) -> Trace:
    claim = case.claim
    of = case.book.programmes
    allowed = next((item.mode for item in params.settlement if of.among(claim.programme, (item.programme,))), None)
    if allowed is None:
        return not_applicable(rule, claim.id)
    modes = tuple(mode.value for mode in SettlementMode)
    if claim.settlement not in modes:
        return unproven(
            rule, claim.id, Text("本次申领为一次结算还是分段结算", "whether the claim settles all or a stage")
        )
    if claim.settlement == SettlementMode.STAGED and allowed is SettlementMode.ONCE:
        return nothing_due(
            rule,
            claim.id,
            Text(f"{claim.programme}一单一结算，不得分段", "this programme is settled once, not in stages"),
        )
    return condition_kept(rule, claim.id)


def _named(case: Case, rule: Rule, barred: tuple[str, ...], lines: tuple[str, ...] | None, zh: str, en: str) -> Trace:
    if lines is None:
        return unproven(rule, case.claim.id, Text(zh, en))
    found = [name for name in barred if name in lines]
    if found:
        names = "、".join(found)
        return nothing_due(rule, case.claim.id, Text(f"{zh}中不得有：{names}", f"{en} must not hold {names}"))
    return condition_kept(rule, case.claim.id)
