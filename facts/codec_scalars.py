"""Single JSON values to Python values by their type, strictly: a number is no text, and no value is guessed."""

import json
import re
from datetime import date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from typing import Any

from facts.errors import Fault, InputError

_FRACTION = re.compile(r"-?\d{1,30}(/\d{1,30})?", re.ASCII)
_MOST_DIGITS = 10**30


def read_scalar(kind: Any, value: Any, where: str, faults: list[Fault]) -> Any:
    """The value of this type, or nothing and a fault."""
    expected = _EXPECTED.get(kind, kind.__name__)
    try:
        if isinstance(kind, type) and issubclass(kind, Enum):
            expected = "one of " + ", ".join(str(member.value) for member in kind)
            return kind(value)
        return _SCALARS[kind](value)
    except (ValueError, TypeError, InputError, ZeroDivisionError, OverflowError):
        faults.append(Fault(where, brief(value), expected))
        return None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MOST_DIGITS:
        raise TypeError
    return value


def _number(value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _fraction(text: str) -> Fraction:
    """Only whole digits: an exponent would let a short text ask for a number that fills the memory."""
    if not _FRACTION.fullmatch(text):
        raise ValueError
    return Fraction(text)


_SCALARS: dict[Any, Any] = {
    str: _text,
    bool: _truth,
    int: _whole,
    float: _number,
    datetime: _moment,
    date: lambda value: date.fromisoformat(_text(value)),
    timedelta: lambda value: timedelta(seconds=_number(value)),
    Fraction: lambda value: _fraction(_text(value)),
}
_EXPECTED = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    datetime: "an ISO 8601 time with its zone",
    date: "an ISO 8601 date",
    timedelta: "a number of seconds",
    Fraction: 'an exact fraction such as "4/5"',
}


def brief(value: object) -> str:
    """The value as faults show it, cut to a line's length."""
    if isinstance(value, int) and abs(value) > _MOST_DIGITS:
        return "a number of more than thirty digits"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004 - a line's worth
