"""Every rule that needs tables or papers, applied to one claim: one module for each kind of rule."""

from collections.abc import Iterator
from dataclasses import replace

from claims.answers import AnswerWords, ClaimDossier, answer
from claims.outcome import ClaimFinding
from claims.rules.bars import claim_claimant, exemption, frees_class, policy_transition, sanction_bar
from claims.rules.check_in import presence_check_in
from claims.rules.contradictions import contradiction_findings
from claims.rules.deadline import process_deadline
from claims.rules.eligibility import people_eligible
from claims.rules.inspection import process_inspection
from claims.rules.money import money_rule
from claims.rules.order import process_order
from claims.rules.papers import paper_findings
from claims.rules.payments import payment_findings
from claims.rules.rates import rate_threshold
from claims.rules.records import record_required
from claims.rules.relations import party_relation
from claims.rules.repetition import history_unique
from claims.rules.roster import roster_findings
from claims.rules.turnout import presence_share
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
    PresenceShare,
    ProcessDeadline,
    ProcessInspection,
    ProcessOrder,
    RateThreshold,
    RecordRequired,
    SanctionBar,
)
from policy.rulebook import Level, Rule


def all_findings(dossier: ClaimDossier) -> tuple[ClaimFinding, ...]:
    """The roster first, then every B and C rule in force in the order of the document, then its lists of papers."""
    freed = freed_rules(dossier)
    by_rule = (
        finding
        for rule in dossier.book.rules
        if rule.level is not Level.A or isinstance(rule.params, PresenceShare) or _is_money(rule)
        for finding in _of(dossier, rule, freed)
    )
    own = (*roster_findings(dossier), *payment_findings(dossier), *contradiction_findings(dossier))
    return (*own, *by_rule, *paper_findings(dossier))


def freed_rules(dossier: ClaimDossier) -> dict[str, Rule]:
    """The rules from which an exemption frees this class, with the clause that does."""
    return {
        name: rule
        for rule, params in dossier.book.of_kind(Exemption)
        if frees_class(dossier, params)
        for name in params.frees
    }


def _of(dossier: ClaimDossier, rule: Rule, freed: dict[str, Rule]) -> Iterator[ClaimFinding]:
    if isinstance(rule.params, Exemption):
        yield from exemption(dossier, rule, rule.params)
    elif dossier.case.binds(rule) is False:
        return
    elif rule.id in freed:
        by = freed[rule.id]
        found = answer(
            rule, Status.EXEMPT, AnswerWords("EXEMPT", Text(f"{by.title.zh}（{by.id}）", f"{by.title.en} ({by.id})"))
        )
        yield replace(found, finding=replace(found.finding, quote=by.quote, article=by.article))
    else:
        yield from _judged(dossier, rule)


def _judged(dossier: ClaimDossier, rule: Rule) -> Iterator[ClaimFinding]:  # noqa: C901, PLR0912 - one line for each kind
    match rule.params:
        case RecordRequired() as params:
            yield from record_required(dossier, rule, params)
        case ProcessOrder() as params:
            yield from process_order(dossier, rule, params)
        case ProcessDeadline() as params:
            yield from process_deadline(dossier, rule, params)
        case PeopleEligible() as params:
            yield from people_eligible(dossier, rule, params)
        case PartyRelation() as params:
            yield from party_relation(dossier, rule, params)
        case HistoryUnique() as params:
            yield from history_unique(dossier, rule, params)
        case RateThreshold() as params:
            yield from rate_threshold(dossier, rule, params)
        case SanctionBar() as params:
            yield from sanction_bar(dossier, rule, params)
        case ClaimClaimant() as params:
            yield from claim_claimant(dossier, rule, params)
        case PolicyTransition() as params:
            yield from policy_transition(dossier, rule, params)
        case PresenceCheckIn() as params:
            yield from presence_check_in(dossier, rule, params)
        case PresenceShare() as params:
            yield from presence_share(dossier, rule, params)
        case ProcessInspection() as params:
            yield from process_inspection(dossier, rule, params)
        case _ if _is_money(rule):
            yield from money_rule(dossier, rule)
        case _:
            return


def _is_money(rule: Rule) -> bool:
    return rule.kind.startswith("money.")
