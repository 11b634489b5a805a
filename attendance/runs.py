from collections.abc import Iterable, Sequence
from datetime import timedelta

from facts.footage import Lapse, Run, Segment
from facts.span import Span, minus, union


def runs_of(segments: Iterable[Segment], tolerance: timedelta) -> tuple[Run, ...]:
    """The runs of every camera: stretches join across at most ``tolerance``, never across cameras."""
    by_camera: dict[str, list[Segment]] = {}
    for segment in segments:
        by_camera.setdefault(segment.camera_id, []).append(segment)
    return tuple(run for camera in sorted(by_camera) for run in _runs_of_camera(camera, by_camera[camera], tolerance))


def _runs_of_camera(camera: str, segments: Sequence[Segment], tolerance: timedelta) -> list[Run]:
    joined = union((stretch for segment in segments for stretch in segment.stretches), tolerance)
    paths = sorted((segment.path, stretch) for segment in segments for stretch in segment.stretches)
    return [
        Run(camera, span, tuple(dict.fromkeys(path for path, part in paths if part.overlaps(span)))) for span in joined
    ]


def runs_inside(runs: Iterable[Run], hour: Span) -> tuple[Run, ...]:
    """The runs clipped to the class hour; what lies outside it proves nothing about it."""
    return tuple(Run(run.camera_id, part, run.paths) for run in runs if (part := run.span.clip(hour)))


def live_runs(runs: Iterable[Run], lapses: Iterable[Lapse]) -> tuple[Run, ...]:
    """What is left of the runs when frozen, black and covered stretches end them."""
    dead: dict[str, list[Span]] = {}
    for lapse in lapses:
        dead.setdefault(lapse.camera_id, []).append(lapse.span)
    return tuple(
        Run(run.camera_id, part, run.paths) for run in runs for part in minus(run.span, dead.get(run.camera_id, ()))
    )


def longest(runs: Iterable[Run]) -> Run | None:
    """The longest run, the earliest of equals."""
    return max(runs, key=lambda run: (run.span.length, -run.span.start.timestamp(), run.camera_id), default=None)
