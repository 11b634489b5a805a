"""Why a step may not be taken: in both languages for a page, in fields for a program; one list for both."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.problem import ProblemError
from facts.errors import Fault
from facts.text import Text

_INVALID, _CONFLICT, _FORBIDDEN = 422, 409, 403
_CODES = {_INVALID: "INVALID", _CONFLICT: "CONFLICT", _FORBIDDEN: "NOT_SENT"}
_MANY = Text("填写的内容有误", "what was sent is not right")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason; ``where`` is the field, or what stands against it."""

    where: str
    text: Text
    got: str
    expected: str
    status: int = _INVALID


class RefusedError(ProblemError):
    """Every reason at once; what cannot be mended by filling in otherwise gives the answer its code."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = tuple(refusals)
        first = min(self.refusals, key=lambda one: one.status)
        title = _MANY if first.status == _INVALID else first.text
        faults = [Fault(one.where, one.got, one.expected) for one in self.refusals]
        code, got = _CODES[first.status], first.got
        super().__init__(first.status, code, title, got=got, expected=first.expected, faults=faults)

    @property
    def texts(self) -> list[Text]:
        """The reasons as a page tells them."""
        return [one.text for one in self.refusals]


def stands(where: str, text: Text, got: str, expected: str) -> Refusal:
    """What has happened already stands against it."""
    return Refusal(where, text, got, expected, _CONFLICT)


def forbidden(where: str, text: Text, got: str, expected: str) -> Refusal:
    """It is another person's to do."""
    return Refusal(where, text, got, expected, _FORBIDDEN)


def refuse(refusals: Sequence[Refusal]) -> None:
    """Raise them, if there are any."""
    if refusals:
        raise RefusedError(refusals)
