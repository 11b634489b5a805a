"""``[place]`` and ``[device]`` of ``class.toml``: where the class signs in, and how many may share a phone."""

from collections.abc import Callable, Mapping
from typing import Any

from facts.checkin import Datum
from facts.class_settings import DATUMS, ClassSettings, DeviceRule, PlaceRule, setting_faults
from facts.footage import Camera

PLACE = {"latitude": float, "longitude": float, "datum": str, "radius_m": int, "coarse_m": int}
DEVICE = {"people_per_phone": int, "second_phone": bool}
_NEEDED = ("latitude", "longitude", "datum")
Tell = Callable[[str, str, str], None]


def rules_of(
    cameras: tuple[Camera, ...], place: Mapping[str, Any] | None, device: Mapping[str, Any], tell: Tell
) -> ClassSettings:
    """The settings that the file states; whatever is wrong with them is told, and nothing of the rule is used."""
    settings = ClassSettings(cameras, _place(place, tell) if place is not None else None, DeviceRule(**device))
    for fault in setting_faults(settings):
        if not fault.where.startswith("cameras"):  # the reader has told those at their own lines
            where = "[{}] {}".format(*fault.where.split(".", 1))
            tell(
                where, f"写成了 {fault.got}，应为{fault.expected.zh}", f"got {fault.got}, expected {fault.expected.en}"
            )
    return settings


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
