"""Doubts that time codes in the picture raise: of another hour, of another time, with a false signature, in a still picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from attendance.register import DoubtKind
from attendance.time_code import CodeCase, beyond, shown_at
from attendance.times import hour_en, hour_zh, length_en, length_zh
from facts.counting import counted
from facts.course import ClassHour
from facts.digest import EvidenceRef
from facts.footage import Lapse, LapseKind
from facts.sighting import CodeReading, View
from facts.span import local
from facts.text import Text
from facts.verdict import Doubt

TIME_CODE_FALSE = DoubtKind(
    "TIME_CODE_FALSE",
    60,
    (
        Text(
            "亮码来自另一套学时证系统，或本系统换过密钥，手头没有旧公钥",
            "the code is of another installation, or of an earlier key that is not at hand",
        ),
        Text("画面模糊造成误读，又恰好通过了纠错（极少见）", "a blurred picture was misread (very rare)"),
    ),
)
TIME_CODE_OLD = DoubtKind(
    "TIME_CODE_OLD",
    60,
    (
        Text(
            "摄像机时钟不准：请在班期设置写明偏差",
            "the camera's clock is wrong: state its offset in the class's settings",
        ),
        Text(
            "有人举着亮码的照片，或投影停在旧画面上",
            "somebody held up a photograph of a code, or the projector stood still",
        ),
        Text("导出的录像选错了日期", "the export is of another day"),
    ),
)
TIME_CODE_HOUR = DoubtKind(
    "TIME_CODE_HOUR",
    60,
    (
        Text("教师没有切换到本学时的亮码页", "the teacher left the page of another class hour open"),
        Text(
            "两个班同用一间教室，或课表临时调换",
            "two classes shared the room, or the timetable was changed at short notice",
        ),
        Text("录像放错了班期", "the recording was put into the wrong class"),
    ),
)
TIME_CODE_STILL = DoubtKind(
    "TIME_CODE_STILL",
    30,
    (
        Text("空教室里只开着投影，没有人走动", "an empty room with the projector on and nobody moving"),
        Text("摄像机画面卡住而叠加层仍在更新", "the camera froze while an overlay of it went on"),
    ),
)
_MOST_FRAMES = 3


@dataclass(frozen=True, slots=True)
class CodesSeen:
    """The codes of one class hour, with what there is to hold them against; ``rule`` is the one that doubts cite.

    ``keyed`` says whether any public key was at hand: without one nothing is known of a signature.
    """

    hour: ClassHour
    hours: tuple[ClassHour, ...]
    views: tuple[View, ...]
    lapses: tuple[Lapse, ...]
    slack: timedelta
    rule: str = ""
    keyed: bool = True


def code_doubts(seen: CodesSeen) -> list[Doubt]:
    """At most one doubt of each kind for the hour."""
    every = tuple(one for view in seen.views for one in view.codes)
    case = CodeCase(seen.hour, seen.hours, every, seen.slack)
    false = [one for one in every if not one.key] if seen.keyed else []
    old = [one for one in every if one.key and beyond(one, seen.slack)]
    other = [one for one in every if one.key and one not in old and not case.fits(one)]
    still = list(_in_stillness(seen))
    found = [
        _doubt(seen, TIME_CODE_FALSE, false, _false(seen, false)) if false else None,
        _doubt(seen, TIME_CODE_OLD, old, _old(seen, old)) if old else None,
        _doubt(seen, TIME_CODE_HOUR, other, _other(seen, other)) if other else None,
        _doubt(seen, TIME_CODE_STILL, still, _still(seen, still)) if still else None,
    ]
    return [one for one in found if one]


def _in_stillness(seen: CodesSeen) -> Iterator[CodeReading]:
    for view in seen.views:
        frozen = [one.span for one in seen.lapses if one.kind is LapseKind.FROZEN and one.camera_id == view.camera_id]
        yield from (one for one in view.codes if any(one.at in span for span in frozen))


def _doubt(seen: CodesSeen, kind: DoubtKind, readings: Sequence[CodeReading], text: Text) -> Doubt:
    frames = tuple(EvidenceRef(one.path, None, one.at_s, _times(one)) for one in readings[:_MOST_FRAMES])
    return Doubt(kind.code, text, (seen.hour.id,), (), frames, kind.innocent, seen.rule, kind.check_cost_s)


def _times(reading: CodeReading) -> str:
    shown = shown_at(reading)
    return f"{local(shown):%Y-%m-%d %H:%M:%S}" if shown else ""


def _false(seen: CodesSeen, readings: Sequence[CodeReading]) -> Text:
    return Text(
        f"{hour_zh(seen.hour)}：画面中 {len(readings)} 次读到签名不符的亮码，不作为时钟依据",
        f"{hour_en(seen.hour)}: a time code whose signature no known key made was read {counted(len(readings), 'time')}; it proves no clock",
    )


def _old(seen: CodesSeen, readings: Sequence[CodeReading]) -> Text:
    first = readings[0]
    shown = shown_at(first) or first.at
    off = abs(first.at - shown)
    return Text(
        f"{hour_zh(seen.hour)}：录像 {local(first.at):%H:%M:%S} 的画面里是 {_times(first)} 的亮码，相差 {length_zh(off)}",
        f"{hour_en(seen.hour)}: the picture of {local(first.at):%H:%M:%S} shows the time code of {_times(first)}, {length_en(off)} apart",
    )


def _other(seen: CodesSeen, readings: Sequence[CodeReading]) -> Text:
    first = readings[0]
    named = next((one for one in seen.hours if one.id == first.hour_id), None)
    zh = hour_zh(named) if named else ("本班别的日子的学时" if first.hour_id else "别的班")
    en = hour_en(named) if named else ("a class hour of another day" if first.hour_id else "another class")
    if first.other_room:
        zh, en = f"{zh}另一间教室", f"another room, for {en}"
    return Text(
        f"{hour_zh(seen.hour)}：画面中读到的亮码属于{zh}",
        f"{hour_en(seen.hour)}: the time code in the picture is of {en}",
    )


def _still(seen: CodesSeen, readings: Sequence[CodeReading]) -> Text:
    return Text(
        f"{hour_zh(seen.hour)}：{local(readings[0].at):%H:%M:%S} 起画面除亮码外静止不动，亮码不能说明有人上课",
        f"{hour_en(seen.hour)}: from {local(readings[0].at):%H:%M:%S} nothing but the time code changes in the picture",
    )


def code_limit(keys: Sequence[str]) -> Text:
    """What time codes do not show, or that nothing at hand can check them."""
    if not keys:
        return Text(
            "画面中有亮码，但没有核验公钥，未作判断；请向出具亮码的系统索取 timecode.pem，放入班期文件夹",
            "there are time codes in the picture and no public key to check them: take timecode.pem from the service that showed"
            " them, put it into the class folder and verify again",
        )
    return Text(
        "亮码只证明画面不早于码上的时刻；是否事后翻拍旧码，亮码本身不能排除，须对照存证日志和录像上传时间",
        "a time code shows that the picture is no earlier than the code; that an old one was filmed later only the log and the"
        " time of the upload can rule out",
    )
