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


class StoredReadsEntry(TypedDict):
    """What looking cost of recordings that were read where they lie in the evidence store."""

    recordings: int
    size_bytes: int
    bytes_read: int
    ranges: int


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


class OriginEntry(TypedDict):
    """Who made a recording: this system, with the leaf that knew it so many seconds after its last picture, or the institution."""

    by: str
    leaf: int | None
    noted_at: str | None
    late_s: int | None
    prompt: bool
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
    origin: OriginEntry | None
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


class ReviewReplyEntry(TypedDict):
    """What the institution had answered to the failure that this review decides again."""

    at: str
    words: str
    files: list[EvidenceEntry]
    counts: list[int]


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
    reply: ReviewReplyEntry | None
    machine: FindingEntry | None


class ClockReadingEntry(TypedDict):
    """One frame, the true time that something shows there, and what shows it."""

    path: str
    at: str
    at_s: float
    shows: str
    by: str


class ClockReviewEntry(TypedDict):
    """What people said of a camera's clock: by how much its times are moved, what shows it, the machine's own word."""

    camera: str
    moved_s: float
    people: int
    at: str
    words: str
    readings: list[ClockReadingEntry]
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
    clock_review: ClockReviewEntry | None


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


class SideEntry(TypedDict):
    """One side of footage that was seen before: minutes of this class where ``class_id`` is 0, else of another."""

    class_id: int
    camera: str
    span: SpanEntry


class ReplayEntry(TypedDict):
    """Minutes whose movements are those of other minutes, told from the side that is held against the other."""

    here: SideEntry
    there: SideEntry
    strength: float
    speed: float
    mirrored: bool


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
    source: str
    replays: list[ReplayEntry]


class ScreenClockEntry(TypedDict):
    """What the camera's own clock in the picture said over one stretch; ``ahead_s`` is the recording's time less it."""

    span: SpanEntry
    ahead_s: float
    within_s: float
    dated: bool
    frames: int


class ViewEntry(TypedDict):
    """How well one room let heads be found over one stretch."""

    camera: str
    room: str
    span: SpanEntry
    seats: int
    frames: int
    recall: float | None
    moving_camera: bool
    screen_clocks: list[ScreenClockEntry]


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


class TraineeFacesEntry(TypedDict):
    """One trainee with a photograph: in which class hours seen, not seen, and not to be told."""

    no: int
    seen: list[str]
    not_seen: list[str]
    cannot_tell: list[str]


class RecognitionEntry(TypedDict):
    """That faces were compared, by which network, and of how much they could say anything."""

    model: str
    sha256: str
    same_below: float
    error: TextEntry
    seats: int
    small: int
    photographs: int
    trainees: list[TraineeFacesEntry]


# The call form because "class" is a keyword in Python, not in JSON.
ReportDocument = TypedDict(
    "ReportDocument",
    {
        "schema": str,
        "tool": str,
        "made_at": str,
        "versions": dict[str, str],
        "senses": list[SenseEntry],
        "stored_reads": StoredReadsEntry | None,
        "class": ClassEntry,
        "policy": PolicyEntry | None,
        "assumptions": list[AssumptionEntry],
        "inputs": list[InputEntry],
        "cameras": list[CameraEntry],
        "hours": list[HourEntry],
        "trainees": list[TraineeEntry],
        "checkins": list[CheckInEntry],
        "recognition": RecognitionEntry | None,
        "doubts": list[DoubtEntry],
        "views": list[ViewEntry],
        "limits": list[TextEntry],
        "summary": SummaryEntry,
    },
)
