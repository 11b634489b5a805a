from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from facts.digest import Digest
from facts.footage import Lapse, LapseKind
from facts.headcount import counted, people_at
from facts.motion import MotionRecord
from facts.screen_clock import ScreenClock
from facts.sighting import Box, LookCount, SampledFrame, Seat, SeatKind, Sighting, View
from facts.span import Span, minus
from facts.splice import Splice
from facts.verdict import Headcount
from vision.activity import Film
from vision.back_views import back_only_seats
from vision.backdrop import backdrop
from vision.calibration import ENOUGH_LOOKS, TOO_FEW
from vision.detector import Detection
from vision.lapses import Liveness, Sample, liveness
from vision.moments import TrackEvidence, moments, weigh
from vision.motion import motion_seen
from vision.people import Human, middle, people
from vision.plan import (
    Pace,
    ProofGoal,
    best_window,
    gap_fillers,
    halvings,
    nearest,
    proven,
    short_stretches,
    slots,
    times_at_step,
)
from vision.ports import FrameSource, Picture
from vision.repeats import repeat_in
from vision.scene import Reference
from vision.screen_clock import screen_clocks
from vision.seats import seats
from vision.senses import Senses
from vision.splices import splices_in
from vision.surface import surface
from vision.time_codes import CodeWatch
from vision.tracks import Look, follow

_FINEST = timedelta(seconds=9)


@dataclass(frozen=True, slots=True)
class Cost:
    """What an observation took: keyframes decoded small, frames decoded whole and shown to the senses.

    ``motion`` counts the keyframes that were decoded small for nothing but the motion signature.
    """

    keyframes: int = 0
    looks: int = 0
    motion: int = 0


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
class ObservationRequest:
    """What is to be observed: which camera, which stretch, the seed of the sampling, and what is known already.

    ``runs`` are the stretches recorded without a break; none named means the whole span is one. Heads in ``ignore``
    (a lectern, a window to the corridor) are not looked at. Where people are ``walking`` about, whoever moves counts
    wherever he is; else only who is found at one place again and again. In ``code_times`` a time code may be in the picture.
    """

    camera_id: str
    span: Span
    seed: Digest
    goal: ProofGoal | None = None
    known: tuple[Seat, ...] = ()
    usual: Reference | None = None
    ignore: tuple[Box, ...] = ()
    runs: tuple[Span, ...] = ()
    walking: bool = False
    code_times: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Observer:
    """Looks at recordings from coarse to fine, with all senses, until the question is answered."""

    senses: Senses
    pace: Pace = field(default_factory=Pace)

    def observe(self, source: FrameSource, request: ObservationRequest) -> Observation:
        """Everything in one go: life, coarse looks, close looks, and more where the count falls short."""
        watch = self.watch(source, request)
        watch.life()
        while times := watch.next_looks():
            watch.heads(times)
        return watch.result()

    def watch(self, source: FrameSource, request: ObservationRequest) -> "Watch":
        """The same in stages, for callers that show progress or share time between cameras."""
        return Watch(self, source, request)


