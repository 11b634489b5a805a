"""Doubts that heads in the picture are flat: a filmed screen, a print before the lens, cardboard or a photograph in a seat.

That they do not move by themselves is known from ``vision/life.py`` and counts nobody; here it is told what it looks like.
"""

from collections.abc import Sequence

from attendance.empty_seats import place_en, place_zh
from attendance.register import DoubtKind
from attendance.times import hour_en, hour_zh
from facts.counting import counted, noun
from facts.course import ClassHour
from facts.digest import EvidenceRef
from facts.headcount import people_at
from facts.sighting import Box, SampledFrame, Seat, SeatKind, View
from facts.span import local
from facts.text import Text
from facts.verdict import Doubt

_PORTRAIT = Text("墙上的画像、宣传栏或黑板报里的人像", "a portrait, a poster or a notice board in the picture")
FLAT_PICTURE = DoubtKind(
    "FLAT_PICTURE",
    30,
    (_PORTRAIT, Text("有人睡着或坐着长时间一动不动", "somebody slept, or sat without any movement for long")),
)
FILMED_SCREEN = DoubtKind(
    "FILMED_SCREEN",
    30,
    (
        Text(
            "摄像机正对着教室里的显示屏，屏上停着一张合影",
            "the camera faces a screen in the room that shows a group picture",
        ),
        Text("灯光频闪在静止的画面上留下条纹", "flickering lamps drew stripes over a picture that stands still"),
    ),
)
# Monitors, drawn and of photographs, 7.7 to 9.2; prints 2.2 at most, honest rooms 1.7.
_BANDS = 4.0
_SWAYS = 0.5
_LEAST, _FOUND = 3, 0.5


def flat_doubts(hour: ClassHour, views: Sequence[View], expected: int, rule: str = "") -> list[Doubt]:
    """At most one for each view in which fewer people count than are expected, while flat heads stand where people sit."""
    found = []
    for view in views:
        flat, living = _flat(view), [seat for seat in view.seats if seat.kind is not SeatKind.PICTURE]
        most = max((people_at(moment) for moment in view.moments), default=0)
        if view.moving_camera or most >= expected:
            continue
        if not living and len(flat) >= _LEAST:
            found.append(_of_all(hour, view, flat, rule))
        elif own := [seat for seat in flat if _among(seat, living)]:
            found.append(_of_some(hour, view, own, rule))
    return found


def _flat(view: View) -> list[Seat]:
    """Places that show a head in most looks, which never moves while it does."""
    least = max(_LEAST, _FOUND * len(view.frames))
    return [seat for seat in view.seats if seat.kind is SeatKind.PICTURE and seat.sightings >= least]


def _among(seat: Seat, living: Sequence[Seat]) -> bool:
    """Whether it stands as high in the picture as people sit: portraits hang above them."""
    middle = seat.box.y + seat.box.h / 2
    return any(other.box.y <= middle for other in living)


def _of_all(hour: ClassHour, view: View, flat: Sequence[Seat], rule: str) -> Doubt:
    bands, sways = (view.surface.bands, view.surface.swayed) if view.surface else (0.0, 0.0)
    kind = FILMED_SCREEN if bands >= _BANDS else FLAT_PICTURE
    heads = counted(len(flat), "head")
    zh = f"{hour_zh(hour)} {view.camera_id} 画面里 {len(flat)} 处人像始终没有自身动作"
    en = f"{hour_en(hour)} {view.camera_id}: {heads} in the picture, none of which moves by itself"
    if kind is FILMED_SCREEN:
        zh += f"，画面上有 {bands:g} 级明暗条纹流动：像是对着屏幕翻拍"
        en += f", and stripes of {bands:g} grey levels run over it, as over a filmed screen"
    elif sways >= _SWAYS:
        zh += f"，{sways:.0%} 的取样里整幅画面一起晃动：像是镜头前举着一张照片"
        en += f", and all of it moves at once in {sways:.0%} of the samples, as a print held before the lens does"
    else:
        zh, en = f"{zh}：像是照片或静止的画面", f"{en}, as in a print or a still"
    return _doubt(kind, hour, view, Text(zh, en), flat, rule)


def _of_some(hour: ClassHour, view: View, flat: Sequence[Seat], rule: str) -> Doubt:
    where_zh = "，".join(f"{place_zh(seat)}（{seat.sightings} 次取样）" for seat in flat[:3])
    where_en = "; ".join(f"{place_en(seat)}, found in {counted(seat.sightings, 'look')}" for seat in flat[:3])
    text = Text(
        f"{hour_zh(hour)} {view.camera_id} 座位区有 {len(flat)} 处人像始终没有自身动作：{where_zh}；像是照片或纸板人像",
        f"{hour_en(hour)} {view.camera_id}: {counted(len(flat), 'head')} among the seats never"
        f" {noun(len(flat), 'moves', 'move')} by {noun(len(flat), 'itself', 'themselves')}: {where_en}; as photographs or"
        " cardboard do",
    )
    return _doubt(FLAT_PICTURE, hour, view, text, flat, rule)


def _doubt(kind: DoubtKind, hour: ClassHour, view: View, text: Text, flat: Sequence[Seat], rule: str) -> Doubt:
    evidence = tuple(
        EvidenceRef(frame.path, None, frame.at_s, f"{local(frame.at):%H:%M:%S}")
        for frame in [frame for frame in view.frames if any(_shows(frame, seat.box) for seat in flat)][:3]
    )
    return Doubt(kind.code, text, (hour.id,), (), evidence, kind.innocent, rule, kind.check_cost_s)


def _shows(frame: SampledFrame, box: Box) -> bool:
    middles = ((head.box.x + head.box.w / 2, head.box.y + head.box.h / 2) for head in frame.sightings)
    return any(box.x <= x <= box.x + box.w and box.y <= y <= box.y + box.h for x, y in middles)
