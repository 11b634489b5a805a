"""Footage that was seen before: the recordings of one class held against each other by what moves in them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from facts.course import ClassHour
from facts.digest import Digest
from facts.motion import MotionRecord, OtherSide, Replay, ReplayKind
from facts.sighting import View
from facts.span import Span, local_day
from pipeline.verification.ports import CloserLook, LookJob, LookResult
from vision.alignment import NOTHING_ALIKE
from vision.lags import BLOCK_S, Guess
from vision.motion import Motion, motion_of
from vision.replay import (
    Found,
    borne_out,
    confirmed,
    guessed,
    laid_closely,
    likely_closely,
    still_stretches,
    unsure,
)

# The same camera at the same time is one recording, however often it was handed in or cut.
_AT_ONCE = timedelta(seconds=20)
# One or two people may sit still for minutes; a class does not.
_HEADS, _LOOKS = 3, 2
# Each decodes ninety keyframes, 0.65 CPU s of 1080p; one for every four stretches is 0.16 s a stretch.
_LOOKS_OF_CLASS = 2
# A guess of the lag is as much amiss.
_ASIDE_S = 12.0


@dataclass(frozen=True, slots=True)
class FilmedStretch:
    """One looked-at stretch with its motion, ready to be compared."""

    job: LookJob
    hour: ClassHour
    view: View
    record: MotionRecord
    motion: Motion

    @property
    def seed(self) -> str:
        """The digest over the files that it lies in."""
        return self.job.seed.sha256

    def span(self, since_s: float, until_s: float) -> Span:
        """These seconds of it on the wall clock."""
        return Span(self.motion.moment(min(since_s, until_s)), self.motion.moment(max(since_s, until_s)))


Telling = Callable[[Found], Replay | None]


@dataclass(frozen=True, slots=True)
class UnsureReplay:
    """A guess that the samples at hand do not decide, with what tells its replay if a closer look bears it out.

    Where the other side is a stretch of the same class, ``there`` is what can be looked at as closely.
    """

    own: FilmedStretch
    other: Motion
    guess: Guess
    told: Telling
    there: FilmedStretch | None = None


@dataclass(frozen=True, slots=True)
class ClassReplays:
    """Implements the pipeline's ``ReplayFinder`` over the stretches of one class."""

    hours: Sequence[ClassHour]
    closer: CloserLook | None = None

    def replays(self, looked: Sequence[tuple[LookJob, LookResult]]) -> tuple[Replay, ...]:
        """See ``ReplayFinder``."""
        stretches = self.stretches(looked)
        found, unsure = self.within(stretches)
        return (*found, *replays_closely(self.closer, unsure, len(stretches)))

    def within(self, stretches: Sequence[FilmedStretch]) -> tuple[list[Replay], list[UnsureReplay]]:
        """Replays among the stretches themselves, and what only a closer look would decide."""
        motions = {number: one.motion for number, one in enumerate(stretches)}
        found: list[Replay] = []
        unsure: list[UnsureReplay] = []
        for own in stretches:
            sure, open_ = sought(own, motions, partial(_told_within, stretches, own))
            found += [*sure, *still_pictures(own), *short_loops(own)]
            unsure += [replace(one, there=stretches[one.guess.other]) for one in open_]
        return found, unsure

    def stretches(self, looked: Sequence[tuple[LookJob, LookResult]]) -> list[FilmedStretch]:
        """What can be compared of what was looked at."""
        hours = {hour.id: hour for hour in self.hours}
        return [
            FilmedStretch(job, hours[job.hour_id], result.view, result.view.motion, motion_of(result.view.motion))
            for job, result in looked
            if result.view.motion and job.hour_id in hours
        ]


def _told_within(stretches: Sequence[FilmedStretch], own: FilmedStretch, found: Found) -> Replay | None:
    return within_class(own, stretches[found.other], found)


def sought(own: FilmedStretch, others: Mapping[int, Motion], told: Telling) -> tuple[list[Replay], list[UnsureReplay]]:
    """The stretch held against other recordings: what was found, and the guesses that are worth a closer look."""
    guesses = guessed(own.motion, others)
    found = confirmed(own.motion, others, guesses)
    replays = [replay for one in found if (replay := told(one))]
    return replays, [UnsureReplay(own, others[guess.other], guess, told) for guess in unsure(guesses, found)]


def _likeliest(pair: Sequence[UnsureReplay]) -> tuple[float, float]:
    """Worth first, to a digit that every processor computes alike; then the later."""
    return -max(round(one.guess.worth, 2) for one in pair), min(map(_later, pair))


def _later(one: UnsureReplay) -> float:
    return -one.own.motion.start.timestamp()


