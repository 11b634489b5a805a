"""Frames of recordings are looked at, each stretch once: footage, detector and cache joined into the pipeline's ``Looker``."""

import base64
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from facts.codec import dumps, loads, plain
from facts.digest import Digest
from facts.errors import SetupError
from facts.motion import MotionRecord
from facts.screen_clock import ScreenClock
from facts.sighting import CodeReading, SampledFrame, View
from facts.span import Span
from ingest.recordings.footage import Footage
from ingest.recordings.keyframes import KeyframeReader
from pipeline.verification.ports import LookJob, LookResult
from runtime.cluster.address import ClusterUse
from runtime.cluster.recording_place import place_of
from runtime.cluster.request import CrewWork
from runtime.cluster.weights import weights_here
from runtime.platform.cache import Cache
from runtime.platform.child_limits import LOOK, Reach
from runtime.platform.crew import Crew
from runtime.platform.process_pool import ProcessPool
from runtime.platform.worker_start import confined_start, connected_start
from runtime.verification.replay_sampling import ReplayTask, nothing_sampled, sample_closely
from runtime.verification.senses import weights_folder
from runtime.verification.stored_recordings import NOTHING_STORED, StoredRecordings
from vision.cards import read_card
from vision.model_trial import load
from vision.models import known_cards, list_models
from vision.observation import ObservationRequest, Observer
from vision.plan import Pace, ProofGoal
from vision.ports import FrameSource, Picture
from vision.senses import Senses, best_senses

VERSION = "7"
THUMB_WIDTH = 768
_BROKE_DOWN = "解码这段录像时程序三次崩溃 decoding this stretch brought the program down three times"
_OF_THE_MACHINE = (Path("/proc"), Path("/sys/devices/system"))  # the networks' engine asks how many cores there are
FilmTask = TypeVar("FilmTask", "SamplingTask", ReplayTask)
Seen = TypeVar("Seen")
InFile = TypeVar("InFile", SampledFrame, CodeReading, ScreenClock)
_JPEG = [int(cv2.IMWRITE_JPEG_QUALITY), 80]


@dataclass(frozen=True, slots=True)
class SamplingResult:
    """What looking at one stretch gave: the facts, and the frames that it rests on as JPEG by their moment."""

    looked: LookResult
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    lasting: bool = False  # whether another look would see the same


@dataclass(frozen=True, slots=True)
class SamplingTask:
    """A job with the files that it needs, ready to be sent to another process."""

    job: LookJob
    footage: tuple[Footage, ...]
    cache: Cache | None
    key: str
    card: str = ""
    pace: Pace = field(default_factory=Pace)
    senses: str = ""


@dataclass(slots=True)
class ThumbnailSource:
    """Passes keyframes on and keeps a small copy of each that was looked at in colour."""

    source: FrameSource
    kept: dict[str, bytes] = field(default_factory=dict)

    def keyframe_times(self) -> Sequence[datetime]:
        """As the source."""
        return self.source.keyframe_times()

    def luma(self, times: Sequence[datetime]) -> Iterator[tuple[datetime, Picture]]:
        """As the source."""
        return self.source.luma(times)

    def colour(self, times: Sequence[datetime]) -> Iterator[tuple[datetime, Picture]]:
        """As the source, remembering what passed."""
        for at, frame in self.source.colour(times):
            self.kept[at.isoformat()] = small(frame)
            yield at, frame


def small(frame: Picture, width: int = THUMB_WIDTH) -> bytes:
    """The frame as a JPEG no wider than a page."""
    height = round(frame.shape[0] * width / frame.shape[1])
    shrunk = frame if frame.shape[1] <= width else cv2.resize(frame, (width, height), interpolation=cv2.INTER_LINEAR)
    return bytes(cv2.imencode(".jpg", shrunk, _JPEG)[1])


def picture(jpeg: bytes) -> Picture:
    """The frame that ``small`` packed."""
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def senses(card: str = "") -> Senses:
    """What looks in this process: every network at hand, or the one of a model card alone.

    A folder of cards adds the user's networks to the others. Each set is loaded once; weights that were pulled since,
    or that vanished, make another set.
    """
    path, folder = Path(card), weights_folder()
    cards = known_cards(path if card else None) if not card or path.is_dir() else (read_card(path),)
    states = list_models(cards, folder)
    return _opened(card, json.dumps(plain([(state.card, state.presence) for state in states])))


