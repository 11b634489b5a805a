"""The settings as a form's texts and back: every text that is no number, or no possible one, is told at its field."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from starlette.datastructures import FormData

from facts.check_in import Datum
from facts.class_settings import DATUMS, MOST_CAMERAS, NOTHING_SET, ClassSettings, DeviceRule, PlaceRule, setting_faults
from facts.footage import Camera
from facts.text import Text

BLANK_ROWS = 2
_MOST_CHARS = 120
_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,12})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_SIGNS = str.maketrans(
    {"−": "-", "－": "-", "＋": "+", "．": ".", "。": "."} | {chr(0xFF10 + n): str(n) for n in range(10)}
)
_PLACE = ("latitude", "longitude", "datum", "radius_m", "coarse_m")


@dataclass(frozen=True, slots=True)
class CameraRow:
    """One line of the table, as it was typed; ``found`` where a recording names the camera."""

    id: str = ""
    room: str = ""
    offset: str = ""
    lectern: str = ""
    found: bool = False

    @property
    def blank(self) -> bool:
        """Whether it says nothing: empty, or a camera that was found and left as it is."""
        return not (self.room or self.offset or self.lectern or (self.id and not self.found))


@dataclass(frozen=True, slots=True)
class SettingsDraft:
    """What the form holds."""

    rows: tuple[CameraRow, ...] = ()
    place: Mapping[str, str] = field(default_factory=dict)
    people: str = "1"
    second: bool = False


@dataclass(frozen=True, slots=True)
class FormSettings:
    """A form that was read: the settings, what is wrong with it by field, and the form to be shown again."""

    settings: ClassSettings
    faults: Mapping[str, Text]
    draft: SettingsDraft


def draft_of(settings: ClassSettings) -> SettingsDraft:
    """The form of what is in force."""
    rows = tuple(CameraRow(one.id, one.room, _signed(one.clock_offset_s), one.lectern) for one in settings.cameras)
    rule, place = settings.place, {}
    if rule:
        place = {name: f"{getattr(rule, name)}" for name in _PLACE}
    return SettingsDraft(rows, place, str(settings.device.people_per_phone), settings.device.second_phone)


def with_found(draft: SettingsDraft, names: Sequence[str], blank: int = BLANK_ROWS) -> SettingsDraft:
    """The form with a line for every camera that the recordings name, and some to fill in."""
    known = {row.id for row in draft.rows}
    found = [CameraRow(name, found=True) for name in names if name not in known]
    rows = [*draft.rows, *found, *(CameraRow() for _ in range(blank))]
    return SettingsDraft(tuple(rows[:MOST_CAMERAS]), draft.place, draft.people, draft.second)


def typed(form: FormData, names: Sequence[str]) -> SettingsDraft:
    """The form as it was sent; ``names`` are the cameras that the recordings name."""
    columns = [_texts(form, f"camera_{name}")[:MOST_CAMERAS] for name in ("id", "room", "offset", "lectern")]
    rows = [
        CameraRow(name, room, offset, lectern, name in names)
        for name, room, offset, lectern in zip_longest(*columns, fillvalue="")
    ]
    place = {name: "".join(_texts(form, f"place_{name}")[:1]) for name in _PLACE}
    people = "".join(_texts(form, "people_per_phone")[:1])
    return SettingsDraft(tuple(row for row in rows if not row.blank), place, people, "second_phone" in form)


def read(draft: SettingsDraft) -> FormSettings:
    """The settings that the texts spell."""
    told: dict[str, Text] = {}
    cameras = tuple(
        Camera(row.id, row.room, _offset(row.offset, index, told), row.lectern) for index, row in enumerate(draft.rows)
    )
    device = DeviceRule(_whole(draft.people or "1", "device.people_per_phone", told), draft.second)
    settings = ClassSettings(cameras, _place(draft.place, told), device)
    spelt = set(told)
    for fault in setting_faults(settings):
        if fault.where not in spelt:
            got = "" if fault.got in {"''", ""} else f"{fault.got[:60]}："
            got_en = "" if fault.got in {"''", ""} else f"{fault.got[:60]}: "
            told[fault.where] = Text(f"{got}应为{fault.expected.zh}", f"{got_en}expected {fault.expected.en}")
    return FormSettings(NOTHING_SET if told else settings, told, draft)


def _place(given: Mapping[str, str], told: dict[str, Text]) -> PlaceRule | None:
    """No rule where neither coordinate is given."""
    if not (given.get("latitude") or given.get("longitude")):
        return None
    north, east = (_number(given.get(name, ""), f"place.{name}", told) for name in ("latitude", "longitude"))
    datum = next((one for one in DATUMS if one.value == given.get("datum")), Datum.UNKNOWN)
    radius, coarse = (_whole(given.get(name, ""), f"place.{name}", told) for name in ("radius_m", "coarse_m"))
    return PlaceRule(north, east, datum, radius, coarse)


def _offset(text: str, index: int, told: dict[str, Text]) -> float:
    return _number(text, f"cameras.{index}.clock_offset_s", told) if text else 0.0


def _number(text: str, where: str, told: dict[str, Text]) -> float:
    if _NUMBER.fullmatch(text):
        return float(text)
    told[where] = Text("请填数字", "a number, please")
    return 0.0


def _whole(text: str, where: str, told: dict[str, Text]) -> int:
    if _WHOLE.fullmatch(text):
        return int(text)
    told[where] = Text("请填整数", "a whole number, please")
    return 0


def _texts(form: FormData, name: str) -> list[str]:
    plain = name not in {"camera_id", "camera_room", "camera_lectern"}
    return list(_cut(form.getlist(name), plain=plain))


def _cut(values: Sequence[object], *, plain: bool) -> Iterator[str]:
    for one in values:
        text = one.strip()[:_MOST_CHARS] if isinstance(one, str) else ""
        yield text.translate(_SIGNS).replace(" ", "") if plain else text


def _signed(number: float) -> str:
    return f"{number:+.6f}".rstrip("0").rstrip(".") if number else ""
