from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from facts.digest import Digest
from facts.footage import Lapse
from facts.headcount import headcount
from facts.sighting import Box, SampledFrame, Seat, SeatKind, Sighting, View
from facts.span import Span, minus
from facts.verdict import Headcount
from vision.activity import Film
from vision.back_views import back_only_seats
from vision.clusters import Look
from vision.detector import Head, HeadDetector
from vision.lapses import Liveness, Sample, liveness
from vision.plan import Pace, ProofGoal, best_window, gap_fillers, proven, short_stretches, slots
from vision.ports import FrameSource
from vision.scene import Reference
from vision.seats import seats

_FINEST = timedelta(seconds=9)


@dataclass(frozen=True, slots=True)
class Cost:
    """What an observation took: keyframes decoded small, frames decoded whole and shown to the detector."""

    keyframes: int = 0
    looks: int = 0


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen of one stretch of one camera, where it was not live, the curve, and what it cost."""

    view: View
    lapses: tuple[Lapse, ...]
    headcount: Headcount
    cost: Cost
    window: Span | None = None
    proven: bool = False
    usual: Reference | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to the eye: which camera, which stretch, the seed of its sampling, and what is known already.

    ``runs`` are the stretches recorded without a break; none named means the whole span is one. Heads in ``ignore``
    (a lectern, a window to the corridor) are not looked at.
    """

    camera_id: str
    span: Span
    seed: Digest
    goal: ProofGoal | None = None
    known: tuple[Seat, ...] = ()
    usual: Reference | None = None
    ignore: tuple[Box, ...] = ()
    runs: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Eye:
    """Looks at recordings from coarse to fine, with one detector, until the question is answered."""

    detector: HeadDetector
    pace: Pace = field(default_factory=Pace)

    def observe(self, source: FrameSource, ask: Ask) -> Observation:
        """Everything in one go: life, coarse looks, close looks, and more where the count falls short."""
        watch = self.watch(source, ask)
        watch.life()
        while times := watch.next_looks():
            watch.heads(times)
        return watch.result()

    def watch(self, source: FrameSource, ask: Ask) -> "Watch":
        """The same in stages, for callers that show progress or share time between cameras."""
        return Watch(self, source, ask)


