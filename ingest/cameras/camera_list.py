"""``CAMERAS.toml``: which cameras an office records, read as strictly as ``class.toml``."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facts.errors import InputError
from facts.text import Text
from ingest.cameras.address import CameraAddress, address_of
from ingest.strict_tables import StrictTables

_MOST_BYTES = 1 << 20
_RECORDER = {"segment_minutes": float, "keep_free_mb": int, "allow_loopback": bool, "timetable": str}
_CAMERA = {
    "id": str,
    "room": str,
    "address": str,
    "user": str,
    "password": str,
    "password_env": str,
    "transport": str,
    "when": str,
    "audio": bool,
}
_ID = re.compile(r"[\w-]{1,40}")
_NO_DATE = re.compile(r"\d{4,}")
ALWAYS, TIMETABLE = "always", "timetable"
_TRANSPORTS = ("tcp", "udp")
_SHORTEST_MINUTES, _LONGEST_MINUTES = 0.05, 60.0


class CameraListError(InputError):
    """Everything wrong with the list of cameras at once."""


@dataclass(frozen=True, slots=True)
class RecordedCamera:
    """One camera as it is to be recorded."""

    id: str
    room: str
    address: CameraAddress
    transport: str = "tcp"
    when: str = ALWAYS
    audio: bool = False


@dataclass(frozen=True, slots=True)
class CameraList:
    """The cameras, and what holds for all of them."""

    cameras: tuple[RecordedCamera, ...]
    segment_s: float = 300.0
    keep_free_bytes: int = 500 << 20
    timetable: Path | None = None


def read_cameras(path: Path, environ: Mapping[str, str]) -> CameraList:
    """The list, or every fault of it in a line each; no line holds a password."""
    try:
        content = path.read_bytes()
        if len(content) > _MOST_BYTES:
            raise CameraListError(f"{path.name}: got over 1 MB, expected a short list of cameras")
        body = tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise CameraListError(
            f"{path}: got no readable file ({error.strerror}), expected a list of cameras"
        ).in_chinese(f"{path}：读不到这个文件（{error.strerror}），应为摄像机清单（TOML）；请核对路径和权限") from error
    except (ValueError, RecursionError) as error:
        raise CameraListError(f"{path.name}: got no TOML in UTF-8 ({error}), expected [[camera]] tables") from error
    reader = _Reader(path, environ)
    found = reader.read(body)
    faults = reader.faults.listed()
    if faults:
        raise CameraListError("\n".join(f"{each.line.zh} / {each.text.en}" for each in faults))
    return found


class _Reader(StrictTables):
    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        super().__init__(path.name)
        self.path, self.environ = path, environ
        self.seen: dict[str, str] = {}

    def read(self, body: dict[str, Any]) -> CameraList:
        self.unknown(body, ("recorder", "camera"), "")
        common = self.table(body.get("recorder", {}), _RECORDER, "[recorder]")
        listed = self.tables(body, "camera", _CAMERA)
        if not listed:
            self.tell("", "没有摄像机，请至少写一节 [[camera]]", "no camera; write at least one [[camera]] table")
        loopback = common.get("allow_loopback", False)
        cameras = [one for place, said in listed if (one := self.camera(place, said, allow_loopback=loopback))]
        minutes = common.get("segment_minutes", 5.0)
        if not _SHORTEST_MINUTES <= minutes <= _LONGEST_MINUTES:
            self.tell(
                "[recorder] segment_minutes", f"写成了 {minutes}，应为 1 到 60", f"got {minutes}, expected 1 to 60"
            )
        return CameraList(
            tuple(cameras), minutes * 60, common.get("keep_free_mb", 500) << 20, self.timetable(common, cameras)
        )

    def timetable(self, common: Mapping[str, Any], cameras: list[RecordedCamera]) -> Path | None:
        wanted = [one for one in cameras if one.when == TIMETABLE]
        path = self.path.parent / common["timetable"] if common.get("timetable") else None
        if wanted and path is None:
            self.tell(
                "[recorder]",
                f"{wanted[0].id} 按课表录，但没有写 timetable；请写课表文件或班期文件夹",
                f"{wanted[0].id} is recorded by the timetable and none is named; write timetable = a file or class folder",
            )
        if path and not path.exists():
            self.tell("[recorder] timetable", f"没有 {path}", f"got no such file or folder: {path}; check the path")
        for one in wanted:
            if not one.room:
                self.tell(one.id, "按课表录需要写 room（教室）", "recording by the timetable needs its room")
        return path

    def camera(self, place: str, said: dict[str, Any], *, allow_loopback: bool) -> RecordedCamera | None:
        name = said.get("id", "")
        if not _ID.fullmatch(name) or _NO_DATE.search(name):
            self.tell(
                f"{place} id",
                f"写成了 {name[:40]!r}，应为 1 到 40 个字母、数字、汉字、- 或 _，不含四位以上数字",
                f"got {name[:40]!r}, expected 1 to 40 letters, digits, - or _, without four digits in a row",
            )
            return None
        if (other := self.seen.setdefault(name.casefold(), place)) != place:
            self.tell(
                f"{place} id",
                f"{name} 与{other}同名，会录进同一文件夹",
                f"{name} is the id, hence the folder, of {other}",
            )
        self.choice(place, said, "transport", _TRANSPORTS)
        self.choice(place, said, "when", (ALWAYS, TIMETABLE))
        address = self.address(place, said, allow_loopback=allow_loopback)
        if address is None:
            return None
        return RecordedCamera(
            name,
            said.get("room", ""),
            address,
            said.get("transport", "tcp"),
            said.get("when", ALWAYS),
            said.get("audio", False),
        )

    def choice(self, place: str, said: Mapping[str, Any], key: str, known: tuple[str, ...]) -> None:
        if key in said and said[key] not in known:
            self.tell(f"{place} {key}", f"应为 {' 或 '.join(known)}", f"expected {' or '.join(known)}")

    def address(self, place: str, said: Mapping[str, Any], *, allow_loopback: bool) -> CameraAddress | None:
        password = said.get("password", "")
        if variable := said.get("password_env", ""):
            password = self.environ.get(variable, "")
            if not password:
                self.tell(
                    f"{place} password_env",
                    f"环境变量 {variable} 没有设",
                    f"the environment variable {variable} is not set",
                )
        found = address_of(said.get("address", ""), said.get("user", ""), password, allow_loopback=allow_loopback)
        if isinstance(found, Text):
            self.tell(f"{place} address", found.zh, found.en)
            return None
        return found
