"""Coordinates with the datum they are in: mixing datums errs by hundreds of metres."""

import re

from facts.check_in import Datum, Place
from ingest.tables.cells import SheetRow
from ingest.tables.fault import Faults
from ingest.tables.sheet_layout import SheetLayout

_NUMBER = re.compile(r"-?\d{1,3}\.\d+|-?\d{1,3}(?![\d.])", re.ASCII)
_NAMED = {
    Datum.WGS84: ("wgs", "gps"),
    Datum.GCJ02: ("gcj", "高德", "腾讯", "火星", "国测"),
    Datum.BD09: ("bd09", "bd-09", "百度"),
}
_MOST_LATITUDE = 90.0
_MOST_LONGITUDE = 180.0
# DingTalk locates through AMap and WeCom through Tencent's map: both give GCJ-02.
_OF_SOURCE = {"dingtalk": Datum.GCJ02, "wecom": Datum.GCJ02}


def datum_of(layout: SheetLayout, source: str) -> Datum:
    """The datum that the coordinate headers name, else the one that the product is known to give."""
    columns = [column for name in ("coordinates", "longitude", "latitude") for column in layout.columns.get(name, ())]
    words = " ".join(layout.headers.get(column, "") for column in columns).lower()
    for datum, names in _NAMED.items():
        if any(name in words for name in names):
            return datum
    return _OF_SOURCE.get(source, Datum.UNKNOWN)


def place_of(layout: SheetLayout, row: SheetRow, datum: Datum, faults: Faults) -> Place:
    """Where the phone said it was, digits as written; impossible coordinates leave a fault and are not used."""
    address = layout.cell(row, "place").plain
    pair = _pair(layout, row)
    if pair is None:
        return Place(address=address)
    latitude, longitude = pair
    if not _possible(latitude, longitude):
        name = "coordinates" if layout.cell(row, "coordinates") else "latitude"
        faults.fault(
            layout.place(row, name),
            "经纬度不在中国附近或为 0，未用；请检查导出",
            "the coordinates are zero or nowhere near China and were not used; check the export",
        )
        return Place(address=address)
    return Place(address, latitude, longitude, datum, _accuracy(layout, row))


def _pair(layout: SheetLayout, row: SheetRow) -> tuple[str, str] | None:
    latitude, longitude = layout.cell(row, "latitude").plain, layout.cell(row, "longitude").plain
    if latitude and longitude:
        return latitude, longitude
    numbers: list[str] = _NUMBER.findall(layout.cell(row, "coordinates").plain)
    if len(numbers) != 2:  # noqa: PLR2004 - a pair
        return None
    small, large = sorted(numbers, key=float)
    return small, large


def _possible(latitude: str, longitude: str) -> bool:
    """Within the bounds of China with a margin; north is always the smaller number there."""
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return False
    return 0 < north < _MOST_LATITUDE and 0 < east < _MOST_LONGITUDE and 3 <= north <= 54 and 73 <= east <= 136  # noqa: PLR2004 - China


def _accuracy(layout: SheetLayout, row: SheetRow) -> float | None:
    match = _NUMBER.search(layout.cell(row, "accuracy").plain)
    return float(match.group()) if match and float(match.group()) >= 0 else None
