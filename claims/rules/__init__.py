"""Every rule that needs tables or papers, applied to one claim: one module for each kind of rule."""

from collections.abc import Iterator
from dataclasses import replace

from claims.answers import AnswerWords, ClaimDossier, answer
from claims.outcome import ClaimFinding
from claims.rules.bars import claim_claimant, exemption, frees_class, policy_transition, sanction_bar
from claims.rules.check_in import presence_check_in
from claims.rules.deadline import process_deadline
from claims.rules.eligibility import people_eligible
from claims.rules.money import money_rule
from claims.rules.order import process_order
from claims.rules.papers import paper_findings
from claims.rules.rates import rate_threshold
from claims.rules.records import record_required
from claims.rules.relations import party_relation
from claims.rules.repetition import history_unique
from claims.rules.roster import roster_findings
from facts.text import Text
from facts.verdict import Status
from policy.kinds import (
    ClaimClaimant,
    Exemption,
    HistoryUnique,
    PartyRelation,
    PeopleEligible,
    PolicyTransition,
    PresenceCheckIn,
    ProcessDeadline,
    ProcessOrder,
    RateThreshold,
    RecordRequired,
    SanctionBar,
)
from policy.rulebook import Level, Rule


def all_findings(desk: ClaimDossier) -> tuple[ClaimFinding, ...]:
    """The roster first, then every B and C rule in force in the order of the document, then its lists of papers."""
    freed = freed_rules(desk)
    by_rule = (
        finding
        for rule in desk.book.rules
        if rule.level is not Level.A or _is_money(rule)
        for finding in _of(desk, rule, freed)
    )
    return (*roster_findings(desk), *by_rule, *paper_findings(desk))


def freed_rules(desk: ClaimDossier) -> dict[str, Rule]:
    """The rules from which an exemption frees this class, with the clause that does."""
    return {
        name: rule
        for rule, params in desk.book.of_kind(Exemption)
        if frees_class(desk, params)
        for name in params.frees
    }


def _of(desk: ClaimDossier, rule: Rule, freed: dict[str, Rule]) -> Iterator[ClaimFinding]:
    if isinstance(rule.params, Exemption):
        yield from exemption(desk, rule, rule.params)
    elif desk.case.binds(rule) is False:
        return
    elif rule.id in freed:
        by = freed[rule.id]
        found = answer(
            rule, Status.EXEMPT, AnswerWords("EXEMPT", Text(f"{by.title.zh}（{by.id}）", f"{by.title.en} ({by.id})"))
        )
        yield replace(found, finding=replace(found.finding, quote=by.quote, article=by.article))
    else:
        yield from _judged(desk, rule)


def _judged(desk: ClaimDossier, rule: Rule) -> Iterator[ClaimFinding]:  # noqa: C901, PLR0912 - one line for each kind
    match rule.params:
        case RecordRequired() as params:
            yield from record_required(desk, rule, params)
        case ProcessOrder() as params:
            yield from process_order(desk, rule, params)
        case ProcessDeadline() as params:
            yield from process_deadline(desk, rule, params)
        case PeopleEligible() as params:
            yield from people_eligible(desk, rule, params)
        case PartyRelation() as params:
            yield from party_relation(desk, rule, params)
        case HistoryUnique() as params:
            yield from history_unique(desk, rule, params)
        case RateThreshold() as params:
            yield from rate_threshold(desk, rule, params)
        case SanctionBar() as params:
            yield from sanction_bar(desk, rule, params)
        case ClaimClaimant() as params:
            yield from claim_claimant(desk, rule, params)
        case PolicyTransition() as params:
            yield from policy_transition(desk, rule, params)
        case PresenceCheckIn() as params:
            yield from presence_check_in(desk, rule, params)
        case _ if _is_money(rule):
            yield from money_rule(desk, rule)
        case _:
            return


def _is_money(rule: Rule) -> bool:
    return rule.kind.startswith("money.")
