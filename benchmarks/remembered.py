"""Class folders judged again and again, with what every network found in a frame kept on disk."""

import os
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cli.progress import ProgressDisplay, ProgressMode
from cli.terminal import Lang
from facts.span import local_day
from facts.verdict import Finding
from ingest.recordings.footage import Footage
from ingest.recordings.keyframes import KeyframeReader
from pipeline.verification.ports import LookJob, LookResult
from pipeline.verification.report import ReportOrigin, verify
from runtime.verification.command import VerificationRequest, begin_verification, hash_inputs
from runtime.verification.frame_sampling import senses
from vision.detector import Detection
from vision.observation import ObservationRequest, Observer
from vision.plan import ProofGoal
from vision.ports import Picture
from vision.senses import Senses


class RememberedSenses(Senses):
    """Senses that run a network only on frames that it has not seen yet."""

    def __init__(self, own: Senses, memory: Path) -> None:
        super().__init__(own.detectors, own.missing)
        self._memory = memory / own.digest.sha256[:16]

    def looking(self, bgr: Picture) -> Iterator[tuple[Detection, ...]]:
        """As the senses themselves, network by network."""
        name = sha256(bgr.tobytes()).hexdigest()
        path = self._memory / name[:2] / name
        known: list[tuple[Detection, ...]] = pickle.loads(path.read_bytes()) if path.exists() else []  # noqa: S301 - ours
        yield from known
        for detector in self.order[len(known) :]:
            known.append(detector.detect(bgr))
            path.parent.mkdir(parents=True, exist_ok=True)
            # Written beside and moved, so that another process that shares the memory never reads half of it.
            staged = path.with_name(f"{name}.{os.getpid()}")
            staged.write_bytes(pickle.dumps(known))
            staged.replace(path)
            yield known[-1]


@dataclass(frozen=True, slots=True)
class RememberingLooker:
    """The pipeline's looker in one process, without frames for a report."""

    footage: dict[str, Footage]
    looking: Senses

    def look(self, jobs: Sequence[LookJob]) -> Iterator[tuple[LookJob, LookResult]]:
        """See ``pipeline.verification.ports.Looker``."""
        for job in jobs:
            goal = ProofGoal(job.goal.expected, job.goal.window_s, job.goal.share) if job.goal else None
            asked = ObservationRequest(job.camera_id, job.span, job.seed, goal, ignore=job.ignore, walking=job.walking)
            with KeyframeReader(tuple(self.footage[path] for path in job.paths)) as reader:
                seen = Observer(self.looking).observe(reader, asked)
            yield job, LookResult(seen.view, seen.lapses, seen.cost.keyframes, seen.cost.looks)


def judged_room(folder: Path, memory: Path) -> Iterator[tuple[str, Finding]]:
    """The finding about the whole class in view, hour by hour, each with its day."""
    verification = hash_inputs(begin_verification(VerificationRequest(folder, workers=1, cache=False)))
    looker = RememberingLooker(dict(verification.folder.footage), RememberedSenses(senses(), memory))
    progress = ProgressDisplay(ProgressMode.NONE, Lang.ZH)
    report = verify(verification.case, looker, ReportOrigin("bench", verification.made_at), progress)
    days = {hour.id: local_day(hour.span.start).isoformat() for hour in verification.case.inputs.hours}
    for verdict in report.verdicts:
        yield days[verdict.hour_id], next(one for one in verdict.findings if one.rule.endswith("V2"))
