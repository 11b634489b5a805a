"""Which cameras look into a class hour's room."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from attendance.continuity_case import RoomFootage
from facts.course import ClassHour
from facts.footage import Camera, Lapse, Segment
from facts.names import normal_name
from facts.span import local_day


@dataclass(frozen=True, slots=True)
class CameraRooms:
    """The cameras and files of a class, to be asked for by room; ``taught`` are the rooms that it used."""

    cameras: tuple[Camera, ...]
    segments: tuple[Segment, ...]
    taught: frozenset[tuple[date, str]] = frozenset()

    def cameras_of(self, hour: ClassHour) -> tuple[Camera, ...]:
        """The cameras of the hour's room; where none of them recorded anything, those whose room nobody stated.

        On a day in several rooms nothing says which of them such a camera looks into: it proves none.
        """
        room = room_key(hour.room)
        named = tuple(camera for camera in self.cameras if room and room_key(camera.room) == room)
        if any(self._recorded(camera) for camera in named):
            return named
        unstated = tuple(camera for camera in self.cameras if not camera.room or not room)
        if self._several(hour):
            return named
        return tuple(camera for camera in unstated if self._recorded(camera)) or named or unstated

    def _several(self, hour: ClassHour) -> bool:
        day = local_day(hour.span.start)
        return bool(room_key(hour.room)) and len({room for at, room in self.taught if at == day}) > 1

    def _recorded(self, camera: Camera) -> bool:
        return any(file.camera_id == camera.id for file in self.segments)

    @property
    def assumed(self) -> tuple[Camera, ...]:
        """The cameras that are taken to look into the class's room although nobody said so."""
        return tuple(camera for camera in self.cameras if not camera.room and self._recorded(camera))

    def footage_of(self, hour: ClassHour, lapses: Iterable[Lapse] = ()) -> RoomFootage:
        """The room's files, dead stretches and cameras; files that name no camera may be anybody's."""
        cameras, several = {camera.id: camera for camera in self.cameras_of(hour)}, self._several(hour)
        files = tuple(file for file in self.segments if file.camera_id in cameras or not (file.camera_id or several))
        own = tuple(lapse for lapse in lapses if lapse.camera_id in cameras)
        return RoomFootage(files, own, cameras, self._unplaced(hour) if several else ())

    def _unplaced(self, hour: ClassHour) -> tuple[str, ...]:
        """Whatever recorded during the hour although nobody said in which of the day's rooms."""
        known = {camera.id for camera in self.cameras if camera.room}
        running = (file for file in self.segments if file.camera_id not in known and _runs(file, hour))
        return tuple(dict.fromkeys(file.camera_id or file.path for file in running))


def taught(hours: Iterable[ClassHour]) -> frozenset[tuple[date, str]]:
    """The rooms of each day."""
    return frozenset((local_day(hour.span.start), room) for hour in hours if (room := room_key(hour.room)))


def _runs(file: Segment, hour: ClassHour) -> bool:
    return any(part.overlaps(hour.span) for part in file.stretches)


def room_key(room: str) -> str:
    """A room's name as it is compared: 201, 201室 and ２０１教室 are one room."""
    return re.sub(r"(教室|实训室|室|房间|房)$", "", normal_name(room)).casefold()


def with_found(cameras: Sequence[Camera], segments: Iterable[Segment]) -> tuple[Camera, ...]:
    """The stated cameras and every other one that a file names."""
    known = {camera.id for camera in cameras}
    found = sorted({file.camera_id for file in segments if file.camera_id} - known)
    return (*cameras, *(Camera(name) for name in found))
