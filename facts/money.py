from dataclasses import dataclass
from fractions import Fraction

from facts.errors import InputError

_FEN_PER_YUAN = 100


@dataclass(frozen=True, slots=True, order=True)
class Fen:
    """An amount of money in whole fen; there is no other money in this program."""

    fen: int

    @classmethod
    def yuan(cls, amount: int | Fraction) -> "Fen":
        """The amount in yuan, which must be whole in fen."""
        fen = Fraction(amount) * _FEN_PER_YUAN
        if fen.denominator != 1:
            raise InputError(f"money: got {amount} yuan, expected a whole number of fen")
        return cls(int(fen))

    @classmethod
    def rounded_down(cls, amount_fen: Fraction) -> "Fen":
        """The whole fen in an exact amount; a fraction of a fen is never paid."""
        return cls(amount_fen.numerator // amount_fen.denominator)

    def __add__(self, other: "Fen") -> "Fen":
        return Fen(self.fen + other.fen)

    def __sub__(self, other: "Fen") -> "Fen":
        return Fen(self.fen - other.fen)

    def __mul__(self, count: int) -> "Fen":
        return Fen(self.fen * count)

    def __str__(self) -> str:
        sign, whole = ("-" if self.fen < 0 else ""), abs(self.fen)
        yuan, fen = divmod(whole, _FEN_PER_YUAN)
        return f"{sign}{yuan:,}元" if not fen else f"{sign}{yuan:,}.{fen:02d}元"
