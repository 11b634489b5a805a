"""What each second of a camera's plan became, from the ledger alone: footage, or a gap with its reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from facts.recorder import CameraLife, EntryKind, GapReason, RecorderEntry
from facts.span import Span, minus, total, union

ALWAYS = "always"


@dataclass(frozen=True, slots=True, order=True)
class RecordingGap:
    """A planned stretch without footage, and why."""

    span: Span
    reason: GapReason
    words: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class CameraAccount:
    """One camera's sum: what was planned is what was recorded, the gaps, and (never) a rest that nothing explains."""

    camera: str
    planned: tuple[Span, ...]
    recorded: tuple[Span, ...]
    gaps: tuple[RecordingGap, ...]
    unexplained: tuple[Span, ...]

    @property
    def planned_s(self) -> float:
        """Seconds that should have been recorded."""
        return total(self.planned).total_seconds()

    @property
    def recorded_s(self) -> float:
        """Seconds of footage within the plan."""
        return sum(one.length_s for span in self.planned for two in self.recorded if (one := span.clip(two)))

    @property
    def unexplained_s(self) -> float:
        """Seconds of which nothing is known."""
        return total(self.unexplained).total_seconds()


@dataclass(slots=True)
class _Open:
    """What the ledger last said of a camera: a gap, or a file that grows."""

    start: datetime
    reason: GapReason | None = None
    file: str = ""
    words: str = ""


class _Book:
    def __init__(self, camera: str) -> None:
        self.camera = camera
        self.planned: list[Span] = []
        self.footage: dict[str, Span] = {}
        self.pauses: list[RecordingGap] = []
        self.gaps: list[RecordingGap] = []
        self.open: _Open | None = None
        self.plan: object = ()
        self.since: datetime | None = None
        self.stopped: tuple[datetime, GapReason] | None = None

    def read(self, entry: RecorderEntry) -> None:
        if entry.kind is EntryKind.BEGIN:
            self.begin(entry)
        elif entry.kind is EntryKind.PLAN:
            self.change_plan(entry)
        elif entry.kind in {EntryKind.END, EntryKind.KILLED}:
            reason = GapReason.OUR_STOP if entry.kind is EntryKind.END else GapReason.NOT_RUNNING
            self.end_run(entry.start or entry.at, reason)
        elif entry.camera == self.camera:
            self.of_camera(entry)

    def begin(self, entry: RecorderEntry) -> None:
        self.change_plan(entry)
        self.resume(entry.at)
        self.open = _Open(entry.at, GapReason.STARTING)

    def change_plan(self, entry: RecorderEntry) -> None:
        """From this line on something else is planned; what is recorded meanwhile goes on."""
        self.close_plan(entry.at)
        plans: Mapping[str, object] = entry.told.get("plans", {})
        self.plan, self.since = plans.get(self.camera, ()), entry.at

    def resume(self, at: datetime) -> None:
        """The time between two runs, or until now."""
        if self.stopped and at > self.stopped[0]:
            self.gaps.append(RecordingGap(Span(self.stopped[0], at), self.stopped[1]))
        self.stopped = None

    def close_plan(self, at: datetime) -> None:
        if self.since is None or at <= self.since:
            return
        run = Span(self.since, at)
        spans = [run] if self.plan == ALWAYS else [_span(pair) for pair in _pairs(self.plan)]
        self.planned += [part for span in spans if (part := span.clip(run))]

    def of_camera(self, entry: RecorderEntry) -> None:
        start = entry.start or entry.at
        if entry.kind is EntryKind.GAP and entry.end:
            self.pauses.append(RecordingGap(Span(start, entry.end), GapReason(entry.reason)))
        elif entry.kind is EntryKind.GAP:
            self.change(start)
            self.open = _Open(start, GapReason(entry.reason), words=str(entry.told.get("words", "")))
        elif entry.kind is EntryKind.SEGMENT:
            self.open_file(entry, start)
        elif entry.kind is EntryKind.CLOSED and entry.end:
            self.close_file(entry.file, Span(min(start, entry.end), entry.end))

    def close_file(self, file: str, span: Span) -> None:
        """When a file began is known better at its end; where that is later, it was still connecting."""
        if self.open and self.open.file == file and span.start > self.open.start:
            self.gaps.append(RecordingGap(Span(self.open.start, span.start), GapReason.STARTING))
        self.footage[file] = span

    def close_growing(self, opened: _Open, life: CameraLife | None) -> datetime:
        """Until when the open file is known; a word about an earlier file is older than its beginning and not heard."""
        if life is None or life.file != opened.file or life.start is None or life.newest is None:
            return opened.start
        self.close_file(life.file, Span(min(life.start, life.newest), life.newest))
        return life.newest

    def open_file(self, entry: RecorderEntry, start: datetime) -> None:
        last = self.open.file if self.open else ""
        if entry.follows and last in self.footage:
            before = self.footage[last]
            self.footage[last] = replace(before, end=max(before.end, start))
        self.change(start)
        self.open = _Open(start, file=entry.file)

    def change(self, at: datetime) -> None:
        """The gap that was open ends here; so does what lies between a file's end and what came next."""
        if self.open and self.open.reason and at > self.open.start:
            self.gaps.append(RecordingGap(Span(self.open.start, at), self.open.reason, self.open.words))
        self.open = None

    def end_run(self, at: datetime, reason: GapReason) -> None:
        last = self.footage.get(self.open.file) if self.open and self.open.file else None
        self.change(at)
        if self.stopped is None:  # else it was killed again before it began
            self.stopped = (min(last.end, at) if last else at, reason)


def camera_account(
    entries: Iterable[RecorderEntry], camera: str, until: datetime, life: CameraLife | None = None
) -> CameraAccount:
    """The sum up to ``until``; ``life`` is what a running recorder said of its open file."""
    book = _Book(camera)
    for entry in entries:
        book.read(entry)
    if book.open and book.open.file:
        until = min(until, book.close_growing(book.open, life))
    book.change(until)
    book.resume(until)
    book.close_plan(until)
    return _sum(book)


def recent_entries(entries: Sequence[RecorderEntry], since: datetime) -> Sequence[RecorderEntry]:
    """Fewer lines of one camera's ledger with the same account from the first file after ``since`` on."""
    plan: Mapping[str, object] = {}
    for place, entry in enumerate(entries):
        if entry.kind in {EntryKind.BEGIN, EntryKind.PLAN}:
            plan = entry.told
        elif entry.kind is EntryKind.SEGMENT and entry.start and entry.start >= since:
            return [RecorderEntry(EntryKind.BEGIN, entry.start, told=plan), *entries[place:]]
    return entries


def _sum(book: _Book) -> CameraAccount:
    pauses = [one.span for one in book.pauses]
    footage = [part for span in union(book.footage.values()) for part in minus(span, pauses)]
    planned = union(book.planned)
    gaps, known = [], list(footage)
    for gap in sorted([*book.gaps, *book.pauses]):
        gaps += [replace(gap, span=part) for part in _within(minus(gap.span, known), planned)]
        known.append(gap.span)
    rest = [part for span in planned for part in minus(span, known)]
    return CameraAccount(book.camera, planned, tuple(footage), tuple(gaps), tuple(rest))


def _within(parts: Iterable[Span], planned: Sequence[Span]) -> list[Span]:
    return [both for part in parts for span in planned if (both := part.clip(span))]


def _pairs(plan: object) -> Sequence[Sequence[str]]:
    return plan if isinstance(plan, list | tuple) else ()


def _span(pair: Sequence[str]) -> Span:
    return Span(datetime.fromisoformat(pair[0]), datetime.fromisoformat(pair[1]))
