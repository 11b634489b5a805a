import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import mul

from facts.counting import counted
from facts.errors import InputError

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_OF_ZEROS = ord("0") * sum(_WEIGHTS)  # digits are weighed by their characters' codes
_CHECK_DIGITS = "10X98765432"
_SHAPE = re.compile(r"\d{17}[\dX]", re.ASCII)
_DIGITS_THAT_EXCEL_KEEPS = 15
_LENGTH = 18


class Sex(StrEnum):
    """What the seventeenth digit of an ID number states."""

    MALE = "male"
    FEMALE = "female"


class IdNumberError(InputError):
    """The text is no GB 11643 citizen ID number; the message never repeats it whole."""


class RoundedByExcelError(IdNumberError):
    """Excel kept fifteen digits and wrote zeros for the last three: the number is lost in this file."""


def _normal(raw: str) -> str:
    if raw.isascii() and raw.isalnum():
        return raw.upper()
    return re.sub(r"[\s'’\u200b-\u200f\ufeff-]+", "", unicodedata.normalize("NFKC", raw)).upper()


def check_digit(first_17: str) -> str:
    """The eighteenth character that GB 11643 demands after these seventeen digits."""
    if len(first_17) != len(_WEIGHTS):
        raise ValueError(f"got {counted(len(first_17), 'digit')}, expected {len(_WEIGHTS)}")
    return _CHECK_DIGITS[(sum(map(mul, first_17.encode(), _WEIGHTS)) - _OF_ZEROS) % 11]


def masked_id(text: str) -> str:
    """The last four characters behind stars, for any text in an ID column."""
    normal = _normal(text)
    return "*" * max(len(normal) - 4, 0) + normal[-4:] if len(normal) > 4 else "*" * len(normal)  # noqa: PLR2004 - last four


@dataclass(frozen=True, slots=True, repr=False)
class IdNumber:
    """A GB 11643 citizen ID number that has passed its check digit; never printed whole."""

    digits: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "digits", _validated(_normal(self.digits)))

    @property
    def born(self) -> date:
        """The date of birth that digits 7 to 14 state."""
        return date(int(self.digits[6:10]), int(self.digits[10:12]), int(self.digits[12:14]))

    @property
    def sex(self) -> Sex:
        """Odd seventeenth digit: male; even: female."""
        return Sex.MALE if int(self.digits[16]) % 2 else Sex.FEMALE

    @property
    def region(self) -> str:
        """The six-digit code of the county that issued the number."""
        return self.digits[:6]

    @property
    def tail(self) -> str:
        """The last four characters, by which two people of one name are told apart."""
        return self.digits[-4:]

    @property
    def masked(self) -> str:
        """The number as it may be shown: stars and the last four."""
        return masked_id(self.digits)

    def age_on(self, day: date) -> int:
        """Whole years of age on that day."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    def __repr__(self) -> str:
        return f"IdNumber({self.masked!r})"

    __str__ = __repr__


def _validated(text: str) -> str:
    # 1. Seventeen digits and a digit or X.
    if len(text) != _LENGTH or not _SHAPE.fullmatch(text):
        raise IdNumberError(
            f"ID number {masked_id(text)}: got {counted(len(text), 'character')} {_shape_of(text)}, "
            "expected 17 digits and a digit or X; check it against the card"
        )
    # 2. A day of birth that the calendar has.
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        raise _rounded_or(
            text,
            f"ID number {masked_id(text)}: got no day of the calendar in digits 7 to 14, expected a birth date; "
            "check it against the card",
        ) from None
    # 3. The check digit of GB 11643.
    expected = check_digit(text[:17])
    if text[17] != expected:
        raise _rounded_or(
            text,
            f"ID number {masked_id(text)}: got check digit {text[17]}, expected {expected}; check it against the card",
        )
    return text


def _rounded_or(text: str, message: str) -> IdNumberError:
    if text.endswith("000") and len(text) > _DIGITS_THAT_EXCEL_KEEPS:
        return RoundedByExcelError(
            f"ID number {masked_id(text)}: got 000 at the end, expected the real last three digits; "
            "Excel keeps 15 digits of a number: format the column as text (文本) and export the list again"
        )
    return IdNumberError(message)


def _shape_of(text: str) -> str:
    return "with letters or signs" if re.search(r"[^\dX]", text) else "of digits"
