"""What a class is set to (班期设置): its cameras, its place, who may share a phone, what its institution states.

The rules mark a sign-in for a person to look at; none of them refuses one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from facts.check_in import Datum
from facts.footage import NO_LECTERN, Camera
from facts.statements import (
    ListSetAside,
    SettingFault,
    SettledDoubt,
    StatedStart,
    plain_line,
    set_aside_faults,
    settled_faults,
    start_faults,
)
from facts.text import Text

MOST_CAMERAS = 64
MOST_OFFSET_S = 400 * 86_400
MOST_ID_CHARS, MOST_ROOM_CHARS = 64, 80
MOST_LECTERN_CHARS = 40
LATITUDES, LONGITUDES = (3.0, 54.0), (73.0, 136.0)  # China with a margin, the same as for check-in lists
RADII_M, COARSE_M = (20, 5_000), (10, 5_000)
MOST_PER_PHONE = 10
DATUMS = (Datum.GCJ02, Datum.WGS84, Datum.BD09)


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """Where the class signs in, the radius that still counts as there, and the accuracy beyond which nothing is said."""

    latitude: float
    longitude: float
    datum: Datum
    radius_m: int = 150
    coarse_m: int = 200


@dataclass(frozen=True, slots=True)
class DeviceRule:
    """How many people may sign in by one phone in a class hour, and whether a person's second phone is marked."""

    people_per_phone: int = 1
    second_phone: bool = False


ONE_PHONE_EACH = DeviceRule()


@dataclass(frozen=True, slots=True)
class ClassSettings:
    """The record that console, API, judging and phone check-in share; an empty one says nothing of the class.

    ``settled`` stands in a class folder's own file alone: in a service the doubts' lives say what is settled.
    """

    cameras: tuple[Camera, ...] = ()
    place: PlaceRule | None = None
    device: DeviceRule = ONE_PHONE_EACH
    recordings: tuple[StatedStart, ...] = ()
    aside: tuple[ListSetAside, ...] = ()
    settled: tuple[SettledDoubt, ...] = ()

    def reason_against(self, file: str) -> str:
        """Why the institution no longer stands by this list; empty where it does."""
        return next((one.reason for one in self.aside if one.file == file), "")


NOTHING_SET = ClassSettings()


def setting_faults(settings: ClassSettings) -> tuple[SettingFault, ...]:
    """Everything wrong with the settings at once."""
    place = _place_faults(settings.place) if settings.place else ()
    said = (*start_faults(settings.recordings), *set_aside_faults(settings.aside), *settled_faults(settings.settled))
    return (*_camera_faults(settings.cameras), *place, *_device_faults(settings.device), *said)


def _camera_faults(cameras: Sequence[Camera]) -> Iterator[SettingFault]:
    if len(cameras) > MOST_CAMERAS:
        words = Text(f"最多 {MOST_CAMERAS} 台", f"at most {MOST_CAMERAS} cameras")
        yield SettingFault("cameras", str(len(cameras)), words)
    seen: set[str] = set()
    for index, one in enumerate(cameras):
        where = f"cameras.{index}"
        if not plain_line(one.id, 1, MOST_ID_CHARS):
            words = Text("录像文件名里的编号，如 CH02", "its name in the recordings' file names, such as CH02")
            yield SettingFault(f"{where}.id", repr(one.id), words)
        elif one.id in seen:
            yield SettingFault(f"{where}.id", repr(one.id), Text("每台摄像机只写一次", "each camera once"))
        seen.add(one.id)
        if not plain_line(one.room, 0, MOST_ROOM_CHARS):
            words = Text(f"课表上的教室名，不超过 {MOST_ROOM_CHARS} 字", "the room as the timetable names it")
            yield SettingFault(f"{where}.room", repr(one.room), words)
        if not (isfinite(one.clock_offset_s) and abs(one.clock_offset_s) <= MOST_OFFSET_S):
            words = Text("秒数，快了为负、慢了为正，不超过 400 天", "seconds to add, at most 400 days either way")
            yield SettingFault(f"{where}.clock_offset_s", str(one.clock_offset_s), words)
        if one.lectern not in {"", NO_LECTERN} and one.zone is None:
            words = Text(
                "左 上 宽 高，四个 0–1 的数；或 none", "left top width height, four shares from 0 to 1; or none"
            )
            yield SettingFault(f"{where}.lectern", repr(one.lectern), words)


def _place_faults(place: PlaceRule) -> Iterator[SettingFault]:
    if not _within(place.latitude, LATITUDES):
        words = Text("北纬 3 至 54 度；可能与经度写反了", "3 to 54 degrees north; perhaps it is the longitude")
        yield SettingFault("place.latitude", str(place.latitude), words)
    if not _within(place.longitude, LONGITUDES):
        words = Text("东经 73 至 136 度；可能与纬度写反了", "73 to 136 degrees east; perhaps it is the latitude")
        yield SettingFault("place.longitude", str(place.longitude), words)
    if place.datum not in DATUMS:
        words = Text("坐标系 gcj02、wgs84 或 bd09", "the reference system: gcj02, wgs84 or bd09")
        yield SettingFault("place.datum", place.datum.value, words)
    if not _within(place.radius_m, RADII_M):
        words = Text("20 至 5000 米的整数", "whole metres, 20 to 5000")
        yield SettingFault("place.radius_m", str(place.radius_m), words)
    if not _within(place.coarse_m, COARSE_M):
        words = Text("10 至 5000 米的整数", "whole metres, 10 to 5000")
        yield SettingFault("place.coarse_m", str(place.coarse_m), words)


def _device_faults(device: DeviceRule) -> Iterator[SettingFault]:
    if not 1 <= device.people_per_phone <= MOST_PER_PHONE:
        words = Text(f"1 至 {MOST_PER_PHONE} 人", f"1 to {MOST_PER_PHONE} people")
        yield SettingFault("device.people_per_phone", str(device.people_per_phone), words)


def _within(number: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= number <= bounds[1]
