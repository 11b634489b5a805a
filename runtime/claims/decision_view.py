"""A claim's end as its page and the API show it: what was done, what the system proposes, and the letter of return."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from facts.claim_decision import ClaimCase, ClaimStage, DecisionDeed, Ruling, SettledSum
from facts.errors import SetupError
from facts.money import Fen
from facts.span import local_day
from facts.text import Text
from facts.verdict import Status
from pipeline.accounts.rights import Role
from pipeline.claims.decision_stages import TERM_WORKDAYS, ClaimState, claim_stage, suggested, unpaid
from policy.workdays import add_workdays
from report.claims.money import money, recipient
from report.claims.return_letter import return_letter
from report.claims.schema import ClaimDocument, EndEntry, SettledEntry
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.claims.decision import claim_state, decision_book
from runtime.platform.service import Service
from storage.database.claims import ClaimRow, claims
from storage.database.connection import reading
from storage.database.tables.claims import CLAIM_DECISIONS, CLAIMS


@dataclass(frozen=True, slots=True)
class UnpaidSum:
    """What is still to be paid to one recipient out of one fund."""

    recipient: str
    fund: str
    left: Fen


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A claim's end as its page shows it: what was done, what the system proposes, and the letter where it went back."""

    case: ClaimCase
    stage: ClaimStage
    state: ClaimState
    suggestion: Ruling
    unpaid: tuple[UnpaidSum, ...] = ()
    letter: Text | None = None

    @property
    def signed(self) -> tuple[SettledSum, ...]:
        """The sums that were approved, else those that are proposed."""
        last = self.case.events[-1] if self.case.events else None
        told = last is not None and last.deed is not DecisionDeed.OBJECT
        return next((one.sums for one in reversed(self.case.events) if one.sums), ()) if told else ()


def decision_view(service: Service, row: ClaimRow, body: ClaimDocument) -> DecisionView:
    """How far the claim has come, and what could be decided now."""
    with reading(service.engine, "reading a decision") as connection:
        case = decision_book(service).case(connection, row.id)
        state = claim_state(service, connection, row, body)
    proposal = suggested(state, complete=_complete(body))
    return DecisionView(case, claim_stage(case), state, proposal, _open_sums(case), _letter(case, body))


def _open_sums(case: ClaimCase) -> tuple[UnpaidSum, ...]:
    """What of an approved claim is still to be paid."""
    return tuple(UnpaidSum(*purse, left) for purse, left in unpaid(case).items() if left.fen)


def with_end(service: Service, row: ClaimRow, body: ClaimDocument) -> ClaimDocument:
    """The screening with what reviewers made of it, for whoever takes it away."""
    view = decision_view(service, row, body)
    sums = () if view.stage in _UNPAID_ENDS else view.signed or view.state.sums
    settled = [_settled(one, view.case) for one in sums]
    text = view.stage.text
    end: EndEntry = {"stage": view.stage.value, "text": {"zh": text.zh, "en": text.en}, "settled": settled}
    return {**body, "end": end}


_UNPAID_ENDS = frozenset({ClaimStage.RETURNED, ClaimStage.REFUSED})


def _settled(one: SettledSum, case: ClaimCase) -> SettledEntry:
    payments = (event.payment for event in case.events if event.payment)
    paid = sum(each.amount.fen for each in payments if (each.recipient, each.fund) == (one.recipient, one.fund))
    return {
        "recipient": recipient(one.recipient),
        "fund": one.fund,
        "settled": money(one.amount),
        "paid": money(Fen(paid)),
    }


def _complete(body: ClaimDocument) -> bool:
    """Whether nothing is open that the institution could still show."""
    papers = all(one["present"] for one in body["papers"])
    open_items = any(one["status"] == Status.UNPROVEN and one["stops_money"] for one in body["findings"])
    return papers and not open_items and not body["totals"]["unproven"]["fen"]


def _letter(case: ClaimCase, body: ClaimDocument) -> Text | None:
    if claim_stage(case) is not ClaimStage.RETURNED:
        return None
    proposed, signed = case.events[-2:]
    workdays = proposed.workdays or TERM_WORKDAYS
    try:
        last = add_workdays(local_day(signed.at), workdays)
    except SetupError:
        last = None
    return return_letter(body, proposed.words, workdays, last)


@dataclass(frozen=True, slots=True)
class DecisionTask:
    """A claim whose decision waits for this caller, and how far it has come."""

    claim: ClaimRow
    stage: ClaimStage


_STAGES_OF = {
    Role.REVIEWER: frozenset({ClaimStage.PROPOSED, ClaimStage.APPROVED}),
    Role.CLERK: frozenset({ClaimStage.RETURNED}),
}
_MOST_CLAIMS = 50


def decision_tasks(service: Service, caller: Caller, connection: Connection) -> Iterator[DecisionTask]:
    """Claims that wait for a second name or a payment, or that came back; nobody's own proposal waits for them."""
    stages = _STAGES_OF.get(caller.role, frozenset()) if caller.role else frozenset()
    told = select(CLAIM_DECISIONS.c.claim_id).where(CLAIM_DECISIONS.c.stage.in_([one.value for one in stages]))
    where = (reached(caller, CLAIMS), CLAIMS.c.newest == 1, CLAIMS.c.id.in_(told))
    rows = {row.id: row for row in claims(connection, *where, limit=_MOST_CLAIMS)} if stages else {}
    for case in decision_book(service).cases(connection, list(rows)) if rows else ():
        at = claim_stage(case)
        if at in stages and not (at is ClaimStage.PROPOSED and case.events[-1].by == caller.key):
            yield DecisionTask(rows[case.claim], at)