@dataclass(slots=True)
class Watch:
    """One observation under way: call ``life`` once, then ``heads(next_looks())`` until there are none."""

    observer: Observer
    source: FrameSource
    request: ObservationRequest
    film: Film = field(default_factory=Film)
    codes: CodeWatch = field(default_factory=CodeWatch)
    looks: dict[datetime, tuple[Human, ...]] = field(default_factory=dict)
    _keyframes: list[datetime] = field(default_factory=list)
    _grid: list[datetime] = field(default_factory=list)
    _samples: dict[datetime, Sample] = field(default_factory=dict)
    _liveness: Liveness = field(default_factory=lambda: Liveness((), moving_camera=False, usual=None))
    _tried: set[datetime] = field(default_factory=set)
    _decoded: int = 0
    _for_motion: int = 0
    _frame_px: tuple[int, int] = (16, 9)
    _coarse: bool = False
    _window: Span | None = None
    _weighed: tuple[tuple[int, int], list[TrackEvidence]] | None = None

    def life(self) -> tuple[Lapse, ...]:
        """Decodes small keyframes at the pace's step, keeps the live ones, and says where the stretch is not live."""
        self._keyframes = [at for at in self.source.keyframe_times() if at in self.request.span]
        self._grid = times_at_step(self._keyframes, self.observer.pace.step_s)
        times = [at for at in self._keyframes if any(at in span for span in self.request.code_times)]
        self.codes.look_closely(times, self.source)
        thin = self.observer.pace.thin if self.request.goal else 1
        self._sample([*self._grid[::thin], *self._grid[-1:]])
        return self._liveness.lapses

    def _sample(self, times: Sequence[datetime]) -> bool:
        """Decodes those of the small keyframes that are new, and judges life anew with them; whether any were."""
        new = sorted(set(times) - self._samples.keys())
        found = dict(self.source.luma(new)) if new else {}
        self._decoded += len(found)
        self.codes.look(found, self.source)
        self._samples |= {at: Sample.of(at, found.get(at)) for at in new}
        if not new and self._samples:
            return False
        samples = [self._samples[at] for at in sorted(self._samples)]
        request, apart = self.request, self.codes.apart
        self._liveness = liveness(request.camera_id, request.span, samples, request.usual, apart)
        self.film = self.film.emptied()
        for sample in samples:
            if sample.frame is not None and not any(sample.at in lapse.span for lapse in self._liveness.lapses):
                self.film.add(sample.at, sample.frame)
        return bool(new)

    @property
    def live(self) -> tuple[Span, ...]:
        """What is left of the recorded runs when every lapse is cut out; nothing where nothing was recorded."""
        if not self._keyframes:
            return ()
        runs = [part for run in self.request.runs or (self.request.span,) if (part := run.clip(self.request.span))]
        lapses = [lapse.span for lapse in self._liveness.lapses]
        return tuple(part for run in runs for part in minus(run, lapses))

    def heads(self, times: Sequence[datetime]) -> None:
        """Shows the keyframes at these times to the senses."""
        self._tried.update(times)
        for at, frame in self.source.colour(times):
            height, width = frame.shape[:2]
            self._frame_px = width, height
            self.looks[at] = self._look(frame, width / height)

    def _look(self, frame: Picture, aspect: float) -> tuple[Human, ...]:
        """Everybody in the frame; a further sense is asked only where those before it found fewer than are expected."""
        layers: list[Sequence[Detection]] = []
        found: tuple[Human, ...] = ()
        for layer in self.observer.senses.looking(frame):
            layers.append(layer)
            found = tuple(human for human in people(layers, aspect) if not self._ignored(human))
            if self.request.goal and len(found) == self.request.goal.expected:
                break
        return found

    def next_looks(self) -> list[datetime]:
        """The keyframes that would tell most now; none where the question is answered or more would not help."""
        if not self._coarse:
            self._coarse = True
            pace, seed = self.observer.pace, self.request.seed
            return self._snap([at for part in self.live for at in slots(part, pace.coarse_s, seed, "coarse")])
        left = self.observer.pace.most_looks - len(self.looks)
        if self.request.goal is None or self._liveness.moving_camera or left <= 0:
            return []
        return self._toward(self.request.goal)[:left]

    def _toward(self, goal: ProofGoal) -> list[datetime]:
        if self._window and proven(self._curve(), self._window, goal):
            return []
        # Life is not asked before a window is chosen: where most heads were found, most people may count.
        counts = self._found if self._window is None else self._counts
        self._window = best_window(counts(), self.live, goal)
        # What is sampled more finely may turn out dead or empty, and then another window promises more.
        while self._window and self._sample([at for at in self._grid if at in self._window]):
            self._window = best_window(counts(), self.live, goal)
        if self._window is None:
            return []
        close = self._snap(gap_fillers(self._window, list(self.looks), self.observer.pace.close_s, self.request.seed))
        if close or not any(self.looks.values()):
            return close
        curve = self._curve()
        if proven(curve, self._window, goal) or self._hopeless(goal):
            return []
        return self._snap(self._closer(short_stretches(curve, self._window, goal)))

    def _hopeless(self, goal: ProofGoal) -> bool:
        """Whether so many looks showed so many too few at once that more of them would not help.

        A look counts nobody whom it did not find unless one nearby found all, so that one head too few is enough
        where it lacks in each of them.
        """
        counts, found = ([count for _, count in looked] for looked in (self._counts(), self._found()))
        short = max(counts) <= goal.expected - TOO_FEW or max(found) < goal.expected
        return len(counts) >= ENOUGH_LOOKS and short

    def _closer(self, stretches: Sequence[Span]) -> list[datetime]:
        """Halves the widest gaps between looks where the count falls short, down to one look in ten seconds."""
        gaps: list[tuple[timedelta, datetime]] = []
        for stretch in stretches:
            marks = sorted({stretch.start, stretch.end, *(at for at in self._tried if at in stretch)})
            gaps += [(b - a, a + (b - a) / 2) for a, b in pairwise(marks) if b - a > 2 * _FINEST]
        gaps.sort(key=lambda gap: (-gap[0], gap[1]))
        return [at for _, at in gaps[: self.observer.pace.round_looks]]

    def _snap(self, times: Sequence[datetime]) -> list[datetime]:
        """The live samples nearest to these moments that were not looked at yet.

        Samples and not just any keyframes: a look is held against the small picture of the very same moment.
        """
        live = [at for at in self.film.times if any(at in part for part in self.live)]
        chosen = {live[nearest(live, at)] for at in times} if live else set()
        return sorted(chosen - self._tried)

    def _looked(self) -> list[Look]:
        return [Look(at, self.looks[at]) for at in sorted(self.looks)]

    def _evidence(self) -> list[TrackEvidence]:
        if self._liveness.moving_camera or not self.film.times:
            return []
        known = len(self.looks), len(self.film.times)
        if self._weighed is None or self._weighed[0] != known:
            looks = self._looked()
            tracks = follow(looks, [seat.box for seat in self.request.known])
            self._weighed = known, weigh(self.film, looks, tracks, walking=self.request.walking)
        return self._weighed[1]

    def _moments(self) -> tuple[LookCount, ...]:
        return moments(self._looked(), self._evidence())

    def _found(self) -> list[tuple[datetime, int]]:
        return [(at, len(self.looks[at])) for at in sorted(self.looks)]

    def _counts(self) -> list[tuple[datetime, int]]:
        return [(moment.at, people_at(moment)) for moment in self._moments()]

    def _curve(self) -> Headcount:
        return counted(self._moments(), self.request.span)

    def result(self) -> Observation:
        """What is known by now."""
        request = self.request
        found = seats(request.camera_id, self._looked(), self._evidence(), request.known)
        found += back_only_seats(request.camera_id, self.film, found)
        curve, goal, window = self._curve(), request.goal, self._window
        view = View(
            request.camera_id,
            request.span,
            found,
            self._frames(),
            self._recall(),
            self._liveness.moving_camera,
            self._moments(),
            self._head_px(found),
            self.film.stir(),
            codes=self.codes.kept,
            motion=self._motion(),
            screen_clocks=self._screen_clocks(),
            backdrop=backdrop(self._live_frames()),
            repeat=repeat_in(self._live_frames()),
            splices=self._splices(),
            surface=surface(self._live_frames(), self.film.laid),
        )
        done = bool(goal and window and proven(curve, window, goal))
        cost = Cost(self._decoded, len(self.looks), self._for_motion)
        return Observation(view, self._liveness.lapses, curve, cost, window, done, self._liveness.usual)

    def _motion(self) -> MotionRecord | None:
        """What moved where, more closely in the window that is to prove something."""
        if self._liveness.moving_camera:
            return None
        known = {at: sample.frame for at, sample in self._samples.items() if sample.frame is not None}
        inside = [at for at in sorted(known) if self._window and at in self._window]
        pace = self.observer.pace
        closely = halvings(self._keyframes, inside, pace.motion_s, pace.motion_spared)
        found, self._for_motion = motion_seen(self.source, known, closely)
        return found

    def _live_frames(self) -> dict[datetime, Picture]:
        """The small keyframes of live stretches, as the camera gave them."""
        dead = [lapse.span for lapse in self._liveness.lapses]
        known = {at: sample.frame for at, sample in self._samples.items() if sample.frame is not None}
        return {at: frame for at, frame in known.items() if not any(at in span for span in dead)}

    def _splices(self) -> tuple[Splice, ...]:
        """Joints within what is live, each looked for among all keyframes of its gap."""
        if self._liveness.moving_camera:
            return ()
        laid = {at: self.film.laid[at] for at in self.film.times}
        return splices_in(laid, self._keyframes, self._more)

    def _more(self, times: Sequence[datetime]) -> dict[datetime, Picture]:
        found = dict(self.source.luma(times))
        self._decoded += len(found)
        return {at: self.film.registration.lay(frame) for at, frame in found.items()}

    def _screen_clocks(self) -> tuple[ScreenClock, ...]:
        """The camera's own clock; over a frozen picture it stands as still as the picture."""
        frozen = [lapse.span for lapse in self._liveness.lapses if lapse.kind is LapseKind.FROZEN]
        known = {at: sample.frame for at, sample in self._samples.items() if sample.frame is not None}
        return screen_clocks({at: frame for at, frame in known.items() if not any(at in span for span in frozen)})

    def _recall(self) -> float | None:
        """The share of looks at people who count in which they were found; nothing where there were too few looks."""
        people_seen = [each for each in self._evidence() if len(each.counted) > 1]
        found = sum(len(each.counted) for each in people_seen)
        there = found + sum(len(each.carried) for each in people_seen)
        return round(found / there, 4) if there else None

    def _head_px(self, found: Sequence[Seat]) -> float | None:
        heights = [seat.box.h * self._frame_px[1] for seat in found if seat.kind is SeatKind.PERSON]
        return round(float(np.median(heights)), 1) if heights else None

    def _frames(self) -> tuple[SampledFrame, ...]:
        camera, start = self.request.camera_id, self.request.span.start
        return tuple(
            SampledFrame(
                camera, at, "", (at - start).total_seconds(), tuple(_sighting(camera, at, one) for one in found)
            )
            for at, found in sorted(self.looks.items())
        )

    def _ignored(self, human: Human) -> bool:
        x, y = middle(human.box)
        return any(b.x <= x < b.x + b.w and b.y <= y < b.y + b.h for b in self.request.ignore)


def _sighting(camera: str, at: datetime, human: Human) -> Sighting:
    return Sighting(camera, at, human.box, round(human.confidence, 4), tuple(sorted(human.senses)))
