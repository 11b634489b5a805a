"""Rows of the registries that a county keeps, as a file states them; whoever stores them hides who they are."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from facts.id_number import IdNumber
from facts.money import Fen


class Registry(StrEnum):
    """What a file of rows is an export of."""

    REALNAME = "realname"
    SESSIONS = "sessions"
    CERTIFICATES = "certificates"
    EMPLOYMENT = "employment"
    PENSION = "pension"
    BENEFITS = "benefits"
    STAFF = "staff"
    INSTITUTIONS = "institutions"
    EVALUATORS = "evaluators"
    SANCTIONS = "sanctions"


# A list of pensions that does not say which kind, and the two kinds that documents tell apart.
PENSION = "养老待遇"
EMPLOYEES_PENSION = "城镇职工基本养老金"
RESIDENTS_PENSION = "城乡居民基本养老金"
PENSIONS = (PENSION, EMPLOYEES_PENSION, RESIDENTS_PENSION)


def pension_kind(words: str) -> str:
    """Which of the pensions the words mean: 居民 or 职工 (机关事业 among them), else one of unknown kind."""
    if "居民" in words or "城居" in words or "农村" in words or "新农保" in words:
        return RESIDENTS_PENSION
    return EMPLOYEES_PENSION if any(word in words for word in ("职工", "企业", "机关", "事业")) else PENSION


@dataclass(frozen=True, slots=True)
class Party:
    """An institution, evaluator or employer: its unified code where the file has it, and its name."""

    code: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """What tells two parties apart: the code, the name only where there is none."""
        return self.code or self.name


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a row speaks of; the number never prints whole."""

    id_number: IdNumber
    name: str = ""


@dataclass(frozen=True, slots=True)
class CourseOf:
    """The class that a row names: whose it is and its number there."""

    institution: Party
    number: str


@dataclass(frozen=True, slots=True)
class Course:
    """One class as a registry describes it; ``passed`` and ``employed`` are sealed rates where they are known."""

    of: CourseOf
    programme: str = ""
    occupation: str = ""
    level: str = ""
    locality: str = ""
    first_day: date = date.min
    last_day: date = date.min
    days: int | None = None
    passed: int | None = None
    employed: int | None = None
    policy: str = ""


@dataclass(frozen=True, slots=True)
class DigestedNumber:
    """A number of which only the digest under the history's own key is left, and the last four to show."""

    digest: bytes
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One person in one class of the real-name registry (实名制)."""

    person: Person
    course: Course
    group: str = ""
    days: int | None = None
    amount: Fen | None = None
    paid_year: int | None = None
    account: str | DigestedNumber = ""


@dataclass(frozen=True, slots=True)
class Session:
    """One stretch of teaching on one Chinese calendar day; minutes count from midnight, the end is outside."""

    of: CourseOf
    day: date
    start_min: int
    end_min: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate as its evaluator reports it."""

    person: Person
    number: str
    evaluator: Party
    occupation: str = ""
    level: str = ""
    issued: date = date.min


@dataclass(frozen=True, slots=True)
class Employment:
    """One stretch of work, as a contract or the social insurance shows it."""

    person: Person
    employer: Party
    since: date
    until: date | None = None
    stated_months: int | None = None
    staff_of_employer: int | None = None


@dataclass(frozen=True, slots=True)
class BenefitPeriod:
    """The days over which somebody draws a monthly pension or another subsidy."""

    person: Person
    kind: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody's work for a training institution."""

    person: Person
    institution: Party
    role: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Sanction:
    """A stretch in which an institution had to put things right (整改)."""

    institution: Party
    kind: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """An entry of a catalogue of institutions or evaluators."""

    party: Party
    catalogue: Registry
    since: date
    until: date | None = None


RegistryRow = Enrolment | Session | Certificate | Employment | BenefitPeriod | Post | Sanction | CatalogueEntry
