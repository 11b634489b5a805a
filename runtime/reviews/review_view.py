"""Marks of a person and the recording that she marked become a view: small keyframes decoded once, nothing else."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from facts.review import Review, ReviewReading
from facts.sighting import View
from ingest.recordings.footage import Footage
from ingest.recordings.keyframes import KeyframeReader
from pipeline.reviews.sheet import ReviewSheet
from runtime.verification.frame_sampling import small
from vision.activity import Film
from vision.review import review_film, reviewed_view


def film_of(footage: Mapping[str, Footage], sheet: ReviewSheet, view: View) -> Film:
    """The sheet's window as small grey keyframes."""
    looks = [frame.at for frame in view.frames] + [frame.at for frame in sheet.frames]
    with KeyframeReader([footage[path] for path in sheet.paths]) as reader:
        return review_film(reader, sheet.window, looks)


def first_review(sheet: ReviewSheet, view: View, reading: ReviewReading, film: Film) -> Review:
    """The review as the first person leaves it."""
    shown = reviewed_view(view, reading.frames, sheet.window, film)
    return Review(sheet.hour_id, sheet.camera_id, sheet.window, sheet.evidence, sheet.expected, reading, shown)


def frame_jpeg(files: Sequence[Footage], at: datetime, width: int) -> bytes | None:
    """The keyframe of that moment; nothing where it does not decode."""
    with KeyframeReader(files) as reader:
        return next((small(frame, width) for _, frame in reader.colour([at])), None)
