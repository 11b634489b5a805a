"""A class's settings in words: what a report assumes because of them, and what a change of them changed."""

from collections.abc import Iterator

from facts.checkin import Datum
from facts.class_settings import ONE_PHONE_EACH, ClassSettings, DeviceRule, PlaceRule
from facts.footage import Camera
from facts.text import Text
from facts.verdict import Assumption

DATUM_NAMES = {Datum.GCJ02: "GCJ-02", Datum.WGS84: "WGS-84", Datum.BD09: "BD-09", Datum.UNKNOWN: "?"}


def assumed(settings: ClassSettings) -> tuple[Assumption, ...]:
    """What the institution declared and nothing else shows; a report says so beside the readings of the rule."""
    return tuple(_assumed(settings))


def _assumed(settings: ClassSettings) -> Iterator[Assumption]:
    if moved := [camera for camera in settings.cameras if camera.clock_offset_s]:
        text = Text("摄像机时钟按机构申报的秒数校正", "cameras' clocks are corrected as the institution declared")
        yield Assumption("S1", text, "、".join(f"{one.id} {one.clock_offset_s:+g} s" for one in moved))
    if settings.place:
        text = Text(
            "签到地点按机构设置；在地点之外的签到列为疑点，没有定位或误差过大的不作判断",
            "the class's place is as the institution set it; a sign-in outside it is a doubt, one without a position or"
            " with too large an error is not judged",
        )
        yield Assumption("S2", text, _figures(settings.place))
    if settings.device != ONE_PHONE_EACH:
        yield Assumption("S3", _device(settings.device))


def changes(before: ClassSettings, after: ClassSettings) -> tuple[Text, ...]:
    """What is other than it was, line by line."""
    lines = list(_cameras_changed(before, after))
    if before.place != after.place:
        old, new = _place(before.place), _place(after.place)
        lines.append(Text(f"签到地点：{old.zh} → {new.zh}", f"place: {old.en} → {new.en}"))
    if before.device != after.device:
        lines.append(_device(after.device))
    return tuple(lines)


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
    return Text((one.room or "教室未写") + clock.zh, (one.room or "no room") + clock.en)


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
    en = f"up to {rule.people_per_phone} people on one phone in a class hour are no doubt"
    return Text(zh, en + ("; another phone of the same person is one" if rule.second_phone else ""))