@lru_cache(maxsize=2)
def _opened(card: str, _known: str) -> Senses:
    path, folder = Path(card), weights_folder()
    if card and not path.is_dir():
        return Senses([load(read_card(path), folder)])
    return best_senses(folder, path if card else None)


def sample_stretch(task: SamplingTask) -> SamplingResult:
    """Looks at one stretch."""
    job = task.job
    goal = ProofGoal(job.goal.expected, job.goal.window_s, job.goal.share) if job.goal else None
    with KeyframeReader(task.footage) as reader:
        source = ThumbnailSource(reader)
        request = ObservationRequest(
            job.camera_id, job.span, job.seed, goal, ignore=job.ignore, walking=job.walking, code_times=job.code_times
        )
        try:
            looking = _expected(task)
            before = looking.crowded
            observed = Observer(looking, task.pace).observe(source, request)
        except SetupError as error:
            # A network that fails in the middle has seen nothing: that proves neither presence nor absence.
            return SamplingResult(LookResult(View(job.camera_id, job.span, fault=str(error))))
        lost = len(reader.undecodable)
    view = replace(placed_frames(observed.view, task.footage), crowded=looking.crowded - before)
    looked = LookResult(view, observed.lapses, observed.cost.keyframes, observed.cost.looks, lost)
    return SamplingResult(looked, source.kept, lasting=True)


def remembered(task: SamplingTask) -> SamplingResult | None:
    """What was seen in the stretch before, where the cache knows."""
    text = task.cache.get(task.key) if task.cache else None
    return _unpacked(text) if text else None


def _expected(task: SamplingTask) -> Senses:
    """The networks that the report names; fewer would see fewer people without a word."""
    looking = senses(task.card)
    if task.senses and looking.digest.sha256 != task.senses:
        raise SetupError(
            f"senses: got {', '.join(looking.names)}, expected those with which this run began: weights came or vanished"
            " meanwhile; verify again"
        )
    return looking


def nothing_seen(task: SamplingTask) -> SamplingResult:
    """Nothing was seen because the decoder brought its process down again and again; the judgement says so as unproven."""
    view = View(task.job.camera_id, task.job.span, fault=_BROKE_DOWN)
    return SamplingResult(LookResult(view, undecodable=1))


def files_needed(task: FilmTask) -> tuple[Path, ...]:
    """The recordings that a task is looked for in."""
    return tuple(one.path for one in task.footage)


def files_moved(task: FilmTask, found: Mapping[Path, Path]) -> FilmTask:
    """The task as another machine does it, where the recordings lie elsewhere."""
    return replace(task, footage=tuple(replace(one, path=found[one.path]) for one in task.footage))


def placed_frames(view: View, footage: Sequence[Footage]) -> View:
    """The view whose frames, time codes and clocks name the files that hold them."""
    frames = tuple(placed(frame, footage) for frame in view.frames)
    codes = tuple(placed(code, footage) for code in view.codes)
    clocks = tuple(placed(clock, footage) for clock in view.screen_clocks)
    return replace(view, frames=frames, codes=codes, screen_clocks=clocks)


def placed(frame: InFile, footage: Sequence[Footage]) -> InFile:
    """The frame with the file that holds it and the second in that file, so that anybody can find it again."""
    for file in footage:
        if file.span and frame.at in file.span:
            return replace(frame, path=file.segment.path, at_s=round((frame.at - file.span.start).total_seconds(), 3))
    return frame


def _packed(result: SamplingResult) -> str:
    pictures = "\n".join(f"{at} {base64.b64encode(jpeg).decode()}" for at, jpeg in result.pictures.items())
    return f"{dumps(result.looked)}\n{pictures}"


def _unpacked(text: str) -> SamplingResult | None:
    head, *rows = text.split("\n")
    pictures = {at: base64.b64decode(body) for at, _, body in (row.partition(" ") for row in rows if row)}
    return SamplingResult(replace(loads(LookResult, head), cached=True), pictures)


