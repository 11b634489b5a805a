from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from facts.errors import InputError
from facts.money import Fen
from facts.text import Text
from facts.verdict import Status

WHOLE = Fraction(1)
NOTHING = Fen(0)


def summed(amounts: Iterable[Fen]) -> Fen:
    """The exact sum of the amounts."""
    return sum(amounts, NOTHING)


@dataclass(frozen=True, slots=True)
class TraceTerm:
    """One line of the sum: so many units at a price, of which a share is due, with what proves the units."""

    label: Text
    count: int
    unit: Text
    price: Fen
    rule: str
    share: Fraction = WHOLE
    sources: tuple[str, ...] = ()

    @property
    def amount(self) -> Fen:
        """Count times price times share; a fraction of a fen is never paid."""
        return Fen.rounded_down(self.share * self.count * self.price.fen)


@dataclass(frozen=True, slots=True)
class Trace:
    """How one rule arrives at one sum, so that a person can redo it by hand.

    ``PASS``: the sum is shown. ``FAIL``: it is shown that nothing is due. ``UNPROVEN``: ``missing`` says what would
    decide it, and there is no total. ``ceiling``: the document says 可 or 最高, so the total is the most that may be
    paid, not what is owed. ``flags`` are soft bounds that were left; ``notes`` readings and remarks. ``deducted`` was
    settled before and is taken off after the cap; ``recipient`` and ``fund`` say who is paid out of what.
    """

    rule: str
    title: Text
    article: str
    quote: str
    subject: str
    status: Status
    terms: tuple[TraceTerm, ...] = ()
    cap: Fen | None = None
    total: Fen | None = None
    missing: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    flags: tuple[Text, ...] = ()
    ceiling: bool = False
    assumes: tuple[str, ...] = ()
    deducted: Fen = NOTHING
    recipient: str = ""
    fund: str = ""

    def __post_init__(self) -> None:
        where = f"trace {self.rule} {self.subject}"
        if self.total != self._due():
            raise InputError(f"{where}.total: got {self.total}, expected {self._due()} as its terms say")
        if (self.status is Status.UNPROVEN) != bool(self.missing):
            raise InputError(
                f"{where}.missing: got {len(self.missing)} with {self.status}, expected what is missing if unproven"
            )

    @property
    def subtotal(self) -> Fen:
        """The terms before the cap."""
        return summed(term.amount for term in self.terms)

    @property
    def capped(self) -> bool:
        """Whether the cap took something away."""
        return self.cap is not None and self.subtotal > self.cap

    def _due(self) -> Fen | None:
        if self.status is Status.FAIL:
            return NOTHING
        if self.status is not Status.PASS or not self.terms:
            return None
        whole = self.subtotal if self.cap is None else min(self.subtotal, self.cap)
        return max(NOTHING, whole - self.deducted)
