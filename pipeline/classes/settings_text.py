"""A class's settings in words: what a report assumes because of them, and what a change of them changed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from facts.check_in import Datum
from facts.class_settings import ONE_PHONE_EACH, ClassSettings, DeviceRule, PlaceRule
from facts.counting import counted
from facts.footage import Camera, ClockSource, Segment
from facts.report import InputFile
from facts.span import local
from facts.text import Text
from facts.verdict import Assumption

Named = TypeVar("Named")
DATUM_NAMES = {Datum.GCJ02: "GCJ-02", Datum.WGS84: "WGS-84", Datum.BD09: "BD-09", Datum.UNKNOWN: "?"}


def assumed(
    settings: ClassSettings, segments: Sequence[Segment] = (), files: Sequence[InputFile] = ()
) -> tuple[Assumption, ...]:
    """What the institution declared and nothing else shows; a report says so beside the readings of the rule."""
    stated = segments if settings.recordings else ()
    return (*_assumed(settings), *_of_material(stated, files), *_settled(settings))


def _of_material(segments: Sequence[Segment], files: Sequence[InputFile]) -> Iterator[Assumption]:
    """Only what was used: a stated time that the recording itself contradicts is told at the file."""
    stated = [(one.path, one.span.start) for one in segments if one.clock_source is ClockSource.MANIFEST and one.span]
    if stated:
        text = Text(
            "这些录像自己没有时间，起点按机构填报的北京时间",
            "these recordings tell no time themselves; each begins when the institution says, in Chinese time",
        )
        yield Assumption("S4", text, "、".join(f"{path} {local(at):%Y-%m-%d %H:%M:%S}" for path, at in stated))
    if left := [one for one in files if one.aside]:
        text = Text(
            "机构声明不再采用的名单：没有作为依据，文件仍列在材料里并照常留存",
            "set aside by the institution: these lists were read for nothing; the files stay among the inputs and are kept",
        )
        if any(one.role == "recording" for one in left):
            text = Text(
                "机构声明不再采用的名单和打不开的录像：没有作为依据，文件仍列在材料里并照常留存",
                "set aside by the institution: these lists and unreadable recordings were read for nothing; the files stay"
                " among the inputs and are kept",
            )
        yield Assumption("S5", text, "、".join(f"{one.path}（{one.aside}）" for one in left))


def _assumed(settings: ClassSettings) -> Iterator[Assumption]:
    if moved := [camera for camera in settings.cameras if camera.clock_offset_s]:
        text = Text("摄像机时钟按机构填报的秒数校正", "cameras' clocks are corrected as the institution declared")
        yield Assumption("S1", text, "、".join(f"{one.id} {one.clock_offset_s:+g} s" for one in moved))
    if told := [camera for camera in settings.cameras if camera.lectern]:
        text = Text(
            "教师所站之处按机构填报：讲台区内的人不计入；none 表示教师不在画面内",
            "where teachers stand is the institution's word: people in the lectern zone are not counted; none says that"
            " no teacher is in the picture",
        )
        yield Assumption("S7", text, "、".join(f"{one.id} {one.lectern}" for one in told))
    if settings.place:
        text = Text(
            "打卡地点按机构设置；在地点之外的打卡列为疑点，没有定位或误差过大的不作判断",
            "the class's place is as the institution set it; a sign-in outside it is a doubt, one without a position or"
            " with too large an error is not judged",
        )
        yield Assumption("S2", text, _figures(settings.place))
    if settings.device != ONE_PHONE_EACH:
        yield Assumption("S3", _device(settings.device))


def _settled(settings: ClassSettings) -> Iterator[Assumption]:
    if settings.settled:
        text = Text(
            "class.toml 声明：下列重放疑点由两人看过两边，认为已说明；程序没有核实他们是谁",
            "class.toml states that two people saw both sides of these doubts about footage and hold them explained; who they"
            " are was not checked",
        )
        said = [f"{one.kind} {one.source[:12]} {one.by}、{one.second}：{one.reason}" for one in settings.settled]
        yield Assumption("S8", text, "；".join(said))


def changes(before: ClassSettings, after: ClassSettings) -> tuple[Text, ...]:
    """What is other than it was, line by line."""
    lines = list(_cameras_changed(before, after))
    if before.place != after.place:
        old, new = _place(before.place), _place(after.place)
        lines.append(Text(f"打卡地点：{old.zh} → {new.zh}", f"place: {old.en} → {new.en}"))
    if before.device != after.device:
        lines.append(_device(after.device))
    return (*lines, *_material_changed(before, after))


def _material_changed(before: ClassSettings, after: ClassSettings) -> Iterator[Text]:
    for name, was, now in _differing(*({each.file: each for each in one.recordings} for one in (before, after))):
        old, new = (
            (f"{local(one.start):%Y-%m-%d %H:%M:%S} {one.camera}".strip() if one else "–") for one in (was, now)
        )
        yield Text(f"录像时间 {name}：{old} → {new}", f"start of {name}: {old} → {new}")
    for name, left, leaves in _differing(*({each.file: each for each in one.aside} for one in (before, after))):
        if leaves:
            yield Text(f"不再采用 {name}：{leaves.reason}", f"set aside {name}: {leaves.reason}")
        elif left:
            yield Text(f"恢复采用 {name}", f"taken back into use: {name}")


def _differing(old: Mapping[str, Named], new: Mapping[str, Named]) -> Iterator[tuple[str, Named | None, Named | None]]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)


def _cameras_changed(before: ClassSettings, after: ClassSettings) -> Iterator[Text]:
    old, new = ({camera.id: camera for camera in one.cameras} for one in (before, after))
    for name in [*old, *(name for name in new if name not in old)]:
        was, now = _camera(old.get(name)), _camera(new.get(name))
        if was != now:
            yield Text(f"摄像机 {name}：{was.zh} → {now.zh}", f"camera {name}: {was.en} → {now.en}")


def _camera(one: Camera | None) -> Text:
    if one is None:
        return Text("未设", "not set")
    clock = Text("", "")
    if one.clock_offset_s:
        clock = Text(f"，时钟 {one.clock_offset_s:+g} 秒", f", clock {one.clock_offset_s:+g} s")
    place = Text("", "")
    if one.teacher_unseen:
        place = Text("，教师不在画面内", ", no teacher in its picture")
    elif one.lectern:
        place = Text(f"，讲台区 {one.lectern}", f", lectern {one.lectern}")
    return Text((one.room or "教室未写") + clock.zh + place.zh, (one.room or "no room") + clock.en + place.en)


def _place(rule: PlaceRule | None) -> Text:
    if rule is None:
        return Text("未设", "not set")
    point = f"{_degrees(rule)} {DATUM_NAMES[rule.datum]}"
    return Text(
        f"{point}，半径 {rule.radius_m} 米，误差超过 {rule.coarse_m} 米不作数",
        f"{point}, radius {rule.radius_m} m, errors beyond {rule.coarse_m} m say nothing",
    )


def _figures(rule: PlaceRule) -> str:
    return f"{_degrees(rule)} {DATUM_NAMES[rule.datum]}, ≤ {rule.radius_m} m"


def _degrees(rule: PlaceRule) -> str:
    return f"{rule.latitude:.6f}, {rule.longitude:.6f}"


def _device(rule: DeviceRule) -> Text:
    zh = f"一部手机每学时 {rule.people_per_phone} 人以内不列疑点" + ("；换手机列为疑点" if rule.second_phone else "")
    en = f"up to {counted(rule.people_per_phone, 'person')} on one phone in a class hour are no doubt"
    return Text(zh, en + ("; another phone of the same person is one" if rule.second_phone else ""))
