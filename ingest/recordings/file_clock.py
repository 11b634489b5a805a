"""File names as clocks: Hikvision, Dahua, Frigate and plain styles; an ambiguous name names no time."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum

from facts.span import SHANGHAI, Span

LONGEST = timedelta(hours=25)
_DATE = r"(?P<y>20\d\d)(?P<d>[-._]?)(?P<mo>\d\d)(?P=d)(?P<dd>\d\d)"
_TIME = r"(?P<h>\d\d)(?P<t>[-._:：]?)(?P<mi>\d\d)(?P=t)(?P<s>\d\d)"
_STAMP = re.compile(rf"(?<!\d){_DATE}[T_ -]?{_TIME}(?P<ms>[.,]?\d{{3}})?(?P<zone>Z|\+\d\d:?\d\d)?(?!\d)", re.ASCII)
_CLOCKS = re.compile(r"^(\d\d)\.(\d\d)\.(\d\d)-(\d\d)\.(\d\d)\.(\d\d)(?!\d)", re.ASCII)
_DAY = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
_FRIGATE = re.compile(r"(\d\d)\.(\d\d)\.mp4", re.IGNORECASE | re.ASCII)
_CHANNEL = re.compile(r"(?i)(?:^|[_\-. ])((?:ch|cam|camera|channel|通道|摄像机)[-_ ]?\d+)(?=$|[_\-. (\[])")
_STREAM = re.compile(r"(?i)[_\-. ]+(?:main|sub\d?|extra\d?)$")
_GENERIC = frozenset({"", "vid", "video", "rec", "record", "recording", "win", "mov", "nvr", "录像", "视频"})
_HIK_TRIGGER = re.compile(r"(?i)^_(TIMING|MANUAL|MOTION|MD|EVENT|ALARM|VCA|SMART|CMR|PIR)(?=_|\.|$)")
_DAHUA_TRIGGER = re.compile(r"\[([RMAIrmai])\]")
_LONGEST_NAME = 4096


class Style(StrEnum):
    """Whose style of naming files was recognised."""

    NONE = "none"
    PLAIN = "plain"
    DAHUA_NVR = "dahua_nvr"
    DAHUA_DEVICE = "dahua_device"
    HIKVISION_FTP = "hikvision_ftp"
    HIKVISION_WEB = "hikvision_web"
    HIKVISION_CARD = "hikvision_card"
    FRIGATE = "frigate"


class Trigger(StrEnum):
    """Why the device recorded, as far as the name says: only timed recording runs on when nobody moves."""

    UNKNOWN = "unknown"
    TIMED = "timed"
    MOTION = "motion"
    ALARM = "alarm"
    SMART = "smart"

    @property
    def is_partial(self) -> bool:
        """Whether the device stops recording by design while nothing happens."""
        return self not in {Trigger.UNKNOWN, Trigger.TIMED}


_TRIGGERS = {
    "R": Trigger.TIMED,
    "TIMING": Trigger.TIMED,
    "MANUAL": Trigger.TIMED,
    "M": Trigger.MOTION,
    "MOTION": Trigger.MOTION,
    "MD": Trigger.MOTION,
    "PIR": Trigger.MOTION,
    "A": Trigger.ALARM,
    "ALARM": Trigger.ALARM,
    "EVENT": Trigger.ALARM,
    "I": Trigger.SMART,
    "SMART": Trigger.SMART,
    "VCA": Trigger.SMART,
}


@dataclass(frozen=True, slots=True)
class NameClock:
    """What a path says about camera and time; ``start`` is missing where the name leaves any doubt."""

    camera: str = ""
    start: datetime | None = None
    end: datetime | None = None
    style: Style = Style.NONE
    trigger: Trigger = Trigger.UNKNOWN

    @property
    def claimed(self) -> Span | None:
        """The span that the name claims, where it has both ends."""
        return Span(self.start, self.end) if self.start and self.end else None


def read_name(relative_path: str) -> NameClock:
    """What the path says, folders included; it must be relative to the class folder, with either slash."""
    parts = [part for part in relative_path[-_LONGEST_NAME:].replace("\\", "/").split("/") if part not in {"", "."}]
    if not parts:
        return NameClock()
    return _frigate(parts) or _dahua_device(parts) or _stamped(parts[-1]) or _timeless(parts[-1])


def _moment(day: date, hour: int, minute: int, second: int, zone: tzinfo = SHANGHAI) -> datetime | None:
    """Dahua ends a day at second 60, which is the next minute; anything else out of range names no moment."""
    if hour > 23 or minute > 59 or second > 60:  # noqa: PLR2004 the shape of a clock
        return None
    wall = datetime.combine(day, time(hour, minute), zone) + timedelta(seconds=second)
    return wall.astimezone(UTC)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _frigate(parts: list[str]) -> NameClock | None:
    if len(parts) < 4:  # noqa: PLR2004 day, hour, camera, file
        return None
    day_text, hour, camera, name = parts[-4:]
    clock = _FRIGATE.fullmatch(name)
    if not (clock and _DAY.fullmatch(day_text) and re.fullmatch(r"\d\d", hour, re.ASCII)):
        return None
    day = _day(day_text)
    start = _moment(day, int(hour), int(clock[1]), int(clock[2]), UTC) if day and int(clock[2]) < 60 else None  # noqa: PLR2004
    return NameClock(camera, start, None, Style.FRIGATE) if start else None


def _dahua_device(parts: list[str]) -> NameClock | None:
    clocks = _CLOCKS.match(parts[-1])
    days = [(at, day) for at, part in enumerate(parts[:-1]) if _DAY.fullmatch(part) and (day := _day(part))]
    if not clocks or len(days) != 1:
        return None
    at, day = days[0]
    hours, minutes, seconds = (tuple(int(clocks[at + step]) for at in (1, 4)) for step in range(3))
    start, end = (_moment(day, *wall) for wall in zip(hours, minutes, seconds, strict=True))
    if not (start and end) or start == end:
        return None
    if end < start:  # the last file of a day ends after midnight
        end += timedelta(days=1)
    camera = "/".join(parts[:at] + parts[at + 1 : at + 2]) if at + 1 < len(parts) - 1 else "/".join(parts[:at])
    return NameClock(camera, start, end, Style.DAHUA_DEVICE, _flag(parts[-1]))


def _flag(name: str) -> Trigger:
    found = {_TRIGGERS[letter.upper()] for letter in _DAHUA_TRIGGER.findall(name)}
    return found.pop() if len(found) == 1 else Trigger.UNKNOWN


def _stamped(name: str) -> NameClock | None:
    """Names that carry full dates and times: one is the start, two are start and end, more are ambiguous."""
    stamps = list(_STAMP.finditer(name))
    if not 1 <= len(stamps) <= 2 or name.upper().startswith("PXL_"):  # noqa: PLR2004 start and end
        return None  # Pixel phones write UTC without saying so
    moments = [_stamp_moment(stamp) for stamp in stamps]
    start, end = moments[0], moments[-1] if len(moments) > 1 else None
    if start is None or (len(moments) > 1 and not (end and start < end <= start + LONGEST)):
        return None
    prefix, rest = name[: stamps[0].start()], name[stamps[-1].end() :]
    hik = _HIK_TRIGGER.match(rest) if len(stamps) == 1 and stamps[0]["ms"] else None
    trigger = _TRIGGERS.get(hik[1].upper(), Trigger.UNKNOWN) if hik else _flag(rest)
    return NameClock(_camera(prefix, rest), start, end, _style(prefix, hik=bool(hik), paired=bool(end)), trigger)


def _stamp_moment(stamp: re.Match[str]) -> datetime | None:
    day = _day(f"{stamp['y']}-{stamp['mo']}-{stamp['dd']}")
    zone = _zone(stamp["zone"])
    if not (day and zone):
        return None
    moment = _moment(day, int(stamp["h"]), int(stamp["mi"]), int(stamp["s"]), zone)
    fraction = int(stamp["ms"].lstrip(".,")) if stamp["ms"] else 0
    return moment + timedelta(milliseconds=fraction) if moment else None


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return SHANGHAI
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone(timedelta(hours=hours, minutes=minutes)) if hours < 15 and minutes < 60 else None  # noqa: PLR2004


def _style(prefix: str, *, hik: bool, paired: bool) -> Style:
    if hik:
        return Style.HIKVISION_FTP
    return Style.DAHUA_NVR if paired and _STREAM.search(prefix.rstrip("_-. ")) else Style.PLAIN


def _camera(prefix: str, rest: str) -> str:
    name = _STREAM.sub("", prefix.strip("_-. ["))
    if name.casefold() not in _GENERIC:
        return name
    channel = _CHANNEL.search(rest)
    return channel[1] if channel else ""


def _timeless(name: str) -> NameClock:
    """Names of a known style that carry no time; the channel may still be in them."""
    if web := re.match(r"(?i)(ch\d+)_\d{17}\.\w+$", name, re.ASCII):
        return NameClock(web[1], style=Style.HIKVISION_WEB)
    if re.match(r"(?i)hiv\d{5}\.mp4$", name, re.ASCII):
        return NameClock(style=Style.HIKVISION_CARD)
    return NameClock()
