"""The clock that a camera writes into its picture (画面时钟), as it was read over many frames of one stretch."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from facts.span import Span


@dataclass(frozen=True, slots=True)
class ScreenClock:
    """What the picture's own clock said while it ran evenly: by how many seconds the recording's time is ahead of it.

    ``span`` is the recording's own time. ``dated`` says that the date was read too; without it ``ahead_s`` is of the
    time of day alone. ``within_s`` is how finely it is known, ``frames`` how many pictures say so. ``path`` and
    ``at_s`` are where the stretch begins in its file.
    """

    span: Span
    ahead_s: float
    within_s: float
    dated: bool
    frames: int
    path: str = ""
    at_s: float = 0.0

    @property
    def at(self) -> datetime:
        """The recording's time at which the stretch begins."""
        return self.span.start

    @property
    def shown(self) -> datetime:
        """What the picture showed then."""
        return self.span.start - timedelta(seconds=self.ahead_s)
