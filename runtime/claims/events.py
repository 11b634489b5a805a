"""What other systems hear of claims: each screening, its end, and every step in the life of a doubt; no name and no words."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection

from facts.claim_decision import ClaimCase, DecisionDeed
from facts.doubt_case import Deed, DoubtCase, Stage
from pipeline.claims.decision_stages import claim_stage
from pipeline.doubts.doubt_stages import stage
from storage.database.claims import ClaimRow, claims
from storage.database.classes.classes import ClassRow, classes
from storage.database.notifications.events import EventKind, raise_event
from storage.database.tables.claims import CLAIMS
from storage.database.tables.classes import CLASSES


def tell_screened(connection: Connection, row: ClaimRow, owner: ClassRow) -> None:
    """A version of a claim was taken in and screened; sums in fen."""
    names = ("version", "outcome", "claimed_fen", "supported_fen", "unproven_fen", "doubts", "sha256")
    body = {**_about(row), **{name: getattr(row, name) for name in names}}
    raise_event(connection, "claim.screened", owner, row.made_at, json.dumps(body, ensure_ascii=False))


def tell_doubts(connection: Connection, cases: Sequence[DoubtCase]) -> None:
    """The last thing that happened to each; doubts of claims that this service does not keep are not announced."""
    owners: dict[str, tuple[ClaimRow, ClassRow] | None] = {}
    for case in cases:
        if case.claim not in owners:
            owners[case.claim] = _owner(connection, case.claim)
        if found := owners[case.claim]:
            row, owner = found
            body = {**_about(row), "doubt": case.id, "kind": case.kind, "rule": case.rule, "stage": stage(case).value}
            event = case.events[-1]
            if event.refused is not None:
                body["refused_fen"] = event.refused.fen
            body |= {"text": case.text.zh, "text_en": case.text.en} if event.deed is Deed.OPEN else {}
            raise_event(connection, _kind(case), owner, event.at, json.dumps(body, ensure_ascii=False))


def tell_decided(connection: Connection, row: ClaimRow, case: ClaimCase) -> None:
    """The claim came to an end, or money of it left: which, how much is due and was paid; a proposal is told to nobody."""
    event = case.events[-1]
    if event.deed not in {DecisionDeed.SIGN, DecisionDeed.PAY}:
        return
    owner = classes(connection, CLASSES.c.id == row.class_id)[0]
    paid = [one.payment for one in case.events if one.payment]
    sums = next(one for one in reversed(case.events) if one.deed is DecisionDeed.SIGN).sums
    settled = [{"recipient": one.recipient, "fund": one.fund, "settled_fen": one.amount.fen} for one in sums]
    body = {**_about(row), "version": row.version, "stage": claim_stage(case).value, "sums": settled}
    body["payments"] = [
        {"day": one.day.isoformat(), "recipient": one.recipient, "fund": one.fund, "paid_fen": one.amount.fen}
        for one in paid
    ]
    raise_event(connection, "claim.decided", owner, event.at, json.dumps(body, ensure_ascii=False))


def _kind(case: DoubtCase) -> EventKind:
    """A reviewer's signature that closes the doubt settles it; one that waits for another, or opens it again, does not."""
    deed = case.events[-1].deed
    if deed in {Deed.OPEN, Deed.EXPLAIN}:
        return "doubt.opened" if deed is Deed.OPEN else "doubt.explained"
    return "doubt.settled" if stage(case) in {Stage.ACCEPTED, Stage.UPHELD} else "doubt.signed"


def _about(row: ClaimRow) -> dict[str, object]:
    return {"class_id": row.class_id, "claim_id": row.id, "code": row.code}


def _owner(connection: Connection, claim: str) -> tuple[ClaimRow, ClassRow] | None:
    """The newest version of the claim of that name (``INSTITUTION/CODE``), and the class that it is for."""
    institution, _, code = claim.partition("/")
    if not institution.isdigit():
        return None
    own = (CLAIMS.c.institution_id == int(institution), CLAIMS.c.code == code, CLAIMS.c.newest == 1)
    rows = claims(connection, *own, limit=1)
    found = classes(connection, CLASSES.c.id == rows[0].class_id) if rows else ()
    return (rows[0], found[0]) if found else None
