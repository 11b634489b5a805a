"""Small keyframes of the windows under review, decoded once; the marked frames in full, each drawn when asked for."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from facts.errors import NotFoundError
from facts.sighting import View
from ingest.recordings.footage import Footage
from ingest.recordings.keyframes import KeyframeReader
from pipeline.reviews.sheet import ReviewSheet
from runtime.reviews.review_view import film_of
from runtime.verification.frame_sampling import small
from vision.activity import Film

_KEPT = 4  # films of ten minutes are some 30 MB each
_WIDEST = 1920


@dataclass(slots=True)
class ReviewFilms:
    """The last few films of this process, so that saving marks decodes nothing twice."""

    _known: OrderedDict[tuple[str, datetime, str], Film] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def film(self, footage: Mapping[str, Footage], sheet: ReviewSheet, view: View) -> Film:
        """The sheet's window as small keyframes."""
        key = (sheet.evidence.sha256, sheet.window.start, sheet.camera_id)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        made = film_of(footage, sheet, view)
        with self._lock:
            self._known[key] = made
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return made


FILMS = ReviewFilms()


def picture_of(footage: Mapping[str, Footage], sheet: ReviewSheet, at: datetime) -> bytes:
    """The whole keyframe of that moment as a JPEG."""
    with KeyframeReader([footage[path] for path in sheet.paths]) as reader:
        for _, frame in reader.colour([at]):
            return small(frame, _WIDEST)
    raise NotFoundError("画面", "frame of that moment")
