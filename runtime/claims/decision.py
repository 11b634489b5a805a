"""The end of a claim in the service: what a decision rests on, and the steps that two reviewers take."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from claims.outcome import PurseSum
from claims.settled_sum import settled_sums
from facts.claim_decision import (
    ClaimCase,
    ClaimPayment,
    ClaimStage,
    DecisionDeed,
    DecisionEvent,
    RefusedSum,
    Ruling,
)
from facts.digest import Digest
from facts.doubt_case import Deed, DoubtCase, Stage
from facts.money import Fen
from facts.refusals import refuse, stands
from facts.text import Text
from pipeline.claims.decision_stages import TERM_WORKDAYS, ClaimState, claim_stage, decided
from pipeline.doubts.doubt_stages import stage
from report.claims.schema import ClaimDocument, PurseEntry
from runtime.accounts.caller import Caller
from runtime.claims.access import cases, claim_for, document
from runtime.claims.events import tell_decided
from runtime.claims.own_payments import approved_since, knows_people
from runtime.platform.service import Service
from storage.claims.decision_book import DecisionBook
from storage.database.claims import ClaimRow, claims, document_of
from storage.database.connection import reading, writing
from storage.database.supervision.measures import measured_since
from storage.database.tables.claims import CLAIMS
from storage.database.tables.classes import CLASSES
from storage.database.tables.verification import REPORTS
from storage.evidence_log.ledger import EvidenceLog

ENDS = frozenset({ClaimStage.APPROVED, ClaimStage.PAID})


@dataclass(frozen=True, slots=True)
class DecisionRequest:
    """What a reviewer asks for."""

    deed: DecisionDeed
    ruling: Ruling
    words: str
    workdays: int | None = None
    payment: ClaimPayment | None = None


def decision_book(service: Service) -> DecisionBook:
    """What was decided about the service's claims."""
    return DecisionBook(service.engine, claim_stage)


def claim_case(service: Service, row: ClaimRow) -> ClaimCase:
    """One version of a claim with what was decided about it."""
    with reading(service.engine, "reading a decision") as connection:
        return decision_book(service).case(connection, row.id)


def claim_state(service: Service, connection: Connection, row: ClaimRow, body: ClaimDocument) -> ClaimState:
    """The sums as the doubts leave them, and whatever stands against deciding."""
    lives = [case for _, case in cases(service, row, body)]
    newest = claims(connection, CLAIMS.c.id == row.id)[0].newest
    explained = {event.by for case in lives for event in case.events if event.deed is Deed.EXPLAIN}
    return ClaimState(
        newest=bool(newest),
        sums=settled_sums([_purse(one) for one in body["purses"]], [one for case in lives for one in _refused(case)]),
        open_doubts=tuple(case.id for case in lives if not stage(case).closed),
        parties=frozenset(explained | {row.made_by}),
        stale=_is_stale(connection, row),
        altered=not EvidenceLog(service.engine).places(Digest.of(document_of(connection, row.id).encode())),
        provisional=bool(body["policy"].get("provisional")),
    )


def decide(service: Service, caller: Caller, number: int, asked: DecisionRequest) -> ClaimCase:
    """One more step, in a transaction of its own."""
    with writing(service.engine, "deciding a claim") as connection:
        return decide_within(service, caller, number, asked, connection)


def decide_within(
    service: Service, caller: Caller, number: int, asked: DecisionRequest, connection: Connection
) -> ClaimCase:
    """One more step with its leaf and, where the claim comes to an end, its event."""
    row = claim_for(service, caller, number)
    body, book = document(service, row), decision_book(service)
    connection.execute(select(CLASSES.c.id).where(CLASSES.c.id == row.class_id).with_for_update())
    before = book.case(connection, row.id, write=True)
    state = claim_state(service, connection, row, body)
    case = decided(before, _event(service, caller, asked, state), state)
    tell_decided(connection, row, case)
    book.keep(connection, case)
    return case


def refuse_decided(book: DecisionBook, connection: Connection, institution_id: int, code: str) -> None:
    """No further version of a claim that was approved: its money may be on its way."""
    rows = claims(
        connection, CLAIMS.c.institution_id == institution_id, CLAIMS.c.code == code, CLAIMS.c.newest == 1, limit=1
    )
    case = book.case(connection, rows[0].id, write=True) if rows else None
    if case and claim_stage(case) in ENDS:
        text = Text(f"申领 {code} 已核准，不再收更正", f"claim {code} was approved and takes no further version")
        refuse([stands("id", text, f"claim {code} once more", "another claim number")])


def _event(service: Service, caller: Caller, asked: DecisionRequest, state: ClaimState) -> DecisionEvent:
    returned = asked.ruling is Ruling.RETURN and asked.deed is DecisionDeed.PROPOSE
    approves = asked.ruling is Ruling.APPROVE and asked.deed in {DecisionDeed.PROPOSE, DecisionDeed.SIGN}
    sums = state.sums if approves else ()
    workdays = (asked.workdays or TERM_WORKDAYS) if returned else None
    return DecisionEvent(
        asked.deed, caller.key, service.clock(), asked.ruling, asked.words.strip(), sums, workdays, asked.payment
    )


def _purse(entry: PurseEntry) -> PurseSum:
    claimed = entry["claimed"]
    return PurseSum(
        entry["recipient"]["zh"],
        entry["fund"],
        Fen(claimed["fen"]) if claimed else None,
        Fen(entry["supported"]["fen"]),
        Fen(entry["unproven"]["fen"]),
        entry["open_ended"],
    )


def _refused(case: DoubtCase) -> list[RefusedSum]:
    """What two people refused; a doubt that stands without a sum takes nothing."""
    if stage(case) is not Stage.UPHELD or case.events[-1].refused is None:
        return []
    return [RefusedSum(case.id, case.events[-1].refused)]


def _is_stale(connection: Connection, row: ClaimRow) -> bool:
    """Whether the screening must be made again: by a later report, approval or measure, or for want of its people."""
    later = _verified_since(connection, row) or approved_since(connection, row.id, row.made_at)
    measured = measured_since(connection, row.institution_id, row.made_at)
    return later or measured or not knows_people(connection, row.id)


def _verified_since(connection: Connection, row: ClaimRow) -> bool:
    """Whether the class's newest report is later than the screening."""
    of = select(REPORTS.c.made_at).join_from(CLASSES, REPORTS, REPORTS.c.id == CLASSES.c.report_id)
    made_at = connection.execute(of.where(CLASSES.c.id == row.class_id)).scalar()
    return made_at is not None and made_at > row.made_at
