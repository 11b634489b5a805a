"""Part of another rule's sum, by whether the person holds a certificate (money.share)."""

from dataclasses import replace

from claims.case import Case
from claims.facts_of_claim import PersonClaim
from claims.money.result import condition_kept, lack, unproven
from claims.trace import Trace
from facts.money import Fen
from facts.text import Text
from facts.verdict import Status
from policy.kinds import MoneyShare
from policy.kinds.base import per_cent
from policy.rulebook import Rule


def certified(params: MoneyShare, person: PersonClaim) -> bool | None:
    """Whether the person holds one of those meant, or any where the rule names none; one of no known kind is open."""
    if person.certificates is None:
        return None
    levels = {one.level for one in person.certificates}
    if levels & set(params.certificates) or (levels - {""} and not params.certificates):
        return True
    return None if "" in levels else False


def share(rule: Rule, params: MoneyShare, person: PersonClaim) -> Trace:
    """Which part is due, without a sum of its own."""
    holds = certified(params, person)
    if holds is None:
        return unproven(rule, person.key, lack("certificates", person))
    part = per_cent(params.without)
    whole = Text("已取得证书，全额", "certified: all of it is due")
    note = whole if holds else Text(f"未取得证书，按 {part} 计", f"no certificate: {part} is due")
    return condition_kept(rule, person.key, note)


def shared(case: Case, rule: Rule, person: PersonClaim, whole: Trace) -> Trace:
    """The sum of ``rule`` as the shares leave it; a sum of nothing stays nothing."""
    for share, params in case.book.of_kind(MoneyShare):
        bound = case.concerns(share, person) if rule.id in params.of else False
        if bound is False or whole.status is not Status.PASS:
            continue
        holds = certified(params, person)
        if bound is None or holds is None:
            return unproven(rule, person.key, lack("group" if bound is None else "certificates", person))
        if not holds:
            whole = _part(whole, share, params)
    return whole


def _part(whole: Trace, share: Rule, params: MoneyShare) -> Trace:
    part = params.without
    terms = tuple(replace(term, share=term.share * part) for term in whole.terms)
    cap = None if whole.cap is None else Fen.rounded_down(whole.cap.fen * part)
    due = Fen(sum(term.amount.fen for term in terms))
    why = Text(
        f"未取得证书，按 {per_cent(part)} 计（{share.id}：{share.article}{share.quote}）",
        f"without certificate {per_cent(part)} is due ({share.id}: {share.article}{share.quote})",
    )
    return replace(whole, terms=terms, cap=cap, total=due if cap is None else min(due, cap), notes=(why, *whole.notes))
