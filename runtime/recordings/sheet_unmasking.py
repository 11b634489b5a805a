"""The contact sheet of one hour without blurring, drawn again from the recordings for whoever said why."""

from collections.abc import Iterator
from pathlib import Path

from facts.errors import InputError
from facts.report import ClassReport
from facts.sighting import SampledFrame, View
from ingest.recordings.recording_container import open_recording
from ingest.recordings.single_frame import colour_of
from report.blur import Picture
from report.contact_sheet import SHEET_FRAMES, Shot, contact_sheet
from runtime.platform.folders import class_folder, inside
from runtime.verification.report_pictures import counted_heads

_JUST_S = 0.01  # seconds in reports are rounded


def unmasked_sheet(home: Path, class_id: int, report: ClassReport, hour_id: str) -> bytes:
    """The sheet as JPEG; nothing of it is kept."""
    folder = class_folder(home, class_id)
    digests = {segment.path: segment.digest for segment in report.segments}
    expected = next((one.expected for one in report.verdicts if one.hour_id == hour_id), None)
    shots = [
        Shot(picture, frame, digests.get(frame.path), counted_heads(frame, view))
        for view, frame in _sampled(report, hour_id)
        if (picture := picture_at(inside(folder, frame.path), frame.at_s)) is not None
    ]
    if not shots:
        raise InputError(f"hour {hour_id[:80]}: got no frame that is still there, expected recordings in the folder")
    return contact_sheet(shots, expected, show_faces=True)


def frames_of(report: ClassReport, hour_id: str) -> frozenset[str]:
    """The recordings that the sheet's frames stand in."""
    return frozenset(frame.path for _, frame in _sampled(report, hour_id))


def picture_at(source: Path, second: float) -> Picture | None:
    """The keyframe that stands at that second; nothing where the file is gone or cannot be read there."""
    try:
        with open_recording(source) as opened:
            opened.stand_before(second)
            found = None
            for frame in opened.container.decode(opened.stream):
                if found is not None and (frame.pts is None or opened.second_of(frame.pts) > second + _JUST_S):
                    break
                found = frame
            return None if found is None else colour_of(found)
    except InputError:
        return None


def _sampled(report: ClassReport, hour_id: str) -> Iterator[tuple[View, SampledFrame]]:
    """As many of the hour's frames as a sheet holds, spread over it."""
    hour = next(one for one in report.hours if one.id == hour_id)
    found = [(view, frame) for view in report.views for frame in view.frames if frame.at in hour.span and frame.path]
    found.sort(key=lambda pair: pair[1].at)
    step = max(1.0, len(found) / SHEET_FRAMES)
    yield from (found[int(no * step)] for no in range(min(len(found), SHEET_FRAMES)))
