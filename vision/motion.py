"""The motion signature of a recording: what moved where and when, and nothing of what anything looked like.

The usual picture (a median) is taken off each small keyframe; what is left beyond noise is added up in 16 × 9 cells, as
logarithms, in four bits. A head is a cell or less: no face can be made from it, and whoever sits still leaves nothing.
"""

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import cv2
import numpy as np
from numpy.typing import NDArray

from facts.counting import counted
from facts.errors import InputError
from facts.motion import MotionRecord
from vision.ports import FrameSource, Picture, Tensor

COLUMNS, ROWS = 16, 9
CELLS = COLUMNS * ROWS
_SIZE = (240, 135)
_USUAL_FRAMES = 31
# Sensor noise and what codecs do to flat walls stay below; a hand of four pixels does not.
_NOISE = 6.0
_STEP = 0.25
_LEVELS = 15
_DAY_DS = 0xFFFF


@dataclass(frozen=True, slots=True)
class Motion:
    """A motion signature ready to be compared: seconds since ``start``, and one row of 144 cells for each."""

    start: datetime
    at_s: NDArray[np.float64]
    cells: Tensor

    def moment(self, at_s: float) -> datetime:
        """The wall-clock time of that second."""
        return self.start + timedelta(seconds=round(at_s, 1))


def motion_seen(
    source: FrameSource, known: Mapping[datetime, Picture], closely: Sequence[datetime]
) -> tuple[MotionRecord | None, int]:
    """The signature over small keyframes that were decoded anyway and a few more, and how many more were decoded."""
    small = {at: shrunk(frame) for at, frame in known.items()}
    more = [at for at in closely if at not in small]
    fresh = {at: shrunk(frame) for at, frame in source.luma(more)} if more else {}
    return motion_record(small | fresh), len(fresh)


def shrunk(frame: Picture) -> Picture:
    """The size at which movement is measured: one keyframe in 32 kB."""
    return np.asarray(cv2.resize(frame, _SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def motion_record(samples: Mapping[datetime, Picture]) -> MotionRecord | None:
    """The signature of small grey keyframes by their time; nothing where there are too few to know what is usual."""
    times = sorted(samples)
    if len(times) < ROWS:
        return None
    start = times[0]
    kept = [at for at in times if (at - start).total_seconds() * 10 <= _DAY_DS]
    frames = np.stack([samples[at] for at in kept])
    at_ds = [round((at - start).total_seconds() * 10) for at in kept]
    return packed_motion(start, at_ds, _levels(frames))


def packed_motion(start: datetime, at_ds: Sequence[int], levels: NDArray[np.uint8]) -> MotionRecord:
    """The record of these levels, 0 to 15 in each cell, at these tenths of seconds."""
    packed = (levels[:, ::2] << 4) | levels[:, 1::2]
    body = zlib.compress(np.array(at_ds, "<u2").tobytes() + np.ascontiguousarray(packed.T).tobytes(), 9)
    return MotionRecord(start, len(at_ds), base64.b64encode(body).decode())


def _levels(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    usual = np.median(frames[:: max(1, len(frames) // _USUAL_FRAMES)], axis=0).astype(np.float32)
    light = float(np.median(usual[::4, ::4]))
    levels = np.empty((len(frames), CELLS), np.uint8)
    for number, frame in enumerate(frames):
        off = float(np.median(frame[::4, ::4])) - light
        beyond = np.maximum(np.abs(frame - usual - off) - _NOISE, 0.0)
        cells = cv2.resize(beyond, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
        levels[number] = np.clip(np.log1p(2 * cells.ravel()) / _STEP, 0, _LEVELS).round()
    return levels


def motion_of(record: MotionRecord) -> Motion:
    """The record, unpacked."""
    try:
        raw = zlib.decompress(base64.b64decode(record.body, validate=True))
        at_ds = np.frombuffer(raw[: 2 * record.samples], "<u2")
        packed = np.frombuffer(raw[2 * record.samples :], np.uint8).reshape(CELLS // 2, record.samples).T
    except (ValueError, zlib.error) as error:
        raise InputError(
            f"motion: got a record of {counted(record.samples, 'sample')} that cannot be unpacked, expected zlib in base64"
        ) from error
    cells = np.empty((record.samples, CELLS), np.float32)
    cells[:, ::2], cells[:, 1::2] = packed >> 4, packed & 15
    return Motion(record.start, at_ds / 10.0, cells * np.float32(_STEP))
