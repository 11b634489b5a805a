"""Footage that was seen before, among the facts of a class: which of it people settled, and what is doubted of it."""

from collections.abc import Collection, Sequence

from attendance.law import Law
from attendance.replays import replay_doubts
from facts.course import ClassHour
from facts.footage import Segment
from facts.motion import Replay
from facts.verdict import Doubt


def replay_name(kind: str, source: str) -> str:
    """How a doubt about footage is named among those that people settled: by its kind and the files of both sides."""
    return f"{kind}:{source}"


def unsettled(replays: Sequence[Replay], settled: Collection[str]) -> tuple[Replay, ...]:
    """Those that nobody has settled; other files on either side are another matter."""
    return tuple(one for one in replays if replay_name(one.kind.value, one.source) not in settled)


def doubts_of_footage(
    hours: Sequence[ClassHour], replays: Sequence[Replay], segments: Sequence[Segment], law: Law
) -> tuple[Doubt, ...]:
    """Every one is raised, settled or not: a doubt that was accepted keeps its place and its life."""
    rules = {hour.id: law.on(hour).view_rule or "" for hour in hours} if replays else {}
    return replay_doubts(hours, replays, segments, rules)
