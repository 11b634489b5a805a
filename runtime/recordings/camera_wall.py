"""巡查: the cameras within reach with their newest file, from the media servers' folder and from what was uploaded."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, desc, or_, select

from facts.text import Text
from ingest.recordings.file_clock import read_name
from ingest.recordings.wall_picture import WallPicture
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.platform.child_limits import PICTURE, Reach
from runtime.platform.child_process import in_child
from runtime.platform.folders import class_folder, inside
from runtime.platform.service import Service
from runtime.recordings.media_folders import folders_in, media_folders, media_recordings
from runtime.recordings.picture_cache import FRESH
from runtime.recordings.picture_text import age_text
from storage.database.classes.classes import ClassRow, FileRow, classes, files
from storage.database.tables.classes import CLASSES, FILES

SILENT_AFTER = timedelta(minutes=5)
OVER_AFTER = timedelta(hours=12)  # nobody is called because of a camera that was switched off yesterday
_MOST_NAMES = 20_000
_MOST_FILES = 400
_RECORDING = FILES.c.role == "recording"


@dataclass(frozen=True, slots=True)
class WallCamera:
    """One camera of a class: when it was last heard of, and the file that holds its newest picture."""

    class_id: int
    class_name: str
    code: str
    name: str
    at: datetime
    file: Path
    live: bool

    @property
    def token(self) -> str:
        """Its name in an address."""
        return hashlib.sha256(f"{self.live} {self.name}".encode()).hexdigest()[:16]

    def age(self, now: datetime) -> timedelta:
        """How old its newest picture is; clocks of two machines may differ by a little."""
        return max(now - self.at, timedelta())

    def age_text(self, now: datetime) -> Text:
        """The same in words, in units that a glance takes in."""
        return age_text(self.age(now))

    def silent(self, now: datetime) -> bool:
        """Whether a live camera has not been heard of for too long."""
        return self.live and self.age(now) > SILENT_AFTER

    def just_silent(self, now: datetime) -> bool:
        """Whether somebody should look after it today."""
        return self.silent(now) and self.age(now) < OVER_AFTER


def cameras_reached(
    service: Service, caller: Caller, connection: Connection, *, uploads: bool = True
) -> Sequence[WallCamera]:
    """Every camera of the classes within the caller's reach, from the last uploads as well unless they are left out."""
    within = reached(caller)
    kept = _newest_files(connection, within) if uploads else ()
    live = CLASSES.c.code.in_(_class_names(service.settings.media_root))
    owners = classes(connection, within, or_(CLASSES.c.id.in_({one.class_id for one in kept}), live))
    return wall_cameras(service.settings.media_root, service.settings.home, owners, kept)


def cameras_of_class(service: Service, connection: Connection, owner: ClassRow) -> Sequence[WallCamera]:
    """The cameras of one class."""
    kept = files(connection, FILES.c.class_id == owner.id, _RECORDING)
    return wall_cameras(service.settings.media_root, service.settings.home, [owner], kept)


def wall_cameras(
    root: Path | None, home: Path, owners: Sequence[ClassRow], kept: Iterable[FileRow]
) -> tuple[WallCamera, ...]:
    """Every camera, the live ones first and the newest first among them."""
    by_code: dict[str, ClassRow] = {one.code: one for one in owners}
    by_id = {one.id: one for one in owners}
    found = [*_live(root, by_code), *_uploaded(home, by_id, kept)]
    return tuple(sorted(found, key=lambda one: (not one.live, -one.at.timestamp(), one.name)))


def camera_picture(service: Service, camera: WallCamera) -> WallPicture | None:
    """The camera's newest picture, decoded once for all who look.

    Nothing where the file is half written or damaged: the wall says so, nothing is judged here.
    """

    def make() -> WallPicture:
        from ingest.recordings.newest_picture import newest_picture  # noqa: PLC0415 - the service starts without video

        return in_child(PICTURE, Reach((camera.file,)), camera.name, newest_picture, camera.file)

    return service.pictures.get(_key(camera), service.clock(), make, FRESH if camera.live else None)


def is_known_bad(service: Service, camera: WallCamera) -> bool:
    """Whether its newest picture was tried and does not decode."""
    return service.pictures.known_bad(_key(camera), service.clock())


def _key(camera: WallCamera) -> tuple[str, ...]:
    try:
        stat = camera.file.stat()
    except OSError:
        return "file", str(camera.file)
    same = () if camera.live else (str(stat.st_mtime_ns), str(stat.st_size))
    return "file", str(camera.file), *same


def _newest_files(connection: Connection, within: ColumnElement[bool]) -> tuple[FileRow, ...]:
    """The recordings that came last, whatever class they are of."""
    last = select(FILES.c.id).join(CLASSES, CLASSES.c.id == FILES.c.class_id).where(_RECORDING, within)
    return files(connection, FILES.c.id.in_(last.order_by(desc(FILES.c.id)).limit(_MOST_FILES)))


def _class_names(root: Path | None) -> frozenset[str]:
    """The folders of the media servers that may be named after a class."""
    return frozenset(one.name for one in islice(media_folders(root), _MOST_NAMES))


def _live(root: Path | None, by_code: Mapping[str, ClassRow]) -> Iterator[WallCamera]:
    """Media servers write to ``…/CLASS/CAMERA/…``."""
    for folder in media_folders(root):
        owner = by_code.get(folder.name)
        if owner is None:
            continue
        for camera in folders_in(folder):
            newest = max(media_recordings(camera), key=lambda found: found[0], default=None)
            if newest:
                at = datetime.fromtimestamp(newest[0], UTC)
                yield WallCamera(owner.id, owner.name, owner.code, camera.name, at, newest[1], live=True)


def _uploaded(home: Path, by_id: Mapping[int, ClassRow], kept: Iterable[FileRow]) -> Iterator[WallCamera]:
    newest: dict[tuple[int, str], WallCamera] = {}
    for file in kept:
        owner = by_id.get(file.class_id)
        if owner is None:
            continue
        clock = read_name(file.name)
        camera = clock.camera or file.name.rpartition("/")[0] or file.name
        at = clock.end or clock.start or file.added_at
        place = inside(class_folder(home, owner.id), file.name)
        key = owner.id, camera
        if key not in newest or newest[key].at < at:
            newest[key] = WallCamera(owner.id, owner.name, owner.code, camera, at, place, live=False)
    yield from newest.values()
