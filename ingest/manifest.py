"""``class.toml``: what a clerk states by hand, read strictly so that a misspelt line is never ignored in silence."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any

from facts.class_settings import MOST_OFFSET_S, NOTHING_SET, ClassSettings
from facts.course import Institution, TrainingClass
from facts.digest import Digest
from facts.errors import InputError
from facts.footage import NO_LECTERN, Camera, lectern_zone
from facts.span import SHANGHAI, instant
from facts.statements import ListSetAside, SettledDoubt, StatedStart
from facts.stored_recording import StoredRecording
from ingest.manifest_settings import ASIDE, DEVICE, PLACE, SETTLED, StatedSettings, settings_of
from ingest.recordings.entry import RecordingEntry
from ingest.strict_tables import StrictTables
from ingest.tables.fault import Faults, TableFault
from ingest.tables.headers import Columns
from ingest.tables.synonyms import COLUMNS, TableRole

MANIFEST_NAME = "class.toml"
_MAX_BYTES = 1 << 20
_HEX = re.compile(r"[0-9a-f]{64}")
_CLASS = {
    "id": str,
    "name": str,
    "institution": str,
    "uscc": str,
    "locality": str,
    "programme": str,
    "group": str,
    "occupation": str,
    "level": str,
    "policy": str,
    "secret_unit": bool,
}
_CAMERA = {"id": str, "room": str, "clock_offset_s": float, "lectern": str}
_RECORDING = {
    "file": str,
    "camera": str,
    "start": datetime,
    "trust_creation_time": bool,
    "sha256": str,
    "version": str,
}
_UNNAMED = TrainingClass("")
_TOP = ("class", "camera", "recording", "columns", "place", "device", "aside", "settled")


class ManifestError(InputError):
    """Everything wrong with ``class.toml`` at once; nothing of it is used until it is mended."""

    def __init__(self, faults: tuple[TableFault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(f"{each.line.zh} / {each.text.en}" for each in faults))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What ``class.toml`` states; each part may be empty, because tables and file names may say the same."""

    training_class: TrainingClass = _UNNAMED
    cameras: tuple[Camera, ...] = ()
    recordings: tuple[RecordingEntry, ...] = ()
    columns: Columns = field(default_factory=dict)
    size_bytes: int = 0
    notes: tuple[TableFault, ...] = ()
    settings: ClassSettings = NOTHING_SET


def read_manifest(path: Path) -> Manifest:
    """The manifest at this path or in this class folder, or an empty one where there is none."""
    try:
        path = path / MANIFEST_NAME if path.is_dir() else path
        if not path.is_file():
            return Manifest()
        with path.open("rb") as stream:
            content = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise _one(
            path.name, f"无法读取（{error.strerror}）；请检查权限", f"cannot be read ({error.strerror})"
        ) from error
    if len(content) > _MAX_BYTES:
        raise _one(path.name, "超过 1 MB，不像 class.toml", "over 1 MB, hence no class.toml")
    return parse_manifest(content, path.name)


def parse_manifest(content: bytes, where: str = MANIFEST_NAME) -> Manifest:
    """The manifest that these bytes hold: UTF-8 with or without BOM, or GB18030 as old Notepad saves it."""
    text = _text(content, where)
    try:
        body = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise _one(
            where,
            f"不是正确的 TOML（{error}）；请对照示例改正该行",
            f"this is no TOML ({error}); mend that line after the example",
        ) from error
    reader = _Reader(where)
    manifest = replace(reader.manifest(body), size_bytes=len(content))
    if any(not each.note for each in reader.faults.listed()):
        raise ManifestError(tuple(each for each in reader.faults.listed() if not each.note))
    return manifest


