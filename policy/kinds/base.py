from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import ClassVar

from facts.errors import Fault
from facts.text import Text


class Params(ABC):
    """What one kind of rule needs to know; subclasses are frozen records whose fields are the keys of the TOML."""

    __slots__ = ()

    kind: ClassVar[str]
    title: ClassVar[Text]

    @abstractmethod
    def formula(self) -> Text:
        """The test in words, with this rule's own numbers, so that a person can redo it by hand."""

    def complaints(self) -> Iterator[Fault]:
        """Faults that the fields' types cannot express; ``where`` is the field's own name."""
        return iter(())

    def names_rules(self) -> tuple[str, ...]:
        """The other rules of the same rulebook that this one speaks of."""
        return ()

    def names_groups(self) -> tuple[str, ...]:
        """The groups of people that the parameters speak of, by the rulebook's own names."""
        return ()

    def names_programmes(self) -> tuple[str, ...]:
        """The programmes that the parameters speak of, by the rulebook's own names."""
        return ()


def per_cent(share: Fraction) -> str:
    """An exact share as people write it: 4/5 is 80%, 1/3 stays 1/3."""
    hundredths = share * 100
    return f"{hundredths.numerator}%" if hundredths.denominator == 1 else str(share)


def share_faults(where: str, share: Fraction) -> Iterator[Fault]:
    """A share lies between nothing and the whole."""
    if not 0 < share <= 1:
        yield Fault(where, f'"{share}"', 'a share above 0 and up to 1, such as "80/100"')


def positive_faults(**values: int | None) -> Iterator[Fault]:
    """Lengths, counts and amounts that only make sense above zero."""
    for name, value in values.items():
        if value is not None and value <= 0:
            yield Fault(name, str(value), "a whole number above 0")


def empty_faults(**values: Iterable[object]) -> Iterator[Fault]:
    """Lists that would make the rule say nothing."""
    for name, value in values.items():
        if not tuple(value):
            yield Fault(name, "an empty list", "at least one item")
