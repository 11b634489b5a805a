"""What is asked of the history and what it answers, without a word of how it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from facts.registry import Certificate, Course, Employment, Enrolment, Session
from facts.text import Text
from facts.verdict import Doubt

# Counted by certificates, not by classes, where a rulebook names it among its programmes.
CERTIFICATION = "取证"


@dataclass(frozen=True, slots=True)
class RepeatKey:
    """A rulebook's own key of repetition: which fields are compared, over which stretch, how many are allowed."""

    rule: str
    fields: tuple[str, ...]  # of person, occupation, level
    yearly: bool
    at_most: int = 1
    programmes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    words: Text | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A benefit beside which the rule pays nothing."""

    rule: str
    kind: str
    programmes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The keys of repetition and the excluding benefits of one rulebook."""

    repeats: tuple[RepeatKey, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that a detector goes by, with its default; whoever runs the detector may set another."""

    name: str
    default: int
    text: Text


@dataclass(frozen=True, slots=True)
class HistoryPattern:
    """A pattern that a detector looks for, why, and what may innocently look the same; it has no weight in any sum."""

    id: str
    title: Text
    signal: str
    rules: tuple[str, ...]
    check_cost_s: int
    innocent: tuple[Text, ...]
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryQuestion:
    """What a detector asks the database: the pattern's id, the numbers it goes by, and what a rulebook compares.

    ``repeat`` is the key of repetition, ``programme`` the only programme that is looked at, ``benefit`` the benefit
    that excludes another; each is given only to the patterns that go by it.
    """

    pattern: str
    numbers: Mapping[str, int] = field(default_factory=dict)
    repeat: RepeatKey | None = None
    programme: str = ""
    benefit: str = ""


@dataclass(frozen=True, slots=True)
class HistoryMatch:
    """One thing that the database found under a question, before it is put in words; people are masked already.

    ``subject`` names the institution, employer, evaluator, account or certificate that it is about; ``same`` are the
    values under which the person was found more than once; ``numbers`` and ``days`` are named as each pattern has it.
    """

    latest: date
    subject: str = ""
    people: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryDoubt:
    """One thing in the history that a person should look at; people are shown masked."""

    about: HistoryPattern
    text: Text
    latest: date
    people: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    rule: str = ""

    def as_doubt(self) -> Doubt:
        """The same as any other doubt."""
        return Doubt(
            kind=self.about.id,
            text=self.text,
            trainees=self.people,
            innocent=self.about.innocent,
            rule=self.rule or ", ".join(self.about.rules),
            check_cost_s=self.about.check_cost_s,
        )


@dataclass(frozen=True, slots=True)
class HistoryClaim:
    """A claim as the history is asked about it: one class, its people, and what the claim says of them."""

    course: Course
    people: tuple[Enrolment, ...]
    sessions: tuple[Session, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    employments: tuple[Employment, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often the history already paid this person under this key, the claimed class left out."""

    key: RepeatKey
    person: str  # the ID number's digits as the claim gave them; for the screening, never for the screen
    count: int
    classes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Repeats({self.key.rule}, {self.count})"


@dataclass(frozen=True, slots=True)
class Answers:
    """The history's answer about one claim: counts for every key and person, and the doubts."""

    repeats: tuple[Repeats, ...] = ()
    doubts: tuple[HistoryDoubt, ...] = ()
