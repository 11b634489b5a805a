"""Papers of people who have no citizen ID number: passports and permits, recognised by the words before the number or by its shape."""

import re
import unicodedata
from dataclasses import dataclass, field

from facts.id_number import masked_id

PASSPORT, HOME_PERMIT, TAIWAN_PERMIT = "护照", "港澳居民来往内地通行证", "台湾居民来往大陆通行证"
RESIDENCE_PERMIT, GREEN_CARD, OTHER = "港澳台居民居住证", "外国人永久居留身份证", "其他证件"
# Longer words first: the shorter stand inside them.
_WORDS = {
    HOME_PERMIT: "港澳居民来往内地通行证 港澳通行证 回乡证",
    TAIWAN_PERMIT: "台湾居民来往大陆通行证 台湾通行证 台胞证",
    RESIDENCE_PERMIT: "港澳台居民居住证 港澳台居住证 居住证",
    GREEN_CARD: "外国人永久居留身份证 外国人永久居留证 永久居留身份证 永久居留证",
    PASSPORT: "外国护照 中国护照 护照 passport",
    OTHER: "其他证件 其他",
}
_SHAPES = (
    (HOME_PERMIT, re.compile(r"[HM]\d{8}(\d{2})?", re.ASCII)),
    (GREEN_CARD, re.compile(r"[A-Z]{3}\d{12}", re.ASCII)),
    (PASSPORT, re.compile(r"[A-Z]{1,2}\d{6,9}", re.ASCII)),
)
_GAPS = re.compile(r"[\s:：()（）\u200b-\u200f\ufeff-]+")
_NUMBER = re.compile(r"[A-Z0-9]{5,20}", re.ASCII)
_ID_SHAPE = re.compile(r"\d{15}|\d{17}[\dX]", re.ASCII)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number that is no citizen ID number, and the paper that it stands on; never printed whole."""

    kind: str
    number: str = field(repr=False)

    @property
    def masked(self) -> str:
        """The number as it may be shown."""
        return masked_id(self.number)

    def __str__(self) -> str:
        return f"{self.kind} {self.masked}"


def kind_of(words: str) -> str:
    """The paper that the words name; nothing where they name the citizen ID card or nothing that is known."""
    text = unicodedata.normalize("NFKC", words).strip().casefold()
    return next((kind for kind, known in _WORDS.items() if any(text.startswith(word) for word in known.split())), "")


def labelled(kind: str, number: str) -> str:
    """The number with its paper in front, as one cell may have both."""
    return f"{known}{number}" if (known := kind_of(kind)) and number.strip() else number


def bare(text: str) -> str:
    """The number without the words that name its paper."""
    kept = unicodedata.normalize("NFKC", text).strip()
    words = [word for known in _WORDS.values() for word in known.split() if kept.casefold().startswith(word)]
    return kept[len(max(words, key=len, default="")) :]


def document_of(text: str) -> DocumentNumber | None:
    """The paper's number; one that looks like a citizen ID number is none of these, so that a slip stays a slip."""
    kind, number = kind_of(text), _GAPS.sub("", bare(text)).upper()
    if _ID_SHAPE.fullmatch(number) or not _NUMBER.fullmatch(number) or not re.search(r"\d", number):
        return None
    kind = kind or next((named for named, shape in _SHAPES if shape.fullmatch(number)), "")
    return DocumentNumber(kind, number) if kind else None
