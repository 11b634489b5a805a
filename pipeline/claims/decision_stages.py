"""What may happen to a claim's decision next: one reviewer proposes, another signs (YQ-P6), and nothing is taken back."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from facts.claim_decision import ClaimCase, ClaimStage, DecisionDeed, DecisionEvent, Ruling, SettledSum
from facts.counting import counted
from facts.money import Fen
from facts.refusals import Refusal, forbidden, refuse, stands
from facts.span import local_day
from facts.text import Text
from facts.verdict import Assumption
from policy.assumptions import RETURN_TERM

TERM_WORKDAYS = 10
TERM = Assumption("S7", RETURN_TERM, str(TERM_WORKDAYS))
_AFTER = {
    Ruling.APPROVE: ClaimStage.APPROVED,
    Ruling.RETURN: ClaimStage.RETURNED,
    Ruling.REFUSE: ClaimStage.REFUSED,
}
_WHERE = "decision"
_BEFORE = {
    DecisionDeed.PROPOSE: ClaimStage.OPEN,
    DecisionDeed.SIGN: ClaimStage.PROPOSED,
    DecisionDeed.OBJECT: ClaimStage.PROPOSED,
    DecisionDeed.PAY: ClaimStage.APPROVED,
}


@dataclass(frozen=True, slots=True)
class ClaimState:
    """What a decision has to look at: the sums as the doubts leave them, which doubts are open, and who may not decide.

    ``altered``: the kept screening is not what the log has; ``stale``: the class was verified again after this
    screening, or another claim for the same people was approved, or a measure against the institution changed, or it
    knows nobody for whom it supports money; ``provisional``: it was tried under a lapsed document.
    """

    newest: bool
    sums: tuple[SettledSum, ...]
    open_doubts: tuple[str, ...]
    parties: Collection[str]
    altered: bool = False
    stale: bool = False
    provisional: bool = False


def claim_stage(case: ClaimCase) -> ClaimStage:
    """How far the claim has come."""
    if not case.events:
        return ClaimStage.OPEN
    last = case.events[-1]
    if last.deed is DecisionDeed.SIGN:
        return _AFTER[last.ruling]
    if last.deed is DecisionDeed.PAY:
        return ClaimStage.APPROVED if any(left.fen for left in unpaid(case).values()) else ClaimStage.PAID
    return ClaimStage.PROPOSED if last.deed is DecisionDeed.PROPOSE else ClaimStage.OPEN


def unpaid(case: ClaimCase) -> dict[tuple[str, str], Fen]:
    """What of the approved sums was not paid yet, by recipient and fund."""
    signed = next((one for one in reversed(case.events) if one.deed is DecisionDeed.SIGN), None)
    left = {(one.recipient, one.fund): one.amount for one in signed.sums} if signed else {}
    for payment in (one.payment for one in case.events if one.payment):
        left[(payment.recipient, payment.fund)] -= payment.amount
    return left


def suggested(state: ClaimState, *, complete: bool) -> Ruling:
    """What the system proposes: something is open, or nothing is due, or the sums are."""
    if state.open_doubts or state.stale or not complete:
        return Ruling.RETURN
    return Ruling.APPROVE if any(one.amount.fen for one in state.sums) and not state.provisional else Ruling.REFUSE


def decided(case: ClaimCase, event: DecisionEvent, state: ClaimState) -> ClaimCase:
    """The claim after one more event, or every reason why that may not happen."""
    refuse([*_step_refusals(case, event, state), *_approval_refusals(event, state), *_payment_refusals(case, event)])
    return replace(case, events=(*case.events, event))


def _step_refusals(case: ClaimCase, event: DecisionEvent, state: ClaimState) -> list[Refusal]:
    found, at = [], claim_stage(case)
    if not state.newest:
        text = Text("这一版已有更正后的申领，请办理最新一版", "a later version of the claim is there; decide that one")
        found.append(stands(_WHERE, text, "an earlier version", "the newest version of the claim"))
    if state.altered:
        text = Text(
            "库中的核查结果与日志不符（记录可能被改动），不能据此办理；请勿改动数据库，并告知审计员",
            "the kept screening is not what the log has (it may have been changed); leave the database alone and tell the auditor",
        )
        found.append(stands("document", text, "another text than the log has", "the screening as it was made"))
    wanted = _BEFORE[event.deed]
    if at is not wanted:
        text = Text(f"现在不能这样办（{at.text.zh}）", f"that cannot be done now ({at.text.en})")
        found.append(stands(_WHERE, text, at.value, wanted.value))
    elif at is ClaimStage.PROPOSED:
        found += _second_refusals(case.events[-1], event)
    if event.by in state.parties:
        text = Text(
            "提交过本申领或说明过疑点的人不能办理", "whoever handed in the claim or explained a doubt decides nothing"
        )
        found.append(forbidden(_WHERE, text, "a party to the claim", "somebody else"))
    if not event.words.strip() and event.deed is not DecisionDeed.PAY:
        text = Text("请写明理由", "say why")
        found.append(Refusal("words", text, "nothing", "a reason in words"))
    return found


def _second_refusals(first: DecisionEvent, event: DecisionEvent) -> list[Refusal]:
    found = []
    if event.by == first.by:
        text = Text("须另一人签字（两人以上审查签字）", "another reviewer signs: two people at least")
        found.append(forbidden(_WHERE, text, "the same person twice", "a second reviewer"))
    if event.ruling is not first.ruling:
        text = Text("签字的决定与提出的决定不同", "the ruling signed is another than was proposed")
        found.append(stands("ruling", text, event.ruling.value, first.ruling.value))
    if event.deed is DecisionDeed.SIGN and event.sums != first.sums:
        text = Text("金额在提出之后变了，请不同意并重新提出", "the sums changed since; object, and propose anew")
        found.append(stands("sums", text, "other sums now", "those that were proposed"))
    return found


def _approval_refusals(event: DecisionEvent, state: ClaimState) -> list[Refusal]:
    """Nothing is approved over what nobody has looked at."""
    if event.ruling is not Ruling.APPROVE or event.deed not in {DecisionDeed.PROPOSE, DecisionDeed.SIGN}:
        return []
    found = []
    if state.open_doubts:
        count = len(state.open_doubts)
        text = Text(
            f"还有 {count} 个疑点没有了结，请先采信或维持",
            counted(count, "doubt is open; accept or uphold it first", "doubts are open; accept or uphold them first"),
        )
        found.append(stands("doubts", text, ", ".join(state.open_doubts[:10]), "every doubt closed"))
    if state.stale:
        text = Text(
            "核查之后情况有变，不能按旧结果核准：班期重新核验过，或同一人员的另一申领已核准，或对机构的监管记录有变，"
            "或当时未记下金额属于谁。请机构重新提交（可为同一文件）后再核准",
            "things changed after this screening, and it cannot be approved as it stands: the class was verified again, or"
            " another claim for the same people was approved, or a measure against the institution changed, or it does not"
            " know for whom it supports money; have the claim handed in again (the same file will do)",
        )
        found.append(stands("reports", text, "a later report or claim", "a screening after them"))
    if state.provisional:
        text = Text("暂按已失效文件的试算不能核准", "a trial under a lapsed document cannot be approved")
        found.append(stands("policy", text, "a lapsed document", "a document in force"))
    if not any(one.amount.fen for one in state.sums):
        text = Text(
            "核定金额为 0，请选“退回补正”或“不予支持”", "nothing is due; return the claim, or do not support it"
        )
        found.append(stands("sums", text, "0", "a sum above nothing"))
    return found


def _payment_refusals(case: ClaimCase, event: DecisionEvent) -> list[Refusal]:
    """No more than was approved leaves, for nobody else, and on no day to come."""
    if event.deed is not DecisionDeed.PAY or claim_stage(case) is not ClaimStage.APPROVED:
        return []
    payment, left = event.payment, unpaid(case)
    if payment is None or (payment.recipient, payment.fund) not in left:
        text = Text(
            "该申领没有核准发给此对象、由此资金列支的金额", "nothing was approved for that recipient out of that fund"
        )
        names = "; ".join(" ".join(key).strip() for key in left)
        return [Refusal("recipient", text, payment.recipient if payment else "nothing", names)]
    found = []
    due = left[payment.recipient, payment.fund]
    if payment.amount > due:
        text = Text(
            f"超过尚未拨付的核定金额 {due}", f"more than the {due.fen / 100:g} yuan that are left of the settled sum"
        )
        found.append(Refusal("amount", text, str(payment.amount), f"at most {due}"))
    if payment.day > local_day(event.at):
        text = Text("拨付日期在今天之后", "the day of payment is still to come")
        found.append(Refusal("day", text, payment.day.isoformat(), "today or earlier"))
    return found