def replays_closely(closer: CloserLook | None, pending: Iterable[UnsureReplay], stretches: int) -> Iterator[Replay]:
    """What closer looks bear out, the likeliest pair first; there are as many as an honest class can afford.

    Of the two sides of a pair the later is the copy: it is asked first, from whichever the lag stands out further.
    """
    if closer is None:
        return
    looks = _Looks(closer, max(_LOOKS_OF_CLASS, stretches // 4))
    for pair in sorted(_pairs(pending), key=_likeliest):
        for one in sorted(pair, key=_later):
            if not looks.left:
                return
            if replay := _closely(looks, one):
                yield replay
                break


def _pairs(pending: Iterable[UnsureReplay]) -> list[list[UnsureReplay]]:
    """The guesses by the two recordings that they are about; what nobody would tell needs no look."""
    pairs: dict[str, list[UnsureReplay]] = {}
    for one in pending:
        if likely := one.told(Found(one.guess.other, *_minutes(one.guess), one.guess.how, NOTHING_ALIKE)):
            pairs.setdefault(likely.source, []).append(one)
    return list(pairs.values())


@dataclass(slots=True)
class _Looks:
    """The closer looks that a class may still take."""

    closer: CloserLook
    left: int

    def motion(self, stretch: FilmedStretch, since_s: float, until_s: float) -> Motion | None:
        """What moved in these seconds of a stretch by every keyframe, in the stretch's seconds."""
        self.left -= 1
        record = self.closer.motion(stretch.job, stretch.span(since_s, until_s))
        if record is None:
            return None
        close = motion_of(record)
        ahead_s = (close.start - stretch.motion.start).total_seconds()
        return replace(close, start=stretch.motion.start, at_s=close.at_s + ahead_s)


def _closely(looks: _Looks, one: UnsureReplay) -> Replay | None:
    """Its own side first; where that looks likely and decides nothing, both."""
    close = looks.motion(one.own, *_minutes(one.guess))
    if close is None:
        return None
    found = laid_closely(close, one.other, one.guess)
    if borne_out(close, one.other, found):
        return one.told(found)
    if one.there is None or not looks.left or not likely_closely(found):
        return None
    ends = sorted(one.guess.how.there(at_s) for at_s in _minutes(one.guess))
    both = looks.motion(one.there, max(ends[0] - _ASIDE_S, 0.0), ends[1] + _ASIDE_S)
    if both is None:
        return None
    found = laid_closely(close, both, one.guess)
    return one.told(found) if borne_out(close, both, found) else None


def _minutes(guess: Guess) -> tuple[float, float]:
    return guess.since_s, guess.since_s + BLOCK_S


def still_pictures(own: FilmedStretch) -> Iterator[Replay]:
    """Minutes in which heads are found and nothing moves at all."""
    for since_s, until_s in still_stretches(own.motion):
        span = own.span(since_s, until_s)
        heads = [len(frame.sightings) for frame in own.view.frames if frame.at in span]
        if len(heads) >= _LOOKS and min(heads) >= _HEADS:
            source = Digest.of(own.seed.encode()).sha256
            there = OtherSide(span, own.job.camera_id, own.hour.room, own.hour.id)
            yield Replay(ReplayKind.STILL, own.hour.id, own.job.camera_id, span, there, 1.0, 0, source=source)


def short_loops(own: FilmedStretch) -> Iterator[Replay]:
    """Pictures that come back exactly within the stretch."""
    if found := own.view.repeat:
        source = Digest.of(f"{own.seed}:loop".encode()).sha256
        there = OtherSide(found.there, own.job.camera_id, own.hour.room, own.hour.id)
        here = own.hour.id, own.job.camera_id, found.span
        yield Replay(ReplayKind.LOOP, *here, there, found.share, found.frames, mirrored=found.mirrored, source=source)


def within_class(own: FilmedStretch, other: FilmedStretch, found: Found) -> Replay | None:
    """The replay of one hour of the class in another or in itself; nothing where both are one recording of one time."""
    here = own.span(found.since_s, found.until_s)
    there = other.span(found.how.there(found.since_s), found.how.there(found.until_s))
    if abs(here.start - there.start) < _AT_ONCE and _one_room(own, other):
        return None
    side = OtherSide(there, other.job.camera_id, other.hour.room, other.hour.id)
    return replay_of(own, _kind(own, other), found, side, other.seed)


def replay_of(own: FilmedStretch, kind: ReplayKind, found: Found, there: OtherSide, seed: str) -> Replay:
    """The record of what was found; whichever side it was found from, its source is the same."""
    source = Digest.of("".join(sorted((own.seed, seed))).encode()).sha256
    return Replay(
        kind,
        own.hour.id,
        own.job.camera_id,
        own.span(found.since_s, found.until_s),
        there,
        round(found.alike.strength, 2),
        found.alike.cells,
        round(found.how.speed, 3),
        found.how.mirrored,
        source,
    )


def _one_room(own: FilmedStretch, other: FilmedStretch) -> bool:
    return own.job.camera_id == other.job.camera_id or own.hour.room == other.hour.room


def _kind(own: FilmedStretch, other: FilmedStretch) -> ReplayKind:
    if own.hour.id == other.hour.id:
        return ReplayKind.SAME_HOUR
    if own.hour.room != other.hour.room:
        return ReplayKind.OTHER_ROOM
    same_day = local_day(own.hour.span.start) == local_day(other.hour.span.start)
    return ReplayKind.OTHER_HOUR if same_day else ReplayKind.OTHER_DAY
