"""Why a step may not be taken: in both languages for a page, in fields for a program; one list for both."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from facts.errors import Fault, RefusalError
from facts.text import Text

_MANY = Text("填写的内容有误", "what was sent is not right")


class RefusalKind(IntEnum):
    """What a reason comes from; the gravest, which no other filling in can mend, comes first."""

    FORBIDDEN = 1
    CONFLICT = 2
    INVALID = 3


_CODES = {RefusalKind.FORBIDDEN: "NOT_SENT", RefusalKind.CONFLICT: "CONFLICT", RefusalKind.INVALID: "INVALID"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason; ``where`` is the field, or what stands against it."""

    where: str
    text: Text
    got: str
    expected: str
    kind: RefusalKind = RefusalKind.INVALID
    remedy: str = ""


class RefusalsError(RefusalError):
    """Every reason at once; the gravest gives the answer its code."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = tuple(refusals)
        first = min(self.refusals, key=lambda one: one.kind)
        self.kind = first.kind
        title = _MANY if first.kind is RefusalKind.INVALID else first.text
        faults = [Fault(one.where, one.got, one.expected, one.remedy) for one in self.refusals]
        code, remedy = _CODES[first.kind], first.remedy
        super().__init__(code, title, got=first.got, expected=first.expected, remedy=remedy, faults=faults)

    @property
    def texts(self) -> list[Text]:
        """The reasons as a page tells them."""
        return [one.text for one in self.refusals]


def stands(where: str, text: Text, got: str, expected: str) -> Refusal:
    """What has happened already stands against it."""
    return Refusal(where, text, got, expected, RefusalKind.CONFLICT)


def forbidden(where: str, text: Text, got: str, expected: str) -> Refusal:
    """It is another person's to do."""
    return Refusal(where, text, got, expected, RefusalKind.FORBIDDEN)


def refuse(refusals: Sequence[Refusal]) -> None:
    """Raise them, if there are any."""
    if refusals:
        raise RefusalsError(refusals)
