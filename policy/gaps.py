"""Why no document governs a class, in words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from facts.errors import Fault
from facts.text import Text
from policy.places import lies_in, place_text
from policy.rulebook import Rulebook

_PLACES = re.compile(r"^\s*places\s*=\s*\[(.*?)\]", re.MULTILINE | re.DOTALL)
_QUOTED = re.compile(r"""["']([^"']+)["']""")
_DAYS = re.compile(r"^\s*(first|last)\s*=\s*(\d{4}-\d{2}-\d{2})", re.MULTILINE)


class Gap(StrEnum):
    """Why no rulebook governs a class."""

    UNKNOWN_PLACE = "unknown_place"
    NOT_YET = "not_yet"
    LAPSED = "lapsed"
    CONTESTED = "contested"
    UNUSABLE = "unusable"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class NoRulebook:
    """No rulebook governs the class, with the reason and those that come nearest."""

    gap: Gap
    text: Text
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnusableRulebook:
    """A document that is at hand and cannot be used, as far as it can be read; ``takes`` is the id whose versions end."""

    name: str
    faults: tuple[Fault, ...]
    takes: str = ""
    places: tuple[str, ...] = ()
    first: date = date.min
    last: date = date.max

    def would_hold(self, locality: str, day: date) -> bool:
        """Whether a class of that place and day might be its to judge."""
        return self.first <= day <= self.last and any(lies_in(locality, path) for path in self.places)

    def text(self) -> Text:
        """Its name and its first fault."""
        more = f" (+{len(self.faults) - 1})" if len(self.faults) > 1 else ""
        said = f"{self.faults[0]}{more}" if self.faults else ""
        return Text(f"{self.name} 不能采用：{said}", f"{self.name} cannot be used: {said}")


def unusable_text(text: str, name: str, faults: Iterable[Fault], *, takes: str = "") -> UnusableRulebook:
    """What such a text still says of its places and days, be it no TOML any more; days that it does not say are all."""
    found = _PLACES.search(text)
    places = tuple(_QUOTED.findall(found.group(1))) if found else ()
    days = {key: _day(value) for key, value in _DAYS.findall(text)}
    first, last = days.get("first") or date.min, days.get("last") or date.max
    return UnusableRulebook(name, tuple(faults), takes, places, first, last)


def unusable(broken: Sequence[UnusableRulebook]) -> NoRulebook:
    """Where such a document might govern, no other one judges in its stead."""
    zh, en = "；".join(one.text().zh for one in broken), "; ".join(one.text().en for one in broken)
    return NoRulebook(Gap.UNUSABLE, Text(zh, en), tuple(one.name for one in broken))


def unknown_place(locality: str, alike: tuple[str, ...]) -> Text:
    """No document is at hand for the place, or none is given."""
    if not place_text(locality):
        return Text(
            "没有写明地点（未写地点），不知道适用哪份政策文件", "no place is given, so that no document can be chosen"
        )
    near_zh = f"；写法最接近的是 {'、'.join(alike)}" if alike else ""
    near_en = f"; written most like it: {', '.join(alike)}" if alike else ""
    return Text(
        f"没有适用于“{locality}”的政策文件{near_zh}", f"no document is at hand for the place {locality!r}{near_en}"
    )


def unfit(named: Rulebook, locality: str, instead: Sequence[Rulebook]) -> NoRulebook:
    """The class names a document that is another place's, or that yields to one in force there."""
    of = "、".join(named.places) or "地区不详"
    zh, en = "、".join(one.id for one in instead), ", ".join(one.id for one in instead)
    text = Text(
        f"班期指定的 {named.id}（{of}）不适用于“{locality}”" + (f"；当地现行的是 {zh}" if instead else ""),
        f"{named.id} ({of}), which the class names, does not govern {locality!r}"
        + (f"; in force there: {en}" if instead else ""),
    )
    return NoRulebook(Gap.UNFIT, text, tuple(one.id for one in instead))


def ambiguous_place(locality: str, several: tuple[str, ...]) -> Text:
    """A short name that places of several cities have."""
    zh, en = "、".join(several), ", ".join(several)
    return Text(f"“{locality}”不止一处：{zh}；请写省市县全名", f"{locality!r} may be any of {en}; write the whole name")


def out_of_force(local: tuple[Rulebook, ...], day: date) -> NoRulebook:
    """The documents of the place have lapsed by that day, or have not begun."""
    lapsed = [(book.valid.last, book) for book in local if book.valid.last is not None and book.valid.last < day]
    if lapsed:
        last, book = max(lapsed, key=lambda pair: pair[0])
        text = Text(
            f"{day} 无现行文件：{book.number or book.title.zh} 已于 {last} 后失效，未见接续文件",
            f"no document in force on {day}: {book.id} lapsed after {last} and no successor is loaded",
        )
        return NoRulebook(Gap.LAPSED, text, (book.id,))
    book = min(local, key=lambda held: held.valid.first)
    first = book.valid.first
    text = Text(
        f"{day} 尚无文件：{book.number or book.title.zh} 自 {first} 起施行，此前的标准未载入",
        f"no document yet on {day}: {book.id} begins on {first} and the one before it is not loaded",
    )
    return NoRulebook(Gap.NOT_YET, text, (book.id,))


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
