"""Error families, by who must act.

XueshiError
├── InputError          the evidence or a table is wrong: the clerk corrects the file
│   └── FaultsError     several of them, reported at once
├── RulebookError       a rulebook is wrong: its author corrects the TOML
├── SetupError          this installation lacks something: the operator acts
└── InternalError       a defect of this program: its developers act
"""

from collections.abc import Iterable
from dataclasses import dataclass


class XueshiError(Exception):
    """The root of everything this program raises on purpose."""


class InputError(XueshiError):
    """Something handed in cannot be what it claims to be."""


class RulebookError(XueshiError):
    """A rulebook contradicts itself, its schema or its source."""


class SetupError(XueshiError):
    """This machine lacks something that the command needs."""


class InternalError(XueshiError):
    """A defect of this program, never of the evidence."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where, what was got, what was expected, what to do."""

    where: str
    got: str
    expected: str
    remedy: str = ""

    def __str__(self) -> str:
        tail = f"; {self.remedy}" if self.remedy else ""
        return f"{self.where}: got {self.got}, expected {self.expected}{tail}"


class FaultsError(InputError):
    """Every fault of one input at once, so that it is mended in one go."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
