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
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.platform.folders import class_folder, inside
from runtime.platform.service import Service
from storage.database.classes.classes import ClassRow, FileRow, classes, files
from storage.database.tables.classes import CLASSES, FILES

SILENT_AFTER = timedelta(minutes=5)
OVER_AFTER = timedelta(hours=12)  # nobody is called because of a camera that was switched off yesterday
_DAY_H = 24
_DEPTH, _MOST_ENTRIES, _MOST_NAMES = 3, 20_000, 20_000
_MOST_FILES = 400
_RECORDING = FILES.c.role == "recording"
_VIDEO = frozenset({".mp4", ".m4v", ".mkv", ".ts", ".flv", ".mov"})


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
        minutes, seconds = divmod(int(self.age(now).total_seconds()), 60)
        hours, rest = divmod(minutes, 60)
        if not minutes:
            return Text(f"{seconds} 秒", f"{seconds} s")
        if not hours:
            return Text(f"{minutes} 分钟", f"{minutes} min")
        if hours < _DAY_H:
            return Text(f"{hours} 小时 {rest} 分", f"{hours} h {rest} min")
        return Text(f"{hours // _DAY_H} 天", f"{hours // _DAY_H} d")

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


def camera_picture(camera: WallCamera, width: int, *, clear: bool) -> bytes | None:
    """The camera's newest picture; blurred to blocks unless somebody said why they must see it."""
    from ingest.recordings.newest_picture import newest_picture  # noqa: PLC0415 - the service starts without video

    return newest_picture(camera.file, width, clear=clear)


def _newest_files(connection: Connection, within: ColumnElement[bool]) -> tuple[FileRow, ...]:
    """The recordings that came last, whatever class they are of."""
    last = select(FILES.c.id).join(CLASSES, CLASSES.c.id == FILES.c.class_id).where(_RECORDING, within)
    return files(connection, FILES.c.id.in_(last.order_by(desc(FILES.c.id)).limit(_MOST_FILES)))


def _class_names(root: Path | None) -> frozenset[str]:
    """The folders of the media servers that may be named after a class."""
    return frozenset(one.name for one in islice(_folders(root), _MOST_NAMES)) if root and root.is_dir() else frozenset()


def _live(root: Path | None, by_code: Mapping[str, ClassRow]) -> Iterator[WallCamera]:
    """Media servers write to ``…/CLASS/CAMERA/…``."""
    if root is None or not root.is_dir():
        return
    for folder in _folders(root):
        owner = by_code.get(folder.name)
        if owner is None:
            continue
        for camera in _directories(folder):
            newest = max(_recordings(camera), key=lambda found: found[0], default=None)
            if newest:
                at = datetime.fromtimestamp(newest[0], UTC)
                yield WallCamera(owner.id, owner.name, owner.code, camera.name, at, newest[1], live=True)


def _folders(root: Path) -> Iterator[Path]:
    for folder in _directories(root):
        yield folder
        for deeper in _directories(folder):
            yield deeper
            yield from _directories(deeper)


def _directories(folder: Path) -> list[Path]:
    try:
        return sorted(one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())
    except OSError:  # gone, or not ours to read: as good as empty
        return []


def _recordings(folder: Path, depth: int = _DEPTH) -> Iterator[tuple[float, Path]]:
    """Files with the time of their last byte."""
    try:
        entries = sorted(folder.iterdir())[-_MOST_ENTRIES:]
        for entry in entries:
            if entry.is_symlink():
                continue
            if entry.is_dir() and depth > 0:
                yield from _recordings(entry, depth - 1)
            elif entry.suffix.casefold() in _VIDEO:
                yield entry.stat().st_mtime, entry
    except OSError:  # a segment that was moved away while we looked
        return


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
