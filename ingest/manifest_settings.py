"""``[place]``, ``[device]``, ``[[aside]]`` and ``[[settled]]`` of ``class.toml``: what a class is set to by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from facts.check_in import Datum
from facts.class_settings import DATUMS, ClassSettings, DeviceRule, PlaceRule, setting_faults
from facts.footage import Camera
from facts.statements import ListSetAside, SettingFault, SettledDoubt, StatedStart

PLACE = {"latitude": float, "longitude": float, "datum": str, "radius_m": int, "coarse_m": int}
DEVICE = {"people_per_phone": int, "second_phone": bool}
ASIDE = {"file": str, "reason": str}
SETTLED = {"kind": str, "source": str, "by": str, "second": str, "reason": str}
_NEEDED = ("latitude", "longitude", "datum")
Tell = Callable[[str, str, str], None]


@dataclass(frozen=True, slots=True)
class StatedSettings:
    """The lines about the class's settings, read and not yet judged."""

    cameras: tuple[Camera, ...] = ()
    place: Mapping[str, Any] | None = None
    device: Mapping[str, Any] = field(default_factory=dict)
    recordings: tuple[StatedStart, ...] = ()
    aside: tuple[ListSetAside, ...] = ()
    settled: tuple[SettledDoubt, ...] = ()


def settings_of(stated: StatedSettings, tell: Tell) -> ClassSettings:
    """The settings that the file states; a fault for everything wrong with them, and a faulty place rule is not used."""
    place = _place(stated.place, tell) if stated.place is not None else None
    device = DeviceRule(**stated.device)
    settings = ClassSettings(stated.cameras, place, device, stated.recordings, stated.aside, stated.settled)
    for fault in setting_faults(settings):
        if where := _where(fault, settings):
            tell(
                where, f"写成了 {fault.got}，应为{fault.expected.zh}", f"got {fault.got}, expected {fault.expected.en}"
            )
    return settings


def _where(fault: SettingFault, settings: ClassSettings) -> str:
    """The line that the fault is about; empty where the reader has already reported it at its own line."""
    part, _, rest = fault.where.partition(".")
    index, _, field_name = rest.rpartition(".")
    if part in {"aside", "settled"}:
        return f"[[{part}]] 第{int(index) + 1}个 {field_name}" if index else f"[[{part}]]"
    if part == "recordings":
        return f"[[recording]] {settings.recordings[int(index)].file} start" if field_name == "start" else ""
    return "" if part == "cameras" else f"[{part}] {rest}"


def _place(read: Mapping[str, Any], tell: Tell) -> PlaceRule | None:
    for name in _NEEDED:
        if name not in read:
            tell(f"[place] {name}", "没有写；三项 latitude、longitude、datum 缺一不可", "is missing")
    named = {datum.value: datum for datum in DATUMS}
    if "datum" in read and read["datum"] not in named:
        known = "、".join(named)
        tell("[place] datum", f"写成了 {read['datum'][:40]!r}，应为 {known}", f"expected one of {', '.join(named)}")
    if not all(name in read for name in _NEEDED) or read["datum"] not in named:
        return None
    numbers = {"latitude": float(read["latitude"]), "longitude": float(read["longitude"])}
    return PlaceRule(**{**read, **numbers, "datum": Datum(read["datum"])})
