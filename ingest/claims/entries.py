import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from facts.id_number import IdNumber
from facts.money import Fen
from ingest.claims.documents import DocumentNumber

# The keyed digest under which accounts and signers are compared; the key never leaves the paying office.
Digester = Callable[[str], str]
Item = TypeVar("Item")
# How people write that there is none; an empty cell says nothing.
NONE = frozenset({"无", "没有", "none"})
_SEPARATORS = re.compile(r"[、,，;；]\s*")
Value = str | int | bool | date | Fen | IdNumber | DocumentNumber


@dataclass(frozen=True, slots=True)
class FormEntry:
    """One record of one table as it was filled in: only what was stated, each value read, and where it stands."""

    where: str
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    places: Mapping[str, str] = field(default_factory=dict, repr=False)

    def text(self, name: str) -> str:
        """A text, empty where nothing was stated."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else str(value)

    def day(self, name: str) -> date | None:
        """A day, where one was stated."""
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    def truth(self, name: str) -> bool | None:
        """Yes or no, where it was stated."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def money(self, name: str) -> Fen | None:
        """An amount, where one was stated."""
        value = self.values.get(name)
        return value if isinstance(value, Fen) else None

    def count(self, name: str) -> int | None:
        """A count, where one was stated."""
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def items(self, name: str) -> tuple[str, ...]:
        """The items of an enumeration; empty where nothing was stated."""
        return tuple(item.strip() for item in _SEPARATORS.split(self.text(name)) if item.strip())

    def place(self, name: str) -> str:
        """Where the value stands, else where the record does."""
        return self.places.get(name, self.where)


Filled = Mapping[str, tuple[FormEntry, ...]]


def some(items: Iterable[Item]) -> tuple[Item, ...] | None:
    """All of them; nothing at all means that it is not known, for an empty sheet says nothing."""
    return tuple(items) or None
