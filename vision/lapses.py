"""Whether a stretch is live: frozen, black, covered, blurred, turned away and undecodable stretches prove no class."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import ceil

import cv2
import numpy as np

from facts.footage import Lapse, LapseKind
from facts.sighting import Box
from facts.span import Span, union
from vision.ports import Picture
from vision.scene import Reference, Scene, reference, same_view, scene

# Black is 16 in studio-range luma; a night without lights stays below 36, a class before slides does not.
_BLACK_HIGH = 36.0
_BLACK_SPREAD = 24.0
# Rooms show edges in a tenth of their pixels and more; a hand, a bag or a cap shows a soft gradient.
_COVERED_DETAIL = 0.012
# Sharpness against the room's own: a defocus of 1.5 to 6 pixels measured 0.15 to 0.39, dim light 1.0 to 1.6.
_BLURRED_RATIO = 0.55
# Fewer than a fifth of the tiles in their place: nobody standing before the lens hides that many for long.
_MOVED_MATCH = 0.2
_SCENE_WIDTH = 480
_PTZ_CHANGES = 4
_PTZ_SHARE = 0.5
# A picture sent again differs by what the encoder rounds; a live one also by sensor noise in every tile.
_FROZEN_TILE = 0.5
_FROZEN_MEAN = 0.2
_FROZEN_TILES = (16, 9)
# More than this, shared among all pixels, is more than a frozen picture may differ by within its inner rows.
_PLAINLY_OTHER = 1.01 * _FROZEN_MEAN * (_FROZEN_TILES[1] - 2) / _FROZEN_TILES[1]
_FROZEN_PAIRS = 2
# One sample may be a hand before the lens or somebody walking close by; two in a row are a state.
_LEAST_SAMPLES = {LapseKind.BLACK: 1, LapseKind.UNDECODABLE: 1}
_USUAL_SAMPLES = 2


@dataclass(frozen=True, slots=True)
class Sample:
    """One keyframe that was asked for; no frame where it could not be decoded."""

    at: datetime
    frame: Picture | None
    known: Scene | None = None

    @classmethod
    def of(cls, at: datetime, frame: Picture | None) -> "Sample":
        """The sample with its scene worked out once, for those that are judged again among others."""
        return cls(at, frame, None if frame is None else scene(_shrunk(frame)))

    @property
    def scene(self) -> Scene | None:
        """What the keyframe says about the camera."""
        return self.known or (None if self.frame is None else scene(_shrunk(self.frame)))


def _shrunk(frame: Picture) -> Picture:
    """The size at which sharpness was calibrated: finer pictures are sharper in every lens."""
    height, width = frame.shape
    if width <= _SCENE_WIDTH:
        return frame
    size = _SCENE_WIDTH, round(height * _SCENE_WIDTH / width)
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True)
class Liveness:
    """Which stretches of a span are not live, whether the camera wanders, and how it usually sees the room."""

    lapses: tuple[Lapse, ...]
    moving_camera: bool
    usual: Reference | None


def liveness(
    camera_id: str,
    span: Span,
    samples: Sequence[Sample],
    usual: Reference | None = None,
    apart: Sequence[Box] = (),
) -> Liveness:
    """Judges samples at most ten seconds apart; a lapse reaches from the last live sample to the next live one.

    What changes only in the places ``apart`` (a time code) is a still picture all the same.
    """
    scenes = [sample.scene for sample in samples]
    states = [_plain_state(each) for each in scenes]
    if usual is None:
        usual = reference([each for each, state in zip(scenes, states, strict=True) if each and state is None])
    wanders = _wanders(scenes, states)
    if usual is not None:
        states = [_against(each, state, usual, wanders=wanders) for each, state in zip(scenes, states, strict=True)]
    spans = [(kind, first, last) for kind, first, last in _runs(states) if last - first >= _least(kind) - 1]
    # A black or covered picture repeats itself without being a repeated picture.
    shown = [replace(sample, frame=None) if state else sample for sample, state in zip(samples, states, strict=True)]
    spans += [(LapseKind.FROZEN, first, last) for first, last in frozen_runs(shown, apart)]
    lapses = [Lapse(camera_id, _reach(span, samples, first, last, kind), kind) for kind, first, last in spans]
    return Liveness(_joined(camera_id, lapses), wanders, usual)


def _plain_state(seen: Scene | None) -> LapseKind | None:
    if seen is None:
        return LapseKind.UNDECODABLE
    if seen.high < _BLACK_HIGH and seen.spread < _BLACK_SPREAD:
        return LapseKind.BLACK
    return LapseKind.COVERED if seen.detail < _COVERED_DETAIL else None


def _against(seen: Scene | None, state: LapseKind | None, usual: Reference, *, wanders: bool) -> LapseKind | None:
    if seen is None or state is not None:
        return state
    if seen.sharpness < _BLURRED_RATIO * usual.sharpness:
        return LapseKind.BLURRED
    if not wanders and same_view(seen.tiles, usual.tiles) < _MOVED_MATCH:
        return LapseKind.MOVED
    return None


def _wanders(scenes: Sequence[Scene | None], states: Sequence[LapseKind | None]) -> bool:
    """A PTZ camera on patrol: the view changes again and again, or has no usual one at all."""
    clear = [each for each, state in zip(scenes, states, strict=True) if each and state is None]
    own = reference(clear)
    if own is None or len(clear) < _PTZ_CHANGES:
        return False
    changes = sum(same_view(after.tiles, before.tiles) < _MOVED_MATCH for before, after in pairwise(clear))
    strange = sum(same_view(each.tiles, own.tiles) < _MOVED_MATCH for each in clear)
    return changes >= _PTZ_CHANGES or strange > _PTZ_SHARE * len(clear)


def frozen_runs(samples: Sequence[Sample], apart: Sequence[Box] = ()) -> list[tuple[int, int]]:
    """First and last sample of every stretch in which one and the same picture was sent again and again."""
    alike = [index for index, (one, two) in enumerate(pairwise(samples)) if _alike(one.frame, two.frame, apart)]
    runs: list[tuple[int, int]] = []
    for index in alike:
        if runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return [(first, last) for first, last in runs if last - first >= _FROZEN_PAIRS]


def _alike(one: Picture | None, two: Picture | None, apart: Sequence[Box]) -> bool:
    if one is None or two is None or one.shape != two.shape:
        return False
    height, width = one.shape
    inside = slice(-(-height // _FROZEN_TILES[1]), height - -(-height // _FROZEN_TILES[1]))
    if not apart and cv2.norm(one[inside], two[inside], cv2.NORM_L1) > _PLAINLY_OTHER * height * width:
        return False  # nearly all pairs end here
    moved = cv2.absdiff(one, two).astype(np.float32)
    for box in apart:
        rows, columns = (box.y * height, (box.y + box.h) * height), (box.x * width, (box.x + box.w) * width)
        moved[int(rows[0]) : ceil(rows[1]), int(columns[0]) : ceil(columns[1])] = 0
    tiles = cv2.resize(moved, _FROZEN_TILES, interpolation=cv2.INTER_AREA)
    # The outermost rows hold the recorder's clock, which ticks on over a frozen picture.
    inner = tiles[1:-1]
    return bool(inner.max() < _FROZEN_TILE and inner.mean() < _FROZEN_MEAN)


def _least(kind: LapseKind) -> int:
    return _LEAST_SAMPLES.get(kind, _USUAL_SAMPLES)


def _runs(states: Sequence[LapseKind | None]) -> list[tuple[LapseKind, int, int]]:
    runs: list[tuple[LapseKind, int, int]] = []
    for index, kind in enumerate(states):
        if kind is None:
            continue
        if runs and runs[-1][0] is kind and runs[-1][2] == index - 1:
            runs[-1] = (kind, runs[-1][1], index)
        else:
            runs.append((kind, index, index))
    return runs


def _reach(span: Span, samples: Sequence[Sample], first: int, last: int, kind: LapseKind) -> Span:
    # The first frozen sample was live when it was shot; every other lapse may have begun right after the one before.
    before = first if kind is LapseKind.FROZEN else first - 1
    start = samples[before].at if before >= 0 and first > 0 else span.start
    end = samples[last + 1].at if last + 1 < len(samples) else span.end
    return Span(max(start, span.start), max(min(end, span.end), start, span.start))


def _joined(camera_id: str, lapses: Sequence[Lapse]) -> tuple[Lapse, ...]:
    found = [
        Lapse(camera_id, part, kind) for kind in LapseKind for part in union(x.span for x in lapses if x.kind is kind)
    ]
    return tuple(sorted((lapse for lapse in found if lapse.span), key=lambda lapse: (lapse.span, lapse.kind)))
