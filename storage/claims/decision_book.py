"""What reviewers decide about claims: rows are only added, each a leaf of the log in the same transaction."""

import json
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, Engine, select

from facts.claim_decision import ClaimCase, ClaimStage, DecisionDeed, DecisionEvent, Ruling
from facts.codec import build, plain
from facts.digest import Digest
from storage.database.payments import keep_payment
from storage.database.tables.claims import CLAIM_DECISIONS, CLAIMS
from storage.database.tallies import tally_decision
from storage.evidence_log.errors import LogAlteredError
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.proofs import canonical

SCHEMA = "xueshi.claim-decision/1"

StageRule = Callable[[ClaimCase], ClaimStage]
"""Says how far a claim has come; storage knows none of the rules."""


class DecisionBook:
    """The decisions about all claims of one database."""

    def __init__(self, engine: Engine, stage: StageRule) -> None:
        self._stage, self._log = stage, EvidenceLog(engine)

    def case(self, connection: Connection, claim: int, *, write: bool = False) -> ClaimCase:
        """One version of a claim; whoever is to ``write`` waits for others who do."""
        if write:
            connection.execute(select(CLAIMS.c.id).where(CLAIMS.c.id == claim).with_for_update())
        return next(iter(self.cases(connection, [claim])), ClaimCase(claim))

    def cases(self, connection: Connection, claims: Sequence[int]) -> tuple[ClaimCase, ...]:
        """Those of the claims about which anything was decided, each event as the log bears it out."""
        own = CLAIM_DECISIONS.c
        wanted = select(CLAIM_DECISIONS).where(own.claim_id.in_(claims)).order_by(own.claim_id, own.number)
        rows = connection.execute(wanted).mappings().all()
        leaves = self._log.at_places([row["leaf"] for row in rows]) if rows else {}
        found: dict[int, list[DecisionEvent]] = {}
        for row in rows:
            leaf = leaves[row["leaf"]]
            if leaf.sha256 != Digest.of(row["body"].encode()) or leaf.subject != _subject(row["claim_id"]):
                raise LogAlteredError(
                    f"claim {row['claim_id']} decision {row['number']}: got another text than the log has, expected the"
                    " same; somebody changed the database: keep it and compare with a copy"
                )
            event = build(DecisionEvent, json.loads(row["body"])["event"], f"claim {row['claim_id']}")
            found.setdefault(row["claim_id"], []).append(event)
        return tuple(ClaimCase(claim, tuple(events)) for claim, events in found.items())

    def keep(self, connection: Connection, case: ClaimCase) -> None:
        """The last event of the claim, with its leaf; call late, others wait for the log."""
        event, number = case.events[-1], len(case.events)
        body = canonical({"schema": SCHEMA, "claim": case.claim, "number": number, "event": plain(event)})
        leaf = Leaf(LeafKind.CLAIM, event.at, Digest.of(body), _subject(case.claim), event.deed.value)
        (place,) = self._log.append_within(connection, [leaf])
        row = {
            "claim_id": case.claim,
            "number": number,
            "at": event.at,
            "deed": event.deed.value,
            "stage": self._stage(case).value,
            "leaf": place,
            "body": body.decode(),
        }
        connection.execute(CLAIM_DECISIONS.insert().values(row))
        if event.payment:
            keep_payment(connection, case.claim, number, event.payment, event.at)
        tally_decision(connection, case.claim, *_sums(case, self._stage(case)))


def _sums(case: ClaimCase, stage: ClaimStage) -> tuple[int, int]:
    """What was signed of the claim, and what was paid of it, in fen."""
    signed = [one for one in case.events if one.deed is DecisionDeed.SIGN and one.ruling is Ruling.APPROVE]
    approved = stage in {ClaimStage.APPROVED, ClaimStage.PAID}
    decided = sum(one.amount.fen for one in signed[-1].sums) if signed and approved else 0
    return decided, sum(one.payment.amount.fen for one in case.events if one.payment)


def _subject(claim: int) -> str:
    return f"claim:{claim}"
