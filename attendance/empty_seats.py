"""Which seats of the picture stood empty in a window, in words; for the reader, never for the count."""

from datetime import timedelta

from attendance.times import clocks
from facts.headcount import occupied
from facts.sighting import Seat, SeatKind, View
from facts.span import Span, minus, total
from facts.text import Text

_NOTICEABLE = timedelta(minutes=1)


def empty_seats(view: View, where: Span) -> Text:
    """The end of a sentence about the view: how many seats were empty at times, where the first three are, and when."""
    empty = [(seat, gaps) for seat in _people(view) if (gaps := _absences(seat, where))]
    if not empty:
        return Text("", "")
    named = [f"{place_zh(seat)} {clocks(gaps, most=2)}" for seat, gaps in empty[:3]]
    named_en = [f"{place_en(seat)} {clocks(gaps, most=2, joiner=', ')}" for seat, gaps in empty[:3]]
    return Text(
        f"；{len(empty)} 个座位曾无人：{'，'.join(named)}",
        f"; {len(empty)} seat(s) empty at times: {'; '.join(named_en)}",
    )


def _people(view: View) -> list[Seat]:
    return [seat for seat in view.seats if seat.kind is SeatKind.PERSON]


def _absences(seat: Seat, where: Span) -> list[Span]:
    return [gap for gap in minus(where, occupied(seat)) if total([gap]) >= _NOTICEABLE]


def place_zh(seat: Seat) -> str:
    """Which seat, and in which ninth of the picture."""
    return f"画面{'左中右'[_third(seat.box.x + seat.box.w / 2)]}{'上中下'[_third(seat.box.y + seat.box.h / 2)]}方座位{seat.id}"


def place_en(seat: Seat) -> str:
    """The same in English."""
    across = ("left", "middle", "right")[_third(seat.box.x + seat.box.w / 2)]
    return f"seat {seat.id} ({('top', 'centre', 'bottom')[_third(seat.box.y + seat.box.h / 2)]} {across})"


def _third(share: float) -> int:
    return min(max(int(share * 3), 0), 2)
