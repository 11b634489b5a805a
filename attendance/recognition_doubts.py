"""Doubts that faces raise: one person in two seats or two classes, other people than the day before; never a verdict."""

from collections.abc import Iterator, Sequence

from attendance.register import DoubtKind
from attendance.times import clock, hour_en, hour_zh
from facts.counting import counted, noun
from facts.course import ClassHour
from facts.recognition import FaceLink, FaceLinkKind, Recognition
from facts.span import local
from facts.text import Text
from facts.verdict import Doubt

_WRONG = Text(
    "两人长得像，或画面不清，被误认为一人（双胞胎、戴口罩、逆光时更常见）",
    "two people look alike, or the picture is poor (twins, masks, light from behind)",
)
FACE_TWO_SEATS = DoubtKind(
    FaceLinkKind.TWO_SEATS.value,
    120,
    (
        Text("学员在课中换过座位", "somebody changed seats during the hour"),
        Text("教师或巡查人员先后站在几个座位旁", "a teacher or a visitor stood at several seats"),
        _WRONG,
    ),
)
FACE_TWO_CLASSES = DoubtKind(
    FaceLinkKind.TWO_CLASSES.value,
    300,
    (
        Text("两个班合班上课，或摄像机同拍两间", "two classes were taught together, or one camera sees both rooms"),
        Text("教师或工作人员走动于两班之间", "a teacher or a member of staff went from one to the other"),
        Text("录像的时钟不准，其实不同时", "a camera's clock is wrong and they were not at once"),
        _WRONG,
    ),
)
FACES_CHANGED = DoubtKind(
    FaceLinkKind.CHANGED.value,
    300,
    (
        Text("摄像机或座位挪动，前一天背对镜头的人今天面对镜头", "seats or camera were moved: others face it today"),
        Text("按课表分组轮流上课", "groups take turns by the timetable"),
        Text("两天的光线、口罩、帽子不同，同一人认不出", "light, masks or caps differ and nobody is known again"),
    ),
)
_KINDS = {kind.code: kind for kind in (FACE_TWO_SEATS, FACE_TWO_CLASSES, FACES_CHANGED)}


def recognition_doubts(found: Recognition | None, hours: Sequence[ClassHour], rule: str) -> tuple[Doubt, ...]:
    """A doubt for each link of an hour at hand, with the model's name in it."""
    return tuple(_doubts(found, {hour.id: hour for hour in hours}, rule)) if found else ()


def _doubts(found: Recognition, hours: dict[str, ClassHour], rule: str) -> Iterator[Doubt]:
    for link in found.links:
        if hour := hours.get(link.hour_id):
            kind, concerned = _KINDS[link.kind.value], (link.hour_id,)
            told = _text(link, hour, found.model.name)
            source = f"{link.there_hour} {link.class_id or ''}".strip()
            yield Doubt(kind.code, told, concerned, (), (), kind.innocent, rule, kind.check_cost_s, source)


def _text(link: FaceLink, hour: ClassHour, model: str) -> Text:
    seats, by = (
        "、".join(link.seats),
        Text(f"（{model} 比对，请人工核对）", f" (compared by {model}; a person must look)"),
    )
    if link.kind is FaceLinkKind.TWO_SEATS:
        return Text(
            f"{hour_zh(hour)}：{seats} 的人脸像是同一人{by.zh}",
            f"{hour_en(hour)}: the faces at {', '.join(link.seats)} look like one person's{by.en}",
        )
    there = link.there
    when = f"{local(there.start):%m-%d} {clock(there)}" if there else ""
    if link.kind is FaceLinkKind.TWO_CLASSES:
        return Text(
            f"{hour_zh(hour)}：{seats} 的人脸同时像是在班期 {link.class_code}（{when}）里{by.zh}",
            f"{hour_en(hour)}: the faces at {', '.join(link.seats)} look like people of class {link.class_code} at the"
            f" same time ({when}){by.en}",
        )
    return Text(
        f"{hour_zh(hour)}起：当天能比对的 {link.of} 人中，{link.count} 人与前一教学日（{when}）的任何人都不像{by.zh}",
        f"from {hour_en(hour)} on: {link.count} of {counted(link.of, 'person')} who could be compared {noun(link.count, 'looks', 'look')} like nobody of the class"
        f" day before ({when}){by.en}",
    )
