from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from facts.idnumber import IdNumber
from facts.money import Fen

Value = str | int | bool | date | Fen | IdNumber


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of one table as it was filled in: only what was stated, each value read, and where it stands."""

    where: str
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    places: Mapping[str, str] = field(default_factory=dict, repr=False)

    def text(self, name: str) -> str:
        """A text, empty where nothing was stated."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else str(value)

    def place(self, name: str) -> str:
        """Where the value stands, else where the record does."""
        return self.places.get(name, self.where)


Filled = Mapping[str, tuple[Entry, ...]]
