from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from facts.check_in import CheckIn
from facts.class_settings import NOTHING_SET, ClassSettings
from facts.course import ClassHour, Trainee, TrainingClass
from facts.digest import Digest
from facts.footage import Camera, ClockSource, Segment
from facts.motion import Replay
from facts.recognition import Recognition
from facts.recording_origin import RecordingOrigin
from facts.review import Review
from facts.senses import Sense
from facts.sighting import View
from facts.span import Span
from facts.stored_recording import StoredReads
from facts.text import Text
from facts.verdict import Assumption, Attendance, Doubt, HourVerdict


@dataclass(frozen=True, slots=True)
class PolicyRef:
    """The rulebook that governed the class: which document, and from when to when it held.

    ``version`` and ``sha256`` name the very text that was judged by; ``provisional``: it had lapsed before the class.
    """

    id: str
    title: str
    locality: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    note: Text | None = None
    version: str = ""
    sha256: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file that was handed in, what it turned out to be, and everything wrong with it.

    ``aside`` is the institution's reason for a list that it no longer stands by, of which nothing was read.
    """

    path: str
    role: str
    size_bytes: int
    digest: Digest | None = None
    camera_id: str = ""
    span: Span | None = None
    clock_source: ClockSource = ClockSource.NONE
    faults: tuple[Text, ...] = ()
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """What a rule's document says, word for word: findings and doubts are cited with it."""

    rule: str
    quote: str
    article: str = ""


@dataclass(frozen=True, slots=True)
class ClassReport:
    """Everything that was handed in, seen and judged about one class; pages and JSON are drawn from it alone.

    ``code_keys`` are the public Ed25519 keys, in hexadecimal digits, that the time codes read in it were held against.
    ``replays`` is footage that was seen before; ``settled`` are doubts, by their fingerprints, that people closed as
    explained before this judgement. ``origins`` are the recordings that the service itself made; every other one was
    handed in. ``recognition`` is what faces said, where they were asked. ``stored_reads`` is what was read of recordings
    where they lie in the evidence store.
    """

    tool: str
    made_at: datetime
    training_class: TrainingClass
    policy: PolicyRef | None
    assumptions: tuple[Assumption, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    cameras: tuple[Camera, ...] = ()
    segments: tuple[Segment, ...] = ()
    hours: tuple[ClassHour, ...] = ()
    verdicts: tuple[HourVerdict, ...] = ()
    trainees: tuple[Trainee, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    checkins: tuple[CheckIn, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    views: tuple[View, ...] = ()
    limits: tuple[Text, ...] = ()
    clauses: tuple[Clause, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    settings: ClassSettings = NOTHING_SET
    senses: tuple[Sense, ...] = ()
    reviews: tuple[Review, ...] = ()
    code_keys: tuple[str, ...] = ()
    replays: tuple[Replay, ...] = ()
    settled: tuple[str, ...] = ()
    origins: tuple[RecordingOrigin, ...] = ()
    recognition: Recognition | None = None
    stored_reads: StoredReads | None = None
