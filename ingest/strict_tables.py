from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from ingest.tables.fault import Faults

_WORDS = {
    str: ("文字（加引号）", "text in quotes"),
    bool: ("true 或 false", "true or false"),
    float: ("数字（不加引号）", "a number without quotes"),
    int: ("整数（不加引号）", "a whole number without quotes"),
    datetime: (
        "时间（不加引号），如 2025-04-07T08:30:00+08:00",
        "a time without quotes such as 2025-04-07T08:30:00+08:00",
    ),
}


class StrictTables:
    """Reads TOML tables, with a fault for every unknown key and every value of a wrong type."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.faults = Faults()

    def tell(self, place: str, zh: str, en: str) -> None:
        """A fault at this place of the file."""
        self.faults.fault(f"{self.where} {place}".strip(), zh, en)

    def unknown(self, body: Mapping[str, object], known: tuple[str, ...], place: str) -> None:
        """A fault for each unknown key, with the known one that may be meant."""
        for key in body:
            if key not in known:
                close = get_close_matches(key, known, 1, 0.5)
                hint_zh = f"，是否想写 {close[0]}？" if close else f"；可用：{'、'.join(known)}"
                hint_en = f"; did you mean {close[0]}?" if close else f"; known are {', '.join(known)}"
                self.tell(place, f"不认识“{key[:40]}”{hint_zh}", f"unknown {key[:40]!r}{hint_en}")

    def table(self, body: object, known: Mapping[str, type], place: str) -> dict[str, Any]:
        """The known keys of a table whose values are of the right type."""
        if not isinstance(body, dict):
            self.tell(place, "应为一节（如 [class]）", "expected a table such as [class]")
            return {}
        self.unknown(body, tuple(known), place)
        read: dict[str, Any] = {}
        for key, value in body.items():
            if key in known and self.fits(value, known[key], f"{place} {key}"):
                read[key] = value.strip() if isinstance(value, str) and key != "file" else value
        return read

    def fits(self, value: object, kind: type, place: str) -> bool:
        """Whether the value is of this type; a fault where it is not."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number if kind is float else isinstance(value, kind) and (kind is not int or number):
            return True
        zh, en = _WORDS[kind]
        self.tell(place, f"写成了 {str(value)[:40]!r}，应为{zh}", f"got {str(value)[:40]!r}, expected {en}")
        return False

    def tables(self, body: Mapping[str, Any], name: str, known: Mapping[str, type]) -> list[tuple[str, dict[str, Any]]]:
        """The tables under one name in double brackets, each with its place."""
        listed = body.get(name, [])
        if not isinstance(listed, list):
            self.tell(f"[{name}]", f"应写成 [[{name}]]（两层方括号）", f"write it as [[{name}]], in double brackets")
            return []
        places = [f"[[{name}]] 第{index}个" for index in range(1, len(listed) + 1)]
        return [(place, self.table(each, known, place)) for place, each in zip(places, listed, strict=True)]
