from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from facts.digest import EvidenceRef
from facts.footage import Lapse, Run
from facts.span import Span
from facts.text import Text


class Status(StrEnum):
    """The five answers; there is no score and no sixth."""

    PASS = "PASS"  # noqa: S105 - a verdict, no password
    FAIL = "FAIL"
    UNPROVEN = "UNPROVEN"
    EXEMPT = "EXEMPT"
    NOT_APPLICABLE = "NOT_APPLICABLE"

    @property
    def zh(self) -> str:
        """The word on Chinese screens."""
        return _WORDS[self][0]

    @property
    def en(self) -> str:
        """The word on English screens."""
        return _WORDS[self][1]

    @property
    def glyph(self) -> str:
        """The sign beside the colour, so that colour never speaks alone."""
        return _WORDS[self][2]


_WORDS = {
    Status.PASS: ("达标", "pass", "✓"),
    Status.FAIL: ("不达标", "fail", "✗"),
    Status.UNPROVEN: ("存疑待核", "unproven", "?"),
    Status.EXEMPT: ("免验", "exempt", "–"),
    Status.NOT_APPLICABLE: ("不适用", "not applicable", "·"),
}
_GRAVITY = (Status.NOT_APPLICABLE, Status.EXEMPT, Status.PASS, Status.UNPROVEN, Status.FAIL)


def gravest(statuses: Iterable[Status]) -> Status:
    """What several findings amount to together; no finding at all proves nothing, so it is ``UNPROVEN``."""
    return max(statuses, key=_GRAVITY.index, default=Status.UNPROVEN)


@dataclass(frozen=True, slots=True)
class Assumption:
    """A reading of the rule that the documents leave open, printed in every report (假设)."""

    id: str
    text: Text
    value: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule applied to one class hour (核验项): status, reason, numbers, clause, evidence, remedy."""

    rule: str
    status: Status
    reason: str
    text: Text
    numbers: Mapping[str, float] = field(default_factory=dict)
    quote: str = ""
    article: str = ""
    remedy: Text | None = None
    evidence: tuple[EvidenceRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Headcount:
    """Distinct occupied seats in the rolling minute that begins at each time."""

    times: tuple[datetime, ...] = ()
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """The best stretch of at least the demanded length inside a class hour (窗口)."""

    span: Span
    camera_id: str


@dataclass(frozen=True, slots=True)
class HourVerdict:
    """Everything that was judged about one class hour.

    ``before_review`` is what the machine alone said of the view, ``clock_before_review`` of the recording on the
    camera's own clock, where people's word took its place.
    """

    hour_id: str
    status: Status
    findings: tuple[Finding, ...]
    runs: tuple[Run, ...] = ()
    lapses: tuple[Lapse, ...] = ()
    window: Window | None = None
    expected: int | None = None
    roster: int | None = None
    headcount: Headcount = Headcount()
    before_review: Finding | None = None
    clock_before_review: Finding | None = None

    @property
    def machine_words(self) -> tuple[Finding, ...]:
        """What the machine said where people's word took its place."""
        return tuple(one for one in (self.clock_before_review, self.before_review) if one)


class Presence(StrEnum):
    """Whether a trainee took part in a class hour."""

    PRESENT = "present"
    ABSENT = "absent"
    LEAVE = "leave"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Attendance:
    """One trainee in one class hour, with the sources that say so and those that contradict."""

    trainee_key: str
    hour_id: str
    presence: Presence
    sources: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something a person should look at (疑点), with its clause and its innocent explanations; never a score.

    ``source`` names what raised it where kind, hours and people do not: the files of both sides of a replay.
    """

    kind: str
    text: Text
    hours: tuple[str, ...] = ()
    trainees: tuple[str, ...] = ()
    evidence: tuple[EvidenceRef, ...] = ()
    innocent: tuple[Text, ...] = ()
    rule: str = ""
    check_cost_s: int = 60
    source: str = ""
