"""A spot check's holds, put where sweeps look: in the register, and in the stores where this machine has a key."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from facts.retention import Scope
from pipeline.retention import orders
from runtime.platform.clock import now
from runtime.platform.environment import environment
from runtime.retention.command import RetentionRequest, ports_of
from runtime.retention.hold_record import new_hold
from runtime.retention.vault import Clock
from storage.evidence_log.keyring import KeyRing
from storage.retention.register import EvidenceRegister

TWIN = "#"
DRAWN_BY = "双随机抽查 spot check"


@dataclass(frozen=True, slots=True)
class SpotCheckHolds:
    """The port ``EvidenceHolds`` over retention; a machine without a key of its own protects by its register alone."""

    engine: Engine
    home: Path
    clock: Clock = now

    def place(self, class_id: str, case: str, reason: str, at: datetime) -> None:
        """See ``EvidenceHolds``; the class need not be kept yet, what is sealed later comes under the hold."""
        del at
        wanted = new_hold(_scope(class_id), reason, case, DRAWN_BY, self.clock)
        if self._has_key:
            orders.hold(ports_of(self._request, self.engine, self.clock), wanted)
        elif not self._in_force(class_id, case):
            with self._register.alone():
                self._register.place(wanted)

    def lift(self, class_id: str, case: str, by: str, at: datetime) -> None:
        """See ``EvidenceHolds``; a hold that is gone already is no fault."""
        for hold_id in self._in_force(class_id, case):
            if self._has_key:
                orders.release(ports_of(self._request, self.engine, self.clock), hold_id, by)
            else:
                with self._register.alone():
                    self._register.release(hold_id, by, at)

    @property
    def _register(self) -> EvidenceRegister:
        return EvidenceRegister(self.engine)

    @property
    def _request(self) -> RetentionRequest:
        return RetentionRequest(self.home, environ=environment())

    @property
    def _has_key(self) -> bool:
        return bool(KeyRing(self.home / "keys").entries())

    def _in_force(self, class_id: str, case: str) -> list[str]:
        scope = _scope(class_id)
        return [one.id for one in self._register.holds() if one.case == case and one.scope == scope]


def _scope(class_id: str) -> Scope:
    """A code that two institutions use is drawn with a number behind it; the hold covers the classes of both."""
    return Scope(class_id=class_id.partition(TWIN)[0])
