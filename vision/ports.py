from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Rows of pixels, 0–255: two axes for grey, a third of blue, green, red for colour."""

Tensor = NDArray[np.float32]


class FrameSource(Protocol):
    """One camera's keyframes on the wall clock (aware UTC), over however many files they lie in.

    A moment asked for is answered by the keyframe at or just before it, with the keyframe's own time; moments
    that share a keyframe are answered once, moments whose keyframe cannot be decoded are left out. Answers come
    in order of time.
    """

    def keyframe_times(self) -> Sequence[datetime]:
        """When each keyframe was shot, in order of time, read from the index without decoding."""
        ...

    def luma(self, times: Sequence[datetime]) -> Iterator[tuple[datetime, Picture]]:
        """Grey keyframes shrunk to about 960 pixels across, decoded as cheaply as the codec allows."""
        ...

    def colour(self, times: Sequence[datetime]) -> Iterator[tuple[datetime, Picture]]:
        """Whole keyframes in colour, decoded with care, for the detector."""
        ...
