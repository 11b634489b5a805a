"""Why no document governs a class, in words."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from facts.text import Text
from policy.places import place_text
from policy.rulebook import Rulebook


class Gap(StrEnum):
    """Why no rulebook governs a class."""

    UNKNOWN_PLACE = "unknown_place"
    NOT_YET = "not_yet"
    LAPSED = "lapsed"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class NoRulebook:
    """No rulebook governs the class, with the reason and those that come nearest."""

    gap: Gap
    text: Text
    nearest: tuple[str, ...] = ()


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
