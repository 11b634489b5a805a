"""The shape of ``report.json`` (``xueshi.report/1``); pages and strips are drawn from it and from nothing else.

Times are ISO 8601 on the Chinese wall clock, lengths are seconds, people are masked.
"""

from typing import TypedDict

SCHEMA = "xueshi.report/1"


class TextEntry(TypedDict):
    """One sentence in both languages."""

    zh: str
    en: str


class SpanEntry(TypedDict):
    """A half-open stretch of time."""

    start: str
    end: str


class EvidenceEntry(TypedDict):
    """Where a piece of evidence is to be found again."""

    path: str
    sha256: str | None
    at_s: float | None
    note: str


class SenseEntry(TypedDict):
    """A network that looked for people; ``missing`` says why one did not."""

    name: str
    finds: list[str]
    sha256: str | None
    missing: str


class ClassEntry(TypedDict):
    """The class (班期) that the report is about, and who taught it."""

    id: str
    name: str
    institution: str
    uscc: str
    locality: str
    programme: str
    group: str
    occupation: str
    level: str
    days: list[str]


class PolicyEntry(TypedDict):
    """The rulebook in force, and whether it still was when the report was made."""

    id: str
    title: str
    locality: str
    valid_from: str | None
    valid_to: str | None
    lapsed_when_made: bool
    days_outside: list[str]
    note: TextEntry | None
    version: str
    sha256: str
    provisional: bool
    days_left: int | None


class AssumptionEntry(TypedDict):
    """A reading of the rule that its text leaves open (假设)."""

    id: str
    text: TextEntry
    value: str


class FaultEntry(TypedDict):
    """One kind of damage of a file; ``code`` is empty where it has no name."""

    code: str
    count: int
    text: TextEntry


class InputEntry(TypedDict):
    """One file that was handed in; ``aside`` is why the institution no longer stands by it, empty where it does."""

    path: str
    role: str
    size_bytes: int
    sha256: str | None
    camera: str
    span: SpanEntry | None
    stretches: list[SpanEntry]
    clock_source: str
    codec: str
    width: int
    height: int
    length_s: float
    aside: str
    faults: list[FaultEntry]


class CameraEntry(TypedDict):
    """One device and how its clock was corrected."""

    id: str
    room: str
    clock_offset_s: float
    unclocked_files: int


class RunEntry(TypedDict):
    """A stretch of footage without a break longer than the tolerance."""

    camera: str
    span: SpanEntry
    paths: list[str]


class LapseEntry(TypedDict):
    """A recorded stretch that shows nothing."""

    camera: str
    span: SpanEntry
    kind: str


class CoverageEntry(TypedDict):
    """What one camera holds of one class hour, and where it holds nothing."""

    camera: str
    recorded_s: float
    gaps: list[SpanEntry]


class WindowEntry(TypedDict):
    """The best stretch of at least the demanded length."""

    span: SpanEntry
    camera: str


class LongestEntry(TypedDict):
    """The longest live stretch inside the class hour, long enough or not, beside the length demanded."""

    span: SpanEntry | None
    camera: str
    length_s: float
    demanded_s: float | None
    status: str


class HeadcountEntry(TypedDict):
    """Distinct occupied seats in the rolling minute that begins at each time."""

    times: list[str]
    counts: list[int]


class FindingEntry(TypedDict):
    """One rule applied to one class hour."""

    rule: str
    status: str
    reason: str
    text: TextEntry
    numbers: dict[str, float]
    quote: str
    article: str
    remedy: TextEntry | None
    evidence: list[EvidenceEntry]


class ReviewFrameEntry(TypedDict):
    """One frame on which a person marked everybody: which file and second, how many, and which boxes are nobody."""

    path: str
    at: str
    at_s: float
    heads: list[list[float]]
    struck: list[list[float]]


class ReviewEntry(TypedDict):
    """What people said who looked at a class hour: their answer, their counts frame by frame, the machine's own word."""

    camera: str
    window: SpanEntry
    answer: str
    text: TextEntry
    people: int
    at: str
    words: str
    frames: list[ReviewFrameEntry]
    counts: list[list[int]]
    headcount: HeadcountEntry
    machine: FindingEntry | None


class HourEntry(TypedDict):
    """Everything that was judged about one class hour."""

    id: str
    label: TextEntry
    kind: str
    span: SpanEntry
    room: str
    status: str
    runs: list[RunEntry]
    lapses: list[LapseEntry]
    coverage: list[CoverageEntry]
    window: WindowEntry | None
    longest: LongestEntry
    expected: int | None
    roster: int | None
    headcount: HeadcountEntry
    view_status: str
    attendance: dict[str, int]
    findings: list[FindingEntry]
    doubts: list[int]
    review: ReviewEntry | None


class PresenceEntry(TypedDict):
    """One trainee in one class hour."""

    id: str
    status: str
    sources: list[str]
    contradictions: list[str]


class PersonEntry(TypedDict):
    """A trainee as the report may show one; ``no`` is the place on the roster."""

    no: int
    id_masked: str
    name_masked: str


class TraineeEntry(PersonEntry):
    """A trainee and all the class hours."""

    counts: dict[str, int]
    hours: list[PresenceEntry]


class CheckInEntry(TypedDict):
    """When somebody signed in; ``trainee`` is the place on the roster where it is certain."""

    at: str
    trainee: int | None
    witnessed: bool


class DoubtEntry(TypedDict):
    """Something a person should look at; never a finding of fault."""

    no: int
    kind: str
    word: TextEntry
    text: TextEntry
    hours: list[str]
    trainees: list[PersonEntry]
    evidence: list[EvidenceEntry]
    innocent: list[TextEntry]
    rule: str
    quote: str
    article: str
    check_cost_s: int
    at: list[str]


class ViewEntry(TypedDict):
    """How well one room let heads be found over one stretch."""

    camera: str
    room: str
    span: SpanEntry
    seats: int
    frames: int
    recall: float | None
    moving_camera: bool


class RangeEntry(TypedDict):
    """The smallest and the largest of a number that differs between class hours."""

    min: int
    max: int


class SummaryEntry(TypedDict):
    """The counts that the cover shows."""

    hours: int
    statuses: dict[str, int]
    days: int
    roster: int
    expected: RangeEntry | None
    to_do: int
    doubts: int
    inputs: int
    faulty_inputs: int
    cameras: int
    checkins: int


# The call form because "class" is a keyword in Python, not in JSON.
ReportDocument = TypedDict(
    "ReportDocument",
    {
        "schema": str,
        "tool": str,
        "made_at": str,
        "versions": dict[str, str],
        "senses": list[SenseEntry],
        "class": ClassEntry,
        "policy": PolicyEntry | None,
        "assumptions": list[AssumptionEntry],
        "inputs": list[InputEntry],
        "cameras": list[CameraEntry],
        "hours": list[HourEntry],
        "trainees": list[TraineeEntry],
        "checkins": list[CheckInEntry],
        "doubts": list[DoubtEntry],
        "views": list[ViewEntry],
        "limits": list[TextEntry],
        "summary": SummaryEntry,
    },
)
