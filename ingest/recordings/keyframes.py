"""Wall-clock times of one camera to decoded keyframes, over all of its files; only what is asked for is read."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Self

import av
import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from facts.span import instant, union
from ingest.recordings.footage import Footage
from ingest.recordings.single_frame import Picture, SingleFrameDecoder, colour_of, luma_of

LUMA_WIDTH = 960
Column = NDArray[np.int64]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class KeyframeReader:
    """The keyframes of one camera; a picture that cannot be decoded is counted, never raised.

    Asked for a time, it gives the last keyframe at or before it within the same unbroken footage, once, however
    many of the times fall to it. Pictures come in order of time. Nothing is kept but one open file.
    """

    def __init__(self, footage: Iterable[Footage], *, luma_width: int = LUMA_WIDTH) -> None:
        self._files = [each for each in footage if each.anchor is not None and each.segment.stretches]
        self._width = luma_width
        self._runs = union(span for each in self._files for span in each.segment.stretches)
        self._begun = [run.start for run in self._runs]
        self._at_us, self._file, self._number = _merged(self._files)
        self._open: tuple[int, SingleFrameDecoder] | None = None
        self._closed_bytes = 0
        self._lost: set[datetime] = set()

    def keyframe_times(self) -> tuple[datetime, ...]:
        """When every keyframe was taken, in order."""
        return tuple(_moment(int(at)) for at in self._at_us)

    def luma(self, times: Iterable[datetime]) -> Iterator[tuple[datetime, Picture]]:
        """Small brightness pictures, cheap enough for one every few seconds."""
        for moment, frame in self._frames(times, fast=True):
            yield moment, luma_of(frame, self._width)

    def colour(self, times: Iterable[datetime]) -> Iterator[tuple[datetime, Picture]]:
        """Full blue-green-red pictures, for detectors and for people."""
        for moment, frame in self._frames(times, fast=False):
            yield moment, colour_of(frame)

    @property
    def bytes_read(self) -> int:
        """What was asked of the disk so far, over all files."""
        return self._closed_bytes + (self._open[1].bytes_read if self._open else 0)

    @property
    def undecodable(self) -> tuple[datetime, ...]:
        """The keyframes that were asked for and gave no picture."""
        return tuple(sorted(self._lost))

    def close(self) -> None:
        """Close the file that is open; the reader stays usable."""
        if self._open:
            self._closed_bytes += self._open[1].bytes_read
            self._open[1].close()
            self._open = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _frames(self, times: Iterable[datetime], *, fast: bool) -> Iterator[tuple[datetime, VideoFrame]]:
        for at in self._wanted(times):
            file, moment = int(self._file[at]), _moment(int(self._at_us[at]))
            frame = self._decoded(file, int(self._number[at]), fast=fast)
            if frame is None:
                self._lost.add(moment)
                continue
            yield moment, frame

    def _wanted(self, times: Iterable[datetime]) -> list[int]:
        wanted: set[int] = set()
        for time in times:
            at = int(np.searchsorted(self._at_us, _micros(time), side="right")) - 1
            if at >= 0 and self._same_run(_moment(int(self._at_us[at])), instant(time)):
                wanted.add(at)
        return sorted(wanted)

    def _same_run(self, keyframe: datetime, time: datetime) -> bool:
        """Runs are apart and in order, so one of them at most began before the keyframe and can hold it."""
        at = bisect_right(self._begun, keyframe) - 1
        return at >= 0 and keyframe in self._runs[at] and time in self._runs[at]

    def _decoded(self, file: int, number: int, *, fast: bool) -> VideoFrame | None:
        try:
            if self._open is None or self._open[0] != file:
                self.close()
                self._open = (file, SingleFrameDecoder(self._files[file]))
            return self._open[1].picture(number, fast=fast)
        except (av.FFmpegError, OSError):  # the evidence is damaged: counted by the caller
            return None


def _merged(files: list[Footage]) -> tuple[Column, Column, Column]:
    """All keyframes of all files by time: when, which file, which of its keyframes."""
    rows = [np.zeros((0, 3), dtype=np.int64)]
    for file, each in enumerate(files):
        at = each.keys.at_us + (_micros(each.anchor) if each.anchor else 0)
        starts, ends = _edges(each)
        inside = np.searchsorted(starts, at, side="right") > np.searchsorted(ends, at, side="right")
        numbers = np.flatnonzero(inside)
        rows.append(np.stack((at[numbers], np.full(numbers.size, file), numbers), axis=1))
    table = np.concatenate(rows)
    table = table[np.lexsort((table[:, 2], table[:, 1], table[:, 0]))]
    once = np.concatenate(([True], np.diff(table[:, 0]) > 0)) if len(table) else np.zeros(0, dtype=np.bool_)
    return table[once, 0], table[once, 1], table[once, 2]


def _edges(file: Footage) -> tuple[Column, Column]:
    """Where its stretches begin and end, each in order; a moment lies in one when more have begun than ended."""
    spans = file.segment.stretches
    starts = np.sort(np.array([_micros(span.start) for span in spans], dtype=np.int64))
    return starts, np.sort(np.array([_micros(span.end) for span in spans], dtype=np.int64))


def _micros(moment: datetime) -> int:
    return (instant(moment) - _EPOCH) // _MICROSECOND


def _moment(micros: int) -> datetime:
    return _EPOCH + micros * _MICROSECOND