def _text(content: bytes, where: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _one(where, "编码不是 UTF-8，请用记事本另存为 UTF-8", "the encoding is not UTF-8; save it as UTF-8")


def _one(where: str, zh: str, en: str) -> ManifestError:
    faults = Faults()
    faults.fault(where, zh, en)
    return ManifestError(faults.listed())


class _Reader(StrictTables):
    def manifest(self, body: dict[str, Any]) -> Manifest:
        self.unknown(body, _TOP, "")
        about = self.table(body.get("class", {}), _CLASS, "[class]")
        cameras = self.cameras(body)
        recordings = self.recordings(body, cameras)
        columns = self.columns(body.get("columns", {}))
        settings = self.settings(body, cameras, recordings)
        notes = tuple(each for each in self.faults.listed() if each.note)
        return Manifest(_training_class(about), cameras, recordings, columns, notes=notes, settings=settings)

    def settings(
        self, body: Mapping[str, Any], cameras: tuple[Camera, ...], recordings: tuple[RecordingEntry, ...]
    ) -> ClassSettings:
        place = self.table(body["place"], PLACE, "[place]") if "place" in body else None
        device = self.table(body.get("device", {}), DEVICE, "[device]")
        stated = tuple(StatedStart(one.file, one.start, one.camera) for one in recordings if one.start)
        settled = tuple(
            SettledDoubt(**(dict.fromkeys(SETTLED, "") | each)) for _, each in self.tables(body, "settled", SETTLED)
        )
        return settings_of(StatedSettings(cameras, place, device, stated, self.aside(body), settled), self.tell)

    def aside(self, body: Mapping[str, Any]) -> tuple[ListSetAside, ...]:
        found = [each for _, each in self.tables(body, "aside", ASIDE)]
        return tuple(ListSetAside(_relative(each.get("file", "")), each.get("reason", "")) for each in found)

    def cameras(self, body: Mapping[str, Any]) -> tuple[Camera, ...]:
        found: dict[str, Camera] = {}
        for place, each in self.tables(body, "camera", _CAMERA):
            camera_id = each.get("id", "")
            offset_s, lectern = float(each.get("clock_offset_s", 0.0)), each.get("lectern", "")
            if not camera_id:
                self.tell(place, '缺少 id，如 id = "CH02"', 'id is missing, such as id = "CH02"')
            elif camera_id in found:
                self.tell(place, f"摄像机 {camera_id} 写了两次", f"camera {camera_id} is stated twice")
            elif not abs(offset_s) <= MOST_OFFSET_S:
                self.tell(place, "clock_offset_s 过大或不是数", "clock_offset_s is too large or no number")
            elif lectern not in {"", NO_LECTERN} and lectern_zone(lectern) is None:
                self.tell(
                    place,
                    f'lectern 写成了 {lectern[:40]!r}，应为 "左 上 宽 高" 四个 0–1 的数，或 "none"（教师不在画面内）',
                    f'lectern: got {lectern[:40]!r}, expected "left top width height", four shares from 0 to 1, or "none"',
                )
            else:
                found[camera_id] = Camera(camera_id, each.get("room", ""), offset_s, lectern)
        return tuple(found.values())

    def recordings(self, body: Mapping[str, Any], cameras: tuple[Camera, ...]) -> tuple[RecordingEntry, ...]:
        found: dict[str, RecordingEntry] = {}
        for place, each in self.tables(body, "recording", _RECORDING):
            file = _relative(each.get("file", ""))
            if not file:
                self.tell(
                    place,
                    'file 应为文件夹内的相对路径，如 file = "video/export1.mp4"',
                    'file must be a path inside the folder, such as file = "video/export1.mp4"',
                )
            elif file in found:
                self.tell(place, f"文件 {file} 写了两次", f"file {file} is stated twice")
            else:
                self.check_camera(place, each.get("camera", ""), cameras)
                start = self.start(place, each.get("start"))
                trusted = each.get("trust_creation_time", False)
                stored = self.stored(place, file, each)
                found[file] = RecordingEntry(file, each.get("camera", ""), start, trusted, stored)
        return tuple(found.values())

    def stored(self, place: str, file: str, each: Mapping[str, Any]) -> StoredRecording | None:
        """Where the recording lies in the evidence store, for one that is not in the folder."""
        digest, version = each.get("sha256", ""), each.get("version", "")
        if _HEX.fullmatch(digest):
            return StoredRecording(file, Digest(digest), version)
        if digest or version:
            self.tell(
                f"{place} sha256",
                f"写成了 {digest[:70]!r}，应为证据库中原件的 SHA-256（64 位小写十六进制）",
                f"got {digest[:70]!r}, expected the SHA-256 of the original in the store, 64 digits in lower case",
            )
        return None

    def check_camera(self, place: str, camera_id: str, cameras: tuple[Camera, ...]) -> None:
        ids = [camera.id for camera in cameras]
        if camera_id and ids and camera_id not in ids:
            close = get_close_matches(camera_id, ids, 1)
            zh = f"，是否想写 {close[0]}？" if close else "；请在 [[camera]] 中写明"
            en = f"; did you mean {close[0]}?" if close else "; state it in [[camera]]"
            self.tell(f"{place} camera", f"摄像机 {camera_id} 未列出{zh}", f"camera {camera_id} is not listed{en}")

    def start(self, place: str, start: datetime | None) -> datetime | None:
        if start is None:
            return None
        try:
            if start.tzinfo is not None:
                return instant(start)
            aware = start.replace(tzinfo=SHANGHAI)
            self.faults.note(
                f"{self.where} {place} start",
                f"没有写时区，按北京时间 {start.isoformat()}+08:00 计",
                f"no time zone: taken as Chinese time {start.isoformat()}+08:00",
            )
            return instant(aware)
        except OverflowError:
            self.tell(f"{place} start", "不是可能的时间", "this is no possible time")
            return None

    def columns(self, body: object) -> Columns:
        if not isinstance(body, dict):
            self.tell("[columns]", "应写成 [columns.checkins] 等", "write it as [columns.checkins] or the like")
            return {}
        self.unknown(body, tuple(TableRole), "[columns]")
        return {role: self.headers(body[role], role) for role in TableRole if role in body}

    def headers(self, body: object, role: TableRole) -> Mapping[str, tuple[str, ...]]:
        """The headers of each field: one in quotes, or several as a list."""
        several: dict[str, tuple[str, ...]] = {}
        single: dict[str, object] = {}
        for name, value in body.items() if isinstance(body, dict) else ():
            if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
                several[name] = tuple(each.strip() for each in value)
            else:
                single[name] = value
        place = f"[columns.{role}]"
        self.unknown(several, tuple(COLUMNS[role]), place)
        read = self.table(single if isinstance(body, dict) else body, dict.fromkeys(COLUMNS[role], str), place)
        return {name: (text,) for name, text in read.items()} | {
            name: found for name, found in several.items() if name in COLUMNS[role]
        }


def _relative(file: str) -> str:
    posix = PurePosixPath(file.replace("\\", "/"))
    outside = posix.is_absolute() or ".." in posix.parts or ":" in (posix.parts or ("",))[0] or "\0" in file
    return "" if outside or not posix.parts else posix.as_posix()


def _training_class(about: Mapping[str, Any]) -> TrainingClass:
    locality = about.get("locality", "")
    institution = Institution(about.get("institution", ""), about.get("uscc", ""), locality)
    rest = {key: about[key] for key in about if key not in {"institution", "uscc", "id"}}
    return TrainingClass(about.get("id", ""), institution=institution, **rest)
