"""A camera that was moved since the day before: the room's edges lie elsewhere in its picture."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, product
from math import sqrt

from attendance.register import DoubtKind
from attendance.times import hour_en, hour_zh
from facts.backdrop import COLUMNS, ROWS
from facts.course import ClassHour
from facts.digest import EvidenceRef
from facts.footage import Segment
from facts.sighting import View
from facts.span import local_day
from facts.text import Text
from facts.verdict import Doubt

CAMERA_MOVED = DoubtKind(
    "CAMERA_MOVED",
    30,
    (
        Text("擦拭、检修或碰动摄像机后没有归位", "the camera was cleaned, repaired or knocked, and not put back"),
        Text("调整过镜头焦距或画面裁剪", "its zoom or its cropping was set anew"),
    ),
)
# The recorder's clock and name stand in the outermost rows, whatever the lens shows.
_RIM = 3
_ACROSS, _DOWN = 6, 3
# Drawn rooms on other days: .96 and more at no shift; moved by 2 % of the width .67, and .99 a cell further.
_LEAST_THERE, _LEAST_BETTER = 0.75, 0.15
_CELLS = COLUMNS * ROWS

Cells = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class BackdropShift:
    """By how much of the picture's width and height everything lies further right and down, and how surely."""

    across: float
    down: float
    here: float
    there: float


@dataclass(frozen=True, slots=True)
class _Day:
    """One camera's first and last look of one day at one room, with the hour of each."""

    day: date
    first: tuple[ClassHour, View]
    last: tuple[ClassHour, View]


def camera_moves(
    hours: Sequence[ClassHour], views: Sequence[View], segments: Sequence[Segment], rule: str = ""
) -> list[Doubt]:
    """One doubt for each day on which a camera sees its room from elsewhere than the day before."""
    found = []
    for days in _days(hours, views):
        for before, after in pairwise(days):
            if move := move_between(before.last[1].backdrop, after.first[1].backdrop):
                found.append(_doubt(before, after, move, segments, rule))
    return found


def _days(hours: Sequence[ClassHour], views: Sequence[View]) -> Iterator[list[_Day]]:
    """Per camera and room the days in order."""
    shown: dict[tuple[str, str], dict[date, list[tuple[ClassHour, View]]]] = {}
    for view in sorted(views, key=lambda view: view.span):
        hour = next((hour for hour in hours if view.span.overlaps(hour.span)), None)
        if hour and view.backdrop and not view.moving_camera:
            room = shown.setdefault((view.camera_id, hour.room), {})
            room.setdefault(local_day(view.span.start), []).append((hour, view))
    for _, days in sorted(shown.items()):
        yield [_Day(day, own[0], own[-1]) for day, own in sorted(days.items())]


def move_between(one: str, two: str) -> BackdropShift | None:
    """How two records differ, where a shift explains the second one much better than none does."""
    before, after = _cells(one), _cells(two)
    if not before or not after:
        return None
    likeness = {
        shift: _alike(before, after, *shift)
        for shift in product(range(-_ACROSS, _ACROSS + 1), range(-_DOWN, _DOWN + 1))
    }
    best, here = max(likeness, key=lambda shift: likeness[shift]), likeness[0, 0]
    if likeness[best] < _LEAST_THERE or likeness[best] - here < _LEAST_BETTER:
        return None
    return BackdropShift(best[0] / COLUMNS, best[1] / ROWS, round(here, 2), round(likeness[best], 2))


def _cells(record: str) -> Cells:
    try:
        raw = base64.b64decode(record, validate=True)
    except (ValueError, binascii.Error):
        return ()
    if 2 * len(raw) != _CELLS:
        return ()
    flat = [cell for byte in raw for cell in (byte >> 4, byte & 15)]
    return tuple(tuple(flat[row * COLUMNS : (row + 1) * COLUMNS]) for row in range(_RIM, ROWS - _RIM))


def _alike(before: Cells, after: Cells, across: int, down: int) -> float:
    """The correlation of the part that both show."""
    ones: list[int] = []
    twos: list[int] = []
    for number, row in enumerate(after):
        if 0 <= number - down < len(before):
            other = before[number - down]
            ones += other[max(0, -across) : COLUMNS - max(0, across)]
            twos += row[max(0, across) : COLUMNS + min(0, across)]
    mean_one, mean_two = sum(ones) / len(ones), sum(twos) / len(twos)
    both = sum(a * b for a, b in zip(ones, twos, strict=True)) / len(ones) - mean_one * mean_two
    spread_one = sum(a * a for a in ones) / len(ones) - mean_one**2
    spread_two = sum(b * b for b in twos) / len(twos) - mean_two**2
    return both / sqrt(spread_one * spread_two) if spread_one > 0 and spread_two > 0 else 0.0


def _doubt(before: _Day, after: _Day, move: BackdropShift, segments: Sequence[Segment], rule: str) -> Doubt:
    hour, view = after.first
    earlier, _ = before.last
    how = f"{abs(move.across):.0%} × {abs(move.down):.0%}"
    text = Text(
        f"{hour_zh(hour)} {view.camera_id} 的取景与 {hour_zh(earlier)}不同：画面整体偏移约 {how}"
        f"（按偏移对齐后相似度 {move.there:.2f}，不对齐 {move.here:.2f}）",
        f"{hour_en(hour)}: {view.camera_id} sees the room from elsewhere than at {hour_en(earlier)}: everything lies about"
        f" {how} of the picture further (agreement {move.there:.2f} moved, {move.here:.2f} as it is)",
    )
    evidence = tuple(
        ref
        for seen, note in ((view, "此后 after"), (before.last[1], "此前 before"))
        for ref in _refs(segments, seen, note)
    )
    hours = (hour.id, earlier.id)
    return Doubt(CAMERA_MOVED.code, text, hours, (), evidence, CAMERA_MOVED.innocent, rule, CAMERA_MOVED.check_cost_s)


def _refs(segments: Sequence[Segment], view: View, note: str) -> Iterator[EvidenceRef]:
    for file in segments:
        if file.camera_id == view.camera_id and file.span and view.span.start in file.span:
            yield EvidenceRef(
                file.path, file.digest, round((view.span.start - file.span.start).total_seconds(), 1), note
            )
            return
