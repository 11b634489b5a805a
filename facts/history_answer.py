"""What the history of earlier subsidies is asked about a claim, and what it answers."""

from dataclasses import dataclass

from facts.verdict import Doubt


@dataclass(frozen=True, slots=True, order=True)
class PastKey:
    """Same person, and where a rulebook says so the same occupation and level, in a year or ever, of some programmes.

    ``trainee`` is the key of the person in the claim; empty ``programmes`` means all of them; ``year`` is that of the
    class's first day, nothing means ever.
    """

    trainee: str
    occupation: str | None = None
    level: str | None = None
    year: int | None = None
    programmes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastCount:
    """How many earlier subsidies, this claim not counted, have that key; ``None``: the history cannot say."""

    key: PastKey
    count: int | None = None
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceivedBenefit:
    """A subsidy that the person has received, by the name or rule id that the rulebook gives it."""

    trainee: str
    name: str


@dataclass(frozen=True, slots=True)
class HistoryAnswer:
    """What the history says: counts by key, other subsidies received (``None``: not known), and its own doubts."""

    counts: tuple[PastCount, ...] = ()
    received: tuple[ReceivedBenefit, ...] | None = None
    capped_classes: int | None = None
    classes: int | None = None
    doubts: tuple[Doubt, ...] = ()

    def count(self, key: PastKey) -> PastCount | None:
        """The answer to one question, or nothing where it was not answered."""
        return next((item for item in self.counts if item.key == key), None)
