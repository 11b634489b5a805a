"""What is kept, for whom, by which duty, and what holds it: the records that the rules, the register and people share."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from facts.digest import Digest
from facts.errors import InputError

MAX_LABEL_CHARS = 60  # what every evidence store can carry as the reason of a hold


class Category(StrEnum):
    """The kinds of files that documents set terms for."""

    VIDEO = "video"
    PAPERS = "papers"


class Base(StrEnum):
    """The day from which a duty is counted (assumption A7)."""

    RECORDING = "recording"
    CLASS_END = "class_end"
    PAYOUT = "payout"
    LATEST = "latest"


class DeletionState(StrEnum):
    """How far a deletion is; ``DELETING`` is written before the store is asked, so that the next sweep finishes a killed one."""

    DELETING = "deleting"
    DELETED = "deleted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Term:
    """One rule's demand: so many calendar years from a base day; no rule's name where none is in force."""

    rule: str
    years: int
    base: Base


@dataclass(frozen=True, slots=True)
class Use:
    """Why one class keeps an object: the days it speaks of, the facts that duties are counted from, and the result."""

    class_id: str
    category: Category
    label: str
    institution: str
    class_end: date
    rule: str
    base: date
    keep_until: datetime
    first_day: date | None = None
    last_day: date | None = None
    recorded_end: date | None = None
    paid: date | None = None
    terms: tuple[Term, ...] = ()
    source: Digest | None = None

    def speaks_of(self, day: date) -> bool:
        """Whether the object says anything about the day: lists say something about all of them."""
        return self.first_day is None or self.last_day is None or self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Deletion:
    """A deletion that was allowed once: under way, done and certified, or refused with the reason."""

    state: DeletionState
    begun_at: datetime
    reason: str = ""
    certificate: str = ""
    place: int | None = None

    def precedes(self, stored_at: datetime | None) -> bool:
        """Whether what the store has now was stored anew after the deletion had begun."""
        return stored_at is not None and stored_at > self.begun_at


@dataclass(frozen=True, slots=True)
class RetentionEntry:
    """One stored object, everybody who needs it, and until when the store acknowledged to lock it."""

    number: int
    store: str
    digest: Digest
    version_id: str
    size_bytes: int
    retain_until: datetime | None
    uses: tuple[Use, ...]
    deletion: Deletion | None = None

    @property
    def keep_until(self) -> datetime:
        """The longest duty wins."""
        return max(use.keep_until for use in self.uses)

    @property
    def binding(self) -> Use:
        """The use whose duty lasts longest."""
        return max(self.uses, key=lambda use: (use.keep_until, use.rule))

    @property
    def class_ids(self) -> tuple[str, ...]:
        """The classes that keep it."""
        return tuple(sorted({use.class_id for use in self.uses}))


@dataclass(frozen=True, slots=True)
class Scope:
    """A class, a day, a day of a class, or one object."""

    class_id: str = ""
    day: date | None = None
    sha256: str = ""

    def __post_init__(self) -> None:
        if not (self.class_id or self.day or self.sha256):
            raise InputError("retention: got no class, day or SHA-256, expected one of them; name what is meant")

    def covers(self, kept: RetentionEntry) -> bool:
        """Whether the object, or one of its uses, is meant."""
        return any(self.awaits(kept.digest, use) for use in kept.uses)

    def awaits(self, digest: Digest, use: Use) -> bool:
        """Whether an object that is about to be entered for this use is meant."""
        return self.sha256 in {"", digest.sha256} and self.covers_use(use)

    def covers_use(self, use: Use) -> bool:
        """Whether this class's need of the object is meant."""
        return self.class_id in {"", use.class_id} and (self.day is None or use.speaks_of(self.day))

    def __str__(self) -> str:
        return " ".join(filter(None, (self.class_id, str(self.day or ""), self.sha256)))


@dataclass(frozen=True, slots=True)
class Hold:
    """Keeps what it covers, whatever the date: a dispute or a spot check; lifted by a named person only."""

    id: str
    scope: Scope
    reason: str
    case: str
    placed_by: str
    placed_at: datetime
    settled: bool = False
    released_by: str = ""
    released_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip() or not f"{self.reason}{self.case}".isprintable():
            raise InputError(
                f"hold: got the reason {self.reason[:80]!r} and the case {self.case[:80]!r}, expected a reason in"
                " printable characters; name the dispute or the order"
            )

    @property
    def label(self) -> str:
        """How the store names it."""
        return f"{self.id} {self.case or self.reason}"[:MAX_LABEL_CHARS].strip()
