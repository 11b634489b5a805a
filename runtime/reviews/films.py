"""Small keyframes of the windows under review, decoded once; the marked frames in full, each drawn when asked for."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
from runtime.recordings.node_recordings import at_hand
from runtime.reviews.case import ReviewCase
from runtime.reviews.review_view import film_of, first_review, frame_jpeg
from runtime.verification.frame_sampling import placed
from storage.database.connection import reading
from vision.activity import Film

_KEPT = 4  # films of ten minutes are some 30 MB each
_WIDEST = 1920


@dataclass(frozen=True, slots=True)
class ReviewFootage:
    """The recordings that a sheet is about by their names, and what a child that reads them may reach."""

    files: Mapping[str, Footage]
    reach: Reach


@dataclass(slots=True)
class ReviewFilms:
    """The last few films of this process, so that saving marks decodes nothing twice."""

    _known: OrderedDict[tuple[str, datetime, str], Film] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def film(self, shown: ReviewFootage, sheet: ReviewSheet, view: View) -> Film:
        """The sheet's window as small keyframes."""
        key = (sheet.evidence.sha256, sheet.window.start, sheet.camera_id)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        made = in_child(FILM, shown.reach, sheet.camera_id, film_of, shown.files, sheet, view)
        with self._lock:
            self._known[key] = made
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return made


FILMS = ReviewFilms()


def picture_of(service: Service, case: ReviewCase, at: datetime) -> bytes:
    """The whole keyframe of that moment as a JPEG."""
    with opened_footage(service, case) as shown:
        files = [*shown.files.values()]
        drawn = in_child(PICTURE, shown.reach, case.marked_sheet.camera_id, frame_jpeg, files, at, _WIDEST)
    if drawn is None:
        raise NotFoundError("画面", "frame of that moment")
    return drawn


def place_of(service: Service, case: ReviewCase, at: datetime) -> SampledFrame | None:
    """Where the keyframe nearest to that moment lies, within the window."""
    sheet = case.marked_sheet
    with opened_footage(service, case) as shown:
        files = [*shown.files.values()]
        with KeyframeReader(files) as reader:
            inside = [one for one in reader.keyframe_times() if one in sheet.window]
        found = min(inside, key=lambda one: abs(one - at), default=None)
        return placed(SampledFrame(sheet.camera_id, found, "", 0.0), files) if found else None


def review_of(service: Service, case: ReviewCase, mine: ReviewReading) -> Review:
    """What this reading and the recording show together, with one name."""
    sheet = case.marked_sheet
    if mine.clock:
        return Review(sheet.hour_id, sheet.camera_id, sheet.window, sheet.evidence, sheet.expected, mine)
    with opened_footage(service, case) as shown:
        film = FILMS.film(shown, sheet, case.view)
    return first_review(sheet, case.view, mine, film)


@contextmanager
def opened_footage(service: Service, case: ReviewCase) -> Iterator[ReviewFootage]:
    """Within it whichever node is asked can read the sheet's recordings.

    Refused where they are gone, or on another clock than when they were judged.
    """
    with reading(service.engine, "reading a class's settings") as connection:
        manifest = manifest_of(connection, case.owner)
    sheet, folder = case.marked_sheet, class_folder(service.settings.home, case.owner.id)
    with at_hand(service, case.owner.id, sheet.paths, whole=False) as stored:
        found = in_child(
            RECORDING,
            Reach((folder,), ranges=stored.door(stored.paths.values())),
            sheet.camera_id,
            find_recordings,
            folder,
            manifest.recordings,
            manifest.cameras,
            only=sheet.paths,
            elsewhere=stored.paths,
        )
        files = {one.segment.path: one for one in found}
        told = {segment.path: segment.span for segment in case.report.segments}
        for path in sheet.paths:
            if path not in files or files[path].segment.span != told.get(path):
                raise ConflictError(
                    f"{path} gone or on another clock", "the recording as it was judged", "verify the class again first"
                )
        places = tuple(files[path].path for path in sheet.paths)
        yield ReviewFootage({path: files[path] for path in sheet.paths}, Reach(places, ranges=stored.door(places)))
