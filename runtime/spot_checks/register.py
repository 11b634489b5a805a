"""Spot checks as a service: every step is one transaction with its leaf in the log, and holds err on the safe side."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from pipeline.spot_checks.ports import EvidenceHolds
from sqlalchemy import Connection, Engine

from facts.codec import dumps
from facts.digest import Digest, EvidenceRef
from facts.lots import canonical
from facts.spot_check import Draw, Signature, SpotFinding, SpotHold
from facts.verdict import Status
from pipeline.spot_checks.signatures import first_signed, lifted, second_signed
from storage.database.connection import reading, writing
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.spot_checks import register

HOLD_REASON = "双随机抽查未结 spot check open"
CASE_CHARS = 16


class SpotChecks:
    """What the console, the API and the commands may do with spot checks.

    ``within`` is a transaction of the caller's in which a step is kept; what holds evidence is asked outside of it.
    """

    def __init__(self, engine: Engine, log: EvidenceLog, clock: Callable[[], datetime], holds: EvidenceHolds) -> None:
        self._engine, self._log, self._clock, self._holds = engine, log, clock, holds

    def announce(self, published: Mapping[str, Any], within: Connection | None = None) -> None:
        """Keep a published commitment, and say so in the log."""
        at = self._clock()
        with self._writing("announcing a draw", within) as connection:
            register.announce(connection, published, at)
            self._say(connection, LeafKind.DRAW, at, Digest(published["commitment"]), case_of(published), "commit")

    def hold(self, sheet: Mapping[str, Any]) -> None:
        """Before a reveal the evidence is held; after it a hold may have ended, and nobody places that one again."""
        at, case = self._clock(), case_of(sheet)
        found = next((one for one in self.draws() if one.commitment == sheet["commitment"]), None)
        if found is not None and found.revealed_at is None:
            for entry in sheet["drawn"]:
                self._holds.place(entry["class"], case, HOLD_REASON, at)

    def reveal(self, sheet: Mapping[str, Any], within: Connection | None = None) -> Draw:
        """Keep a revealed draw; the evidence is held before anybody can read which classes were chosen.

        Whoever comes with a transaction has called ``hold`` before it began.
        """
        if within is None:
            self.hold(sheet)
        at, case = self._clock(), case_of(sheet)
        with self._writing("revealing a draw", within) as connection:
            found = register.reveal(connection, sheet, at, HOLD_REASON)
            if found.revealed_at == at:
                self._say(connection, LeafKind.DRAW, at, Digest.of(canonical(dict(sheet))), case, "reveal")
        return found

    def draws(self) -> tuple[Draw, ...]:
        """Every draw that was ever announced."""
        with reading(self._engine, "listing the draws") as connection:
            return register.draws(connection)

    def draw(self, name: str) -> Draw:
        """One draw with everything that has happened to it."""
        with reading(self._engine, "reading a draw") as connection:
            return register.draw_of(connection, name)

    def sign(
        self,
        name: str,
        class_id: str,
        status: Status,
        text: str,
        by: str,
        evidence: tuple[EvidenceRef, ...] = (),
        within: Connection | None = None,
    ) -> SpotFinding:
        """A finding with its first signature; a correction goes beside the earlier ones."""
        at = self._clock()
        with self._writing("signing a finding", within) as connection:
            draw = register.draw_of(connection, name)
            turn = sum(one.class_id == class_id for one in draw.findings)
            finding = first_signed(draw, SpotFinding(class_id, status, text, Signature(by, at), evidence, turn))
            register.add_finding(connection, name, finding)
            self._said(connection, at, name, finding, "finding")
        return finding

    def second(
        self,
        name: str,
        class_id: str,
        by: str,
        *,
        agrees: bool,
        dissent: str = "",
        within: Connection | None = None,
    ) -> SpotFinding:
        """The second signature under the class's last finding."""
        at = self._clock()
        with self._writing("signing a finding a second time", within) as connection:
            draw = register.draw_of(connection, name)
            finding = second_signed(draw, class_id, Signature(by, at), agrees=agrees, dissent=dissent)
            register.add_second(connection, name, finding)
            self._said(connection, at, name, finding, "second signature" if agrees else "dissent")
        return finding

    def lift(self, name: str, class_id: str, by: str, within: Connection | None = None) -> SpotHold:
        """End the hold of a class whose last finding two people signed; the store hears of it last.

        Whoever comes with a transaction calls ``let_go`` after it was kept.
        """
        at = self._clock()
        with self._writing("lifting a hold", within) as connection:
            hold = lifted(register.draw_of(connection, name), class_id, by, at)
            register.lift(connection, name, hold)
            body = Digest.of(dumps(hold).encode())
            self._say(connection, LeafKind.HOLD, at, body, f"{name[:CASE_CHARS]} {class_id}", "lifted")
        if within is None:
            self.let_go(name, class_id, by)
        return hold

    def let_go(self, name: str, class_id: str, by: str) -> None:
        """The store no longer keeps the class's evidence for this draw; may be repeated."""
        self._holds.lift(class_id, name[:CASE_CHARS], by, self._clock())

    def _writing(self, doing: str, within: Connection | None) -> AbstractContextManager[Connection]:
        return writing(self._engine, doing) if within is None else nullcontext(within)

    def _said(self, connection: Connection, at: datetime, name: str, finding: SpotFinding, note: str) -> None:
        subject = f"{name[:CASE_CHARS]} {finding.class_id}"
        self._say(connection, LeafKind.SPOT_CHECK, at, Digest.of(dumps(finding).encode()), subject, note)

    def _say(
        self, connection: Connection, kind: LeafKind, at: datetime, digest: Digest, subject: str, note: str
    ) -> None:
        self._log.append_within(connection, [Leaf(kind, at, digest, subject, note)])


def case_of(published: Mapping[str, Any]) -> str:
    """The name under which a draw's holds and leaves are found again."""
    return str(published["commitment"])[:CASE_CHARS]
