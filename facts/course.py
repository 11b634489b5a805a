import re
from dataclasses import dataclass
from enum import StrEnum

from facts.id_number import IdNumber, masked_id
from facts.names import masked_name
from facts.span import Span


class HourKind(StrEnum):
    """What is taught in a class hour; the ten-minute rule binds both."""

    THEORY = "theory"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Institution:
    """Who teaches and claims (培训机构)."""

    name: str
    uscc: str = ""
    locality: str = ""


@dataclass(frozen=True, slots=True)
class TrainingClass:
    """One course run with one roster (班期), and what decides which rulebook governs it."""

    id: str
    name: str = ""
    institution: Institution = Institution("")
    locality: str = ""
    programme: str = ""
    group: str = ""
    occupation: str = ""
    level: str = ""
    policy: str = ""
    secret_unit: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Trainee:
    """One person on the roster; printing it shows neither the whole name, nor the number, nor the phone."""

    key: str
    name: str
    id_number: IdNumber | None = None
    phone: str = ""
    group: str = ""
    leave: tuple[Span, ...] = ()
    where: str = ""

    @property
    def masked(self) -> str:
        """How the trainee may be shown: masked name and the last four of the ID number."""
        tail = f" {self.id_number.tail}" if self.id_number else ""
        return masked_name(self.name) + tail

    def __repr__(self) -> str:
        number = self.id_number.masked if self.id_number else None
        return f"Trainee({self.key!r}, {masked_name(self.name)!r}, {number!r}, phone={masked_id(self.phone)!r})"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class ClassHour:
    """One planned teaching unit (学时) in one room."""

    id: str
    span: Span
    kind: HourKind = HourKind.THEORY
    room: str = ""
    teacher: str = ""
    label: str = ""

    @property
    def teachers(self) -> int:
        """How many teachers the timetable names for it; a name written 周 敏 is one name."""
        parts = (part.split() for part in re.split(r"[、，,;；/／+＋&\n]+", self.teacher))
        return sum(len(words) if all(len(word) > 1 for word in words) else 1 for words in parts if words)
