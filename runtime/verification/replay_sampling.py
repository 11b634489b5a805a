"""Minutes that may have been seen before, sampled once more: every keyframe of them, for their movement alone."""

from dataclasses import dataclass

from facts.motion import MotionRecord
from facts.span import Span
from ingest.recordings.footage import Footage
from ingest.recordings.keyframes import KeyframeReader
from vision.motion import motion_seen
from vision.plan import times_at_step

# Keyframes lie two seconds apart as a rule; of a camera that sends more of them no more are needed.
_STEP_S = 1.9


@dataclass(frozen=True, slots=True)
class ReplayTask:
    """The minutes with the files that they lie in, ready to be sent to another process."""

    span: Span
    footage: tuple[Footage, ...]


def sample_closely(task: ReplayTask) -> MotionRecord | None:
    """What moved in the minutes, by all of their keyframes."""
    with KeyframeReader(task.footage) as reader:
        inside = [at for at in reader.keyframe_times() if at in task.span]
        if not inside:
            return None
        found, _ = motion_seen(reader, {}, times_at_step(inside, _STEP_S))
    return found


def nothing_sampled(_task: ReplayTask) -> None:
    """Nothing more is known: the decoder brought its process down again and again."""
