"""The 18 characters of a 统一社会信用代码 (GB 32100-2015): 31 signs without I, O, S, V, Z, the last one a check."""

import re
import unicodedata
from dataclasses import dataclass

from facts.counting import counted
from facts.errors import InputError

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_BODY = re.compile(f"[{_SIGNS}]{{17}}")
_LENGTH = 18


@dataclass(frozen=True, slots=True, order=True)
class Uscc:
    """A code that has passed its check; two parties are the same legal person where their codes are equal."""

    code: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", _validated(normal_uscc(self.code)))

    def __str__(self) -> str:
        return self.code


def normal_uscc(raw: str) -> str:
    """The code as it is compared: one width, upper case, no spaces or hyphens."""
    return re.sub(r"[\s\-\u200b-\u200f\ufeff]+", "", unicodedata.normalize("NFKC", raw)).upper()


def check_sign(first_17: str) -> str:
    """The eighteenth sign that GB 32100-2015 demands after these seventeen."""
    total = sum(_SIGNS.index(sign) * weight for sign, weight in zip(first_17, _WEIGHTS, strict=True))
    return _SIGNS[-total % 31]


def is_uscc(raw: str) -> bool:
    """Whether the text passes the check."""
    try:
        Uscc(raw)
    except InputError:
        return False
    return True


def _validated(code: str) -> str:
    where = f"统一社会信用代码 {code[:24]!r}"
    # 1. Eighteen signs.
    if len(code) != _LENGTH:
        raise InputError(
            f"{where}: got {counted(len(code), 'character')}, expected 18; copy it from the business licence"
        )
    # 2. Only signs that GB 32100 allows.
    if not _BODY.fullmatch(code[:17]):
        raise InputError(f"{where}: got a sign outside 0-9 A-Z without I, O, S, V, Z, expected only those; correct it")
    # 3. The check sign.
    if code[17] != (expected := check_sign(code[:17])):
        raise InputError(f"{where}: got the check sign {code[17]}, expected {expected}; compare it with the licence")
    return code
