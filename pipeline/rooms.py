"""Which cameras look into a class hour's room."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attendance.continuity import RoomFootage
from facts.course import ClassHour
from facts.footage import Camera, Lapse, Segment
from facts.names import normal_name


@dataclass(frozen=True, slots=True)
class Rooms:
    """The cameras and files of a class, to be asked for by room."""

    cameras: tuple[Camera, ...]
    segments: tuple[Segment, ...]

    def cameras_of(self, hour: ClassHour) -> tuple[Camera, ...]:
        """The cameras of the hour's room; where none of them recorded anything, those whose room nobody stated."""
        room = room_key(hour.room)
        named = tuple(camera for camera in self.cameras if room and room_key(camera.room) == room)
        if any(self._recorded(camera) for camera in named):
            return named
        unstated = tuple(camera for camera in self.cameras if not camera.room or not room)
        return tuple(camera for camera in unstated if self._recorded(camera)) or named or unstated

    def _recorded(self, camera: Camera) -> bool:
        return any(file.camera_id == camera.id for file in self.segments)

    @property
    def assumed(self) -> tuple[Camera, ...]:
        """The cameras that are taken to look into the class's room although nobody said so."""
        return tuple(camera for camera in self.cameras if not camera.room and self._recorded(camera))

    def footage_of(self, hour: ClassHour, lapses: Iterable[Lapse] = ()) -> RoomFootage:
        """The room's files, dead stretches and cameras; files that name no camera may be anybody's."""
        cameras = {camera.id: camera for camera in self.cameras_of(hour)}
        files = tuple(file for file in self.segments if file.camera_id in cameras or not file.camera_id)
        return RoomFootage(files, tuple(lapse for lapse in lapses if lapse.camera_id in cameras), cameras)


def room_key(room: str) -> str:
    """A room's name as it is compared: 201, 201室 and ２０１教室 are one room."""
    return re.sub(r"(教室|实训室|室|房间|房)$", "", normal_name(room)).casefold()


def with_found(cameras: Sequence[Camera], segments: Iterable[Segment]) -> tuple[Camera, ...]:
    """The stated cameras and every other one that a file names."""
    known = {camera.id for camera in cameras}
    found = sorted({file.camera_id for file in segments if file.camera_id} - known)
    return (*cameras, *(Camera(name) for name in found))