@dataclass(slots=True)
class Watch:
    """One observation under way: call ``life`` once, then ``heads(next_looks())`` until there are none."""

    eye: Eye
    source: FrameSource
    ask: Ask
    film: Film = field(default_factory=Film)
    looks: dict[datetime, tuple[Head, ...]] = field(default_factory=dict)
    _keyframes: list[datetime] = field(default_factory=list)
    _grid: list[datetime] = field(default_factory=list)
    _samples: dict[datetime, Sample] = field(default_factory=dict)
    _liveness: Liveness = field(default_factory=lambda: Liveness((), moving_camera=False, usual=None))
    _tried: set[datetime] = field(default_factory=set)
    _decoded: int = 0
    _coarse: bool = False
    _window: Span | None = None
    _weighed: tuple[tuple[int, int], tuple[Seat, ...]] | None = None

    def life(self) -> tuple[Lapse, ...]:
        """Decodes small keyframes at the pace's step, keeps the live ones, and says where the stretch is not live."""
        self._keyframes = [at for at in self.source.keyframe_times() if at in self.ask.span]
        self._grid = stepped(self._keyframes, self.eye.pace.step_s)
        thin = self.eye.pace.thin if self.ask.goal else 1
        self._sample([*self._grid[::thin], *self._grid[-1:]])
        return self._liveness.lapses

    def _sample(self, times: Sequence[datetime]) -> bool:
        """Decodes those of the small keyframes that are new, and judges life anew with them; whether any were."""
        new = sorted(set(times) - self._samples.keys())
        found = dict(self.source.luma(new)) if new else {}
        self._decoded += len(found)
        self._samples |= {at: Sample.of(at, found.get(at)) for at in new}
        if not new and self._samples:
            return False
        samples = [self._samples[at] for at in sorted(self._samples)]
        self._liveness = liveness(self.ask.camera_id, self.ask.span, samples, self.ask.usual)
        self.film = self.film.again()
        for sample in samples:
            if sample.frame is not None and not any(sample.at in lapse.span for lapse in self._liveness.lapses):
                self.film.add(sample.at, sample.frame)
        return bool(new)

    @property
    def live(self) -> tuple[Span, ...]:
        """What is left of the recorded runs when every lapse is cut out; nothing where nothing was recorded."""
        if not self._keyframes:
            return ()
        runs = [part for run in self.ask.runs or (self.ask.span,) if (part := run.clip(self.ask.span))]
        lapses = [lapse.span for lapse in self._liveness.lapses]
        return tuple(part for run in runs for part in minus(run, lapses))

    def heads(self, times: Sequence[datetime]) -> None:
        """Shows the keyframes at these times to the detector."""
        self._tried.update(times)
        for at, frame in self.source.colour(times):
            self.looks[at] = tuple(head for head in self.eye.detector.detect(frame) if not self._ignored(head))

    def next_looks(self) -> list[datetime]:
        """The keyframes that would tell most now; none where the question is answered or more would not help."""
        if not self._coarse:
            self._coarse = True
            pace, seed = self.eye.pace, self.ask.seed
            return self._snap([at for part in self.live for at in slots(part, pace.coarse_s, seed, "coarse")])
        left = self.eye.pace.most_looks - len(self.looks)
        if self.ask.goal is None or self._liveness.moving_camera or left <= 0:
            return []
        return self._toward(self.ask.goal)[:left]

    def _toward(self, goal: ProofGoal) -> list[datetime]:
        curve = headcount(self._seats(), self.ask.span)
        self._window = best_window(curve, self.live, goal)
        # What is sampled more finely may turn out dead or empty, and then another window promises more.
        while self._window and self._sample([at for at in self._grid if at in self._window]):
            curve = headcount(self._seats(), self.ask.span)
            self._window = best_window(curve, self.live, goal)
        if self._window is None:
            return []
        close = self._snap(gap_fillers(self._window, list(self.looks), self.eye.pace.close_s, self.ask.seed))
        nobody = not any(self.looks.values())
        if close or nobody or proven(curve, self._window, goal):
            return close
        return self._snap(self._closer(short_stretches(curve, self._window, goal)))

    def _closer(self, stretches: Sequence[Span]) -> list[datetime]:
        """Halves the widest gaps between looks where the count falls short, down to one look in ten seconds."""
        gaps: list[tuple[timedelta, datetime]] = []
        for stretch in stretches:
            marks = sorted({stretch.start, stretch.end, *(at for at in self._tried if at in stretch)})
            gaps += [(b - a, a + (b - a) / 2) for a, b in pairwise(marks) if b - a > 2 * _FINEST]
        gaps.sort(key=lambda gap: (-gap[0], gap[1]))
        return [at for _, at in gaps[: self.eye.pace.round_looks]]

    def _snap(self, times: Sequence[datetime]) -> list[datetime]:
        """The live samples nearest to these moments that were not looked at yet.

        Samples and not just any keyframes: a look is held against the small picture of the very same moment.
        """
        live = [at for at in self.film.times if any(at in part for part in self.live)]
        chosen = {live[_nearest(live, at)] for at in times} if live else set()
        return sorted(chosen - self._tried)

    def _seats(self) -> tuple[Seat, ...]:
        if self._liveness.moving_camera or not self.film.times:
            return ()
        known = len(self.looks), len(self.film.times)
        if self._weighed is None or self._weighed[0] != known:
            looks = [Look(at, self.looks[at]) for at in sorted(self.looks)]
            self._weighed = known, seats(self.ask.camera_id, self.film, looks, self.ask.known)
        return self._weighed[1]

    def result(self) -> Observation:
        """What is known by now."""
        ask, found = self.ask, self._seats()
        found += back_only_seats(ask.camera_id, self.film, found)
        curve = headcount(found, ask.span)
        goal, window = ask.goal, self._window
        view = View(
            ask.camera_id,
            ask.span,
            found,
            self._frames(),
            recall(found, list(self.looks)),
            self._liveness.moving_camera,
        )
        done = bool(goal and window and proven(curve, window, goal))
        cost = Cost(self._decoded, len(self.looks))
        return Observation(view, self._liveness.lapses, curve, cost, window, done, self._liveness.usual)

    def _frames(self) -> tuple[SampledFrame, ...]:
        camera, start = self.ask.camera_id, self.ask.span.start
        return tuple(
            SampledFrame(
                camera, at, "", (at - start).total_seconds(), tuple(Sighting(camera, at, *head) for head in found)
            )
            for at, found in sorted(self.looks.items())
        )

    def _ignored(self, head: Head) -> bool:
        x, y = head.box.x + head.box.w / 2, head.box.y + head.box.h / 2
        return any(b.x <= x < b.x + b.w and b.y <= y < b.y + b.h for b in self.ask.ignore)


def recall(seats: Sequence[Seat], looks: Sequence[datetime]) -> float | None:
    """The share of looks at occupied seats in which the head was found; nothing where no seat was held for a while."""
    people = [seat for seat in seats if seat.kind is SeatKind.PERSON]
    if not any(span.length_s > 1 for seat in people for span in (*seat.seen, *seat.bridged)):
        return None
    found = sum(seat.sightings for seat in people)
    blind = sum(any(at in span for span in (*seat.seen, *seat.bridged)) for seat in people for at in looks)
    return round(min(found / blind, 1.0), 4) if blind else None


def stepped(times: Sequence[datetime], step_s: float) -> list[datetime]:
    """As few of the times as leave no avoidable gap longer than the step."""
    step, chosen = timedelta(seconds=step_s), list(times[:1])
    for before, at in pairwise(times):
        if at - chosen[-1] > step and before > chosen[-1]:
            chosen.append(before)
        if at - chosen[-1] > step:
            chosen.append(at)
    return chosen if chosen[-1:] == list(times[-1:]) else [*chosen, times[-1]]


def _nearest(times: Sequence[datetime], at: datetime) -> int:
    after = bisect_left(times, at)
    near = [index for index in (after - 1, after) if 0 <= index < len(times)]
    return min(near, key=lambda index: abs(times[index] - at))
