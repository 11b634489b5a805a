"""Spot checks (双随机一公开): what is drawn from, what was drawn, and what the inspectors found."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from facts.digest import EvidenceRef
from facts.errors import InputError
from facts.verdict import Status


@dataclass(frozen=True, slots=True)
class DrawClass:
    """One line of the list that is drawn from."""

    id: str
    institution: str
    locality: str = ""
    programme: str = ""
    day: date | None = None
    stratum: str = ""
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Inspector:
    """Somebody who may be sent, and where not: own ties, home region, relatives' workplaces (回避)."""

    id: str
    name: str
    unit: str = ""
    avoid_institutions: tuple[str, ...] = ()
    avoid_localities: tuple[str, ...] = ()
    relatives_at: tuple[str, ...] = ()
    max_load: int | None = None


@dataclass(frozen=True, slots=True)
class Stratum:
    """How many classes of one stratum are drawn: a count, or a share that is rounded up."""

    name: str = ""
    count: int | None = None
    share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class DrawRules:
    """Everything about a draw that is declared before it."""

    title: str
    strata: tuple[Stratum, ...]
    inspectors_per_class: int = 2
    max_load: int = 10
    beacon: str = ""
    weights_because: str = ""


@dataclass(frozen=True, slots=True)
class DrawnClass:
    """One drawn class and the inspectors whom the lots sent there, in the order of the draw."""

    drawn: DrawClass
    inspectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, and when."""

    by: str
    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None or not self.by:
            raise InputError("signature: got no signer or a time without a zone, expected both")


class SpotState(StrEnum):
    """How far a finding has come."""

    SIGNED = "signed"
    CONFIRMED = "confirmed"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class SpotFinding:
    """What an inspector found about one drawn class; a correction is a new finding of the next round."""

    class_id: str
    status: Status
    text: str
    first: Signature
    evidence: tuple[EvidenceRef, ...] = ()
    round: int = 0
    second: Signature | None = None
    agrees: bool | None = None
    dissent: str = ""

    @property
    def state(self) -> SpotState:
        """Signed once, confirmed by a second person, or contested by one."""
        if self.second is None:
            return SpotState.SIGNED
        return SpotState.CONFIRMED if self.agrees else SpotState.CONTESTED


@dataclass(frozen=True, slots=True)
class SpotHold:
    """A drawn class's evidence, which may not be deleted while the spot check lasts."""

    class_id: str
    reason: str
    placed_at: datetime
    lifted_at: datetime | None = None
    lifted_by: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw as it is kept: announced by its commitment, and revealed once or never."""

    commitment: str
    title: str
    committed_at: datetime
    revealed_at: datetime | None = None
    assigned: tuple[DrawnClass, ...] = ()
    findings: tuple[SpotFinding, ...] = ()
    holds: tuple[SpotHold, ...] = ()
