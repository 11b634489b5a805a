"""Hours that were looked at once and are counted again with other constants: same pictures, same looks, same boxes."""

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from benchmarks.remembered import RememberedSenses
from facts.sighting import LookCount, View
from facts.span import local_day
from facts.verdict import Status
from ingest.recordings.keyframes import KeyframeReader
from pipeline.verification.ports import LookJob, LookResult
from pipeline.verification.report import VerificationCase, plan
from runtime.verification.command import VerificationRequest, begin_verification, hash_inputs
from runtime.verification.frame_sampling import senses
from vision import calibration
from vision.activity import Film
from vision.detector import Detection
from vision.moments import moments, weigh
from vision.observation import ObservationRequest, Observer
from vision.people import Human, people
from vision.plan import ProofGoal
from vision.senses import Senses
from vision.tracks import Look, follow

Constants = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class LookedHour:
    """One stretch as shipped: its small pictures, what every network found at each look, and the result."""

    job: LookJob
    film: Film
    boxes: Mapping[datetime, Sequence[Sequence[Detection]]]
    aspect: float
    result: LookResult

    @classmethod
    def of(cls, case: VerificationCase, job: LookJob, reader: KeyframeReader, looking: Senses) -> "LookedHour":
        """Looks at a stretch, and shows each looked-at frame to all networks."""
        if job.goal is None or job.ignore:
            raise SystemExit(
                f"{case.inputs.training_class.id}: got no number expected or a lectern, expected a plain hour"
            )
        goal = ProofGoal(job.goal.expected, job.goal.window_s, job.goal.share)
        watch = Observer(looking).watch(
            reader, ObservationRequest(job.camera_id, job.span, job.seed, goal, walking=job.walking)
        )
        watch.life()
        while times := watch.next_looks():
            watch.heads(times)
        seen = watch.result()
        frames = dict(reader.colour(sorted(watch.looks)))
        boxes = {at: tuple(looking.looking(frame)) for at, frame in frames.items()}
        aspect = next((frame.shape[1] / frame.shape[0] for frame in frames.values()), 1.0)
        return cls(job, watch.film, boxes, aspect, LookResult(seen.view, seen.lapses, seen.cost.keyframes, len(boxes)))

    def counted(self) -> View:
        """The view with its moments counted by the constants that hold now."""
        return replace(self.result.view, moments=self._moments())

    def _moments(self) -> tuple[LookCount, ...]:
        if self.result.view.moving_camera or not self.film.times:
            return ()
        looks = [Look(at, self._humans(layers)) for at, layers in sorted(self.boxes.items())]
        return moments(looks, weigh(self.film, looks, follow(looks), walking=self.job.walking))

    def _humans(self, layers: Sequence[Sequence[Detection]]) -> tuple[Human, ...]:
        """As when looking: a further network is asked only where those before it found fewer than are expected."""
        found: tuple[Human, ...] = ()
        for asked in range(1, len(layers) + 1):
            found = people(layers[:asked], self.aspect)
            if self.job.goal and len(found) == self.job.goal.expected:
                break
        return found


def recounted_room(
    folder: Path, memory: Path, asked: Sequence[Constants], done: Collection[str] = ()
) -> Iterator[tuple[str, list[bool]]]:
    """For every hour of a class but those of the days done its day, and whether each of the constants lets it pass."""
    verification = hash_inputs(begin_verification(VerificationRequest(folder, workers=1, cache=False)))
    case, footage = verification.case, verification.folder.footage
    looking = RememberedSenses(senses(), memory)
    days = {hour.id: local_day(hour.span.start).isoformat() for hour in case.inputs.hours}
    for job in plan(case):
        if days[job.hour_id] in done:
            continue
        with KeyframeReader(tuple(footage[path] for path in job.paths)) as reader:
            hour = LookedHour.of(case, job, reader, looking)
        passed: list[bool] = []
        for constants in asked:
            with holding(constants):
                view = hour.counted()
            passed.append(passes(case, job, replace(hour.result, view=view)))
        yield days[job.hour_id], passed


def passes(case: VerificationCase, job: LookJob, result: LookResult) -> bool:
    """What the rule of the whole class in view says of one hour with this result."""
    (verdict,) = [one for one in case.judged({job.hour_id: [result]}) if one.hour_id == job.hour_id]
    return next(one for one in verdict.findings if one.rule.endswith("V2")).status is Status.PASS


def shipped(name: str) -> float:
    """The value of a constant in vision/calibration.py."""
    if not hasattr(calibration, name):
        raise SystemExit(f"{name}: got no such constant in vision/calibration.py")
    return float(getattr(calibration, name))


@contextmanager
def holding(constants: Constants) -> Iterator[None]:
    """These constants hold in every module of vision that reads them, and the shipped ones again afterwards."""
    readers = [
        module for name, module in sys.modules.items() if name.startswith("vision.") and module is not calibration
    ]
    places = [(module, name, value) for name, value in constants for module in readers if hasattr(module, name)]
    missing = {name for name, _ in constants} - {name for _, name, _ in places}
    if missing:
        raise SystemExit(f"{', '.join(sorted(missing))}: got no module of vision that reads it")
    for module, name, value in places:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, _ in places:
            setattr(module, name, shipped(name))