@dataclass(slots=True)
class PoolLooker:
    """The pipeline's looker: spreads jobs over processes, remembers results, keeps the frames for the report.

    A service looks ``apart``: a recording that brings the decoder down costs its own stretches, not the job. A
    ``cluster`` looks with the recommended networks alone, never with those of a card.
    """

    footage: Mapping[str, Footage]
    digests: Mapping[str, Digest]
    workers: int = 1
    cache: Cache | None = None
    card: str = ""
    pace: Pace = field(default_factory=Pace)
    apart: bool = False
    cluster: ClusterUse | None = None
    stored: StoredRecordings = NOTHING_STORED
    pictures: dict[tuple[str, str], bytes] = field(default_factory=dict)
    _senses: str = ""

    def look(self, jobs: Sequence[LookJob]) -> Iterator[tuple[LookJob, LookResult]]:
        """See ``pipeline.verification.ports.Looker``; the longest stretches first, so that workers finish together."""
        order = sorted(jobs, key=lambda job: (-job.span.length_s, job.span, job.camera_id))
        self._senses = senses(self.card).digest.sha256
        crew = self._crew(sample_stretch, nothing_seen, self.workers)
        tasks = [self._task(job) for job in order]
        known = [(task, result) for task in tasks if (result := remembered(task))]
        asked = {task.job for task, _ in known}
        for task, result in chain(known, crew.run([task for task in tasks if task.job not in asked])):
            self.stored.refuse_lost()
            if task.cache and result.lasting:
                task.cache.put(task.key, _packed(result))
            for at, jpeg in result.pictures.items():
                self.pictures[task.job.camera_id, at] = jpeg
            yield task.job, result.looked

    def motion(self, job: LookJob, span: Span) -> MotionRecord | None:
        """See ``pipeline.verification.ports.CloserLook``."""
        task = ReplayTask(span, tuple(self.footage[path] for path in job.paths))
        crew = self._crew(sample_closely, nothing_sampled, 1)
        with self.stored.certain():
            return next(record for _, record in crew.run([task]))

    def _crew(
        self, work: Callable[[FilmTask], Seen], given_up: Callable[[FilmTask], Seen], workers: int
    ) -> Crew[FilmTask, Seen]:
        """Who looks: the cluster where there is one and it has the files, else processes of this machine."""
        if self.cluster is None or self.stored.paths:
            return ProcessPool(work, given_up, workers, apart=self.apart, begin=self._begin())
        from runtime.cluster.crew import ClusterCrew  # noqa: PLC0415 - for whoever has a cluster

        home, folder = self.cluster.home, weights_folder()
        beside = tuple(place_of(one.path, home, self.digests.get(name)) for name, one in self.footage.items())
        spread = CrewWork(work, given_up, LOOK, files_needed, files_moved, beside, weights_here(folder))
        return ClusterCrew(self.cluster.address, spread, folder, urgency=self.cluster.urgency)

    def _begin(self) -> Callable[[], None] | None:
        return confined_start(LOOK, self._reach()) if self.apart else connected_start(self._reach())

    def _reach(self) -> Reach:
        """The recordings, the networks' weights, and what the machine says of itself."""
        recordings = [Path(os.path.realpath(one.path)) for one in self.footage.values()]
        cards = [Path(self.card)] if self.card else []
        ranges = self.stored.door(one.path for one in self.footage.values())
        return Reach((*recordings, weights_folder(), *cards, *_OF_THE_MACHINE), ranges=ranges)

    def _task(self, job: LookJob) -> SamplingTask:
        files = tuple(self.footage[path] for path in job.paths)
        return SamplingTask(job, files, self.cache, self._key(job), self.card, self.pace, self._senses)

    def _key(self, job: LookJob) -> str:
        asked = plain(replace(job, hour_id=""))
        if not job.code_times:
            del asked["code_times"]  # so that what was seen before anybody knew of such times is still known
        return Cache.key(
            {
                "version": VERSION,
                "job": asked,
                "files": [getattr(self.digests.get(path), "sha256", path) for path in job.paths],
                "anchors": [str(self.footage[path].anchor) for path in job.paths],
                "senses": self._senses,
                "pace": plain(self.pace),
            }
        )
