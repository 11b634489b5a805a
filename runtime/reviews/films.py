"""Small keyframes of the windows under review, decoded once; the marked frames in full, each drawn when asked for."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from facts.errors import ConflictError, NotFoundError
from facts.review import Review, ReviewReading
from facts.sighting import SampledFrame, View
from ingest.recordings.footage import Footage
from ingest.recordings.keyframes import KeyframeReader
from ingest.recordings.search import find_recordings
from pipeline.reviews.sheet import ReviewSheet
from runtime.classes.manifest import manifest_of
from runtime.platform.child_limits import FILM, PICTURE, RECORDING, Reach
from runtime.platform.child_process import in_child
from runtime.platform.folders import class_folder
from runtime.platform.service import Service
from runtime.reviews.case import ReviewCase
from runtime.reviews.review_view import film_of, first_review, frame_jpeg
from runtime.verification.frame_sampling import placed
from storage.database.connection import reading
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
        made = in_child(FILM, reach_of(footage, sheet), sheet.camera_id, film_of, wanted(footage, sheet), sheet, view)
        with self._lock:
            self._known[key] = made
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return made


FILMS = ReviewFilms()


def wanted(footage: Mapping[str, Footage], sheet: ReviewSheet) -> dict[str, Footage]:
    """The recordings that the sheet is about."""
    return {path: footage[path] for path in sheet.paths}


def reach_of(footage: Mapping[str, Footage], sheet: ReviewSheet) -> Reach:
    """Their files alone."""
    return Reach(tuple(one.path for one in wanted(footage, sheet).values()))


def picture_of(service: Service, case: ReviewCase, at: datetime) -> bytes:
    """The whole keyframe of that moment as a JPEG."""
    sheet, footage = case.marked_sheet, footage_of(service, case)
    files = [*wanted(footage, sheet).values()]
    drawn = in_child(PICTURE, reach_of(footage, sheet), sheet.camera_id, frame_jpeg, files, at, _WIDEST)
    if drawn is None:
        raise NotFoundError("画面", "frame of that moment")
    return drawn


def place_of(service: Service, case: ReviewCase, at: datetime) -> SampledFrame | None:
    """Where the keyframe nearest to that moment lies, within the window."""
    sheet, footage = case.marked_sheet, footage_of(service, case)
    files = [footage[path] for path in sheet.paths]
    with KeyframeReader(files) as reader:
        inside = [one for one in reader.keyframe_times() if one in sheet.window]
    found = min(inside, key=lambda one: abs(one - at), default=None)
    return placed(SampledFrame(sheet.camera_id, found, "", 0.0), files) if found else None


def review_of(service: Service, case: ReviewCase, mine: ReviewReading) -> Review:
    """What this reading and the recording show together, with one name."""
    sheet = case.marked_sheet
    if mine.clock:
        return Review(sheet.hour_id, sheet.camera_id, sheet.window, sheet.evidence, sheet.expected, mine)
    return first_review(sheet, case.view, mine, FILMS.film(footage_of(service, case), sheet, case.view))


def footage_of(service: Service, case: ReviewCase) -> dict[str, Footage]:
    """The recordings of the sheet's stretch; refused where they are gone or on another clock than when they were judged."""
    with reading(service.engine, "reading a class's settings") as connection:
        manifest = manifest_of(connection, case.owner)
    folder, paths = class_folder(service.settings.home, case.owner.id), case.marked_sheet.paths
    footage = in_child(
        RECORDING,
        Reach((folder,)),
        case.marked_sheet.camera_id,
        find_recordings,
        folder,
        manifest.recordings,
        manifest.cameras,
        only=paths,
    )
    found = {one.segment.path: one for one in footage}
    told = {segment.path: segment.span for segment in case.report.segments}
    for path in paths:
        if path not in found or found[path].segment.span != told.get(path):
            raise ConflictError(
                f"{path} gone or on another clock", "the recording as it was judged", "verify the class again first"
            )
    return found
