"""What time codes in the picture make of a class hour's clock, and what they make people look at."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from attendance.code_doubts import CodesSeen, code_doubts
from attendance.continuity import judge_continuity
from attendance.continuity_case import RoomFootage
from attendance.demands import ContinuityDemand
from facts.course import ClassHour
from facts.footage import Lapse, LapseKind
from facts.sighting import Box, CodeReading, View
from facts.time_code import CodeHour
from facts.verdict import Finding, Status
from tests.fixtures.hour_facts import HOUR, TEN_MINUTES, V1, at, footage, lapse, segment, span
from tests.fixtures.time_codes import payload_at

DEMAND = ContinuityDemand(V1, TEN_MINUTES)
NEXT = ClassHour("2099-04-07#2", span(50, 95), room=HOUR.room, label="第2学时")
ELSEWHERE = ClassHour("2099-04-07#3", span(0, 45), room="301教室", label="第3学时")
SLACK = timedelta(seconds=120)


def reading(
    minute: float,
    shown: datetime | None = None,
    names: ClassHour | None = HOUR,
    key: str = "k1",
    *,
    path: str = "a.mp4",
    other_room: bool = False,
) -> CodeReading:
    """The frame of this minute shows the code of that moment: by default of the very same."""
    payload = payload_at(CodeHour("", "c", names.id if names else "x"), shown or at(minute)).hex()
    return CodeReading(
        at(minute), payload, Box(0.4, 0.4, 0.1, 0.2), path, minute * 60, key, names.id if names else "", other_room
    )


def seen(*readings: CodeReading, offset_s: float = 0.0, lapses: Sequence[Lapse] = ()) -> RoomFootage:
    room = footage(segment(span(0, 45)), offset_s=offset_s, lapses=lapses)
    return replace(room, codes={"CH02": readings}, timetable=(HOUR, NEXT, ELSEWHERE))


def judged(*readings: CodeReading, demand: ContinuityDemand = DEMAND, offset_s: float = 0.0) -> Finding:
    return judge_continuity(HOUR, demand, seen(*readings, offset_s=offset_s))


def kinds(*readings: CodeReading, lapses: Sequence[Lapse] = (), keyed: bool = True) -> list[str]:
    view = View("CH02", HOUR.span, codes=readings)
    case = CodesSeen(HOUR, (HOUR, NEXT, ELSEWHERE), (view,), tuple(lapses), SLACK, "YQ-V1", keyed)
    found = code_doubts(case)
    for doubt in found:
        assert doubt.innocent
        assert doubt.evidence
        assert doubt.rule == "YQ-V1"
        assert doubt.hours == (HOUR.id,)
    return [doubt.kind for doubt in found]


def test_without_codes_nothing_is_said_of_them() -> None:
    finding = judged()
    assert (finding.status, finding.reason) == (Status.PASS, "CONTINUOUS")
    assert "亮码" not in finding.text.zh
    assert not any(name.startswith("code") for name in finding.numbers)


@pytest.mark.parametrize("ahead_s", [-100, -3, 0, 7, 100])
def test_a_fitting_code_proves_the_clock_and_measures_it(ahead_s: int) -> None:
    ahead = timedelta(seconds=ahead_s)
    finding = judged(*(reading(minute, at(minute) - ahead) for minute in (1.05, 9.1, 20.12)))
    assert finding.status is Status.PASS
    assert abs(finding.numbers["code_offset_s"] - ahead_s) <= 10
    assert finding.numbers["codes"] == 3
    assert "A12" in finding.text.zh
    assert "A12" in finding.text.en
    assert [one.at_s for one in finding.evidence if one.at_s] == [
        pytest.approx(63),
        pytest.approx(546),
        pytest.approx(20.12 * 60),
    ]


def test_a_stated_offset_that_codes_confirm_is_no_longer_open() -> None:
    assert judged(offset_s=-600).reason == "CLOCK_OFFSET"
    finding = judged(reading(1), offset_s=-600)
    assert (finding.status, finding.reason) == (Status.PASS, "CONTINUOUS")


def test_a_code_in_another_file_says_nothing_of_this_one() -> None:
    assert judged(reading(1, path="b.mp4"), offset_s=-600).reason == "CLOCK_OFFSET"


def test_several_codes_that_agree_on_another_time_leave_the_hour_open() -> None:
    """A clock that is wrong, or an old film played again: every code is off by the same."""
    finding = judged(*(reading(minute, at(minute) - timedelta(days=1)) for minute in (1, 2, 3)))
    assert (finding.status, finding.reason) == (Status.UNPROVEN, "CLOCK_OFFSET")
    assert finding.numbers["code_offset_s"] == pytest.approx(86_395, abs=10)
    assert finding.remedy is not None
    assert f"{-finding.numbers['code_offset_s']:+.0f} 秒" in finding.remedy.zh


def test_a_replayed_film_with_codes_of_another_class_leaves_the_hour_open_too() -> None:
    finding = judged(*(reading(minute, at(minute) - timedelta(days=1), None) for minute in (1, 2, 3)))
    assert finding.reason == "CLOCK_OFFSET"


def test_a_photograph_of_one_code_moves_no_verdict() -> None:
    one = at(1)
    assert judged(*(reading(minute, one) for minute in (10, 20, 30))).status is Status.PASS
    assert "亮码" not in judged(reading(10, one)).text.zh


@pytest.mark.parametrize(
    "odd",
    [reading(1, key="", names=None), reading(1, names=None), reading(1, names=ELSEWHERE), reading(1, other_room=True)],
    ids=["false signature", "another class", "another hour", "another room"],
)
def test_what_does_not_fit_proves_nothing_and_fails_nothing(odd: CodeReading) -> None:
    finding = judged(odd)
    assert finding.status is Status.PASS
    assert "codes" not in finding.numbers
    assert judged(odd, offset_s=-600).reason == "CLOCK_OFFSET"
    assert judged(odd, demand=replace(DEMAND, time_code=True)).reason == "NO_TIME_CODE"


def test_a_code_never_makes_up_for_what_was_not_recorded_or_not_live() -> None:
    short = replace(footage(segment(span(0, 9))), codes={"CH02": (reading(1),)}, timetable=(HOUR,))
    assert judge_continuity(HOUR, DEMAND, short).status is Status.FAIL
    still = seen(reading(1), lapses=[lapse(0, 45)])
    assert judge_continuity(HOUR, DEMAND, still).reason == "NOT_LIVE"


def test_a_document_that_asks_for_a_code_gets_one_or_nothing_passes() -> None:
    asked = replace(DEMAND, time_code=True)
    finding = judged(demand=asked)
    assert (finding.status, finding.reason) == (Status.UNPROVEN, "NO_TIME_CODE")
    assert finding.remedy is not None
    assert judged(reading(1), demand=asked).status is Status.PASS


def test_fitting_codes_are_no_doubt() -> None:
    assert kinds(reading(1), reading(20)) == []
    assert kinds() == []


def test_the_page_of_the_next_hour_opened_early_is_no_doubt() -> None:
    assert kinds(reading(44, names=NEXT)) == []
    assert judged(reading(44, names=NEXT)).numbers["codes"] == 1


@pytest.mark.parametrize(
    ("kind", "odd"),
    [
        ("TIME_CODE_FALSE", reading(1, key="", names=None)),
        ("TIME_CODE_OLD", reading(20, at(1))),
        ("TIME_CODE_OLD", reading(1, at(1) - timedelta(days=7), None)),
        ("TIME_CODE_OLD", reading(1, at(20))),
        ("TIME_CODE_HOUR", reading(1, names=None)),
        ("TIME_CODE_HOUR", reading(20, names=NEXT)),
        ("TIME_CODE_HOUR", reading(1, names=ELSEWHERE)),
        ("TIME_CODE_HOUR", reading(1, other_room=True)),
    ],
)
def test_each_thing_wrong_is_one_doubt(kind: str, odd: CodeReading) -> None:
    assert kinds(odd, reading(2), odd) == [kind]


def test_a_code_in_an_otherwise_still_picture_is_a_doubt() -> None:
    frozen = [lapse(0, 5), lapse(30, 40, LapseKind.COVERED)]
    assert kinds(reading(1), lapses=frozen) == ["TIME_CODE_STILL"]
    assert kinds(reading(10), reading(31), lapses=frozen) == []


def test_without_any_public_key_at_hand_no_signature_is_called_false() -> None:
    assert kinds(reading(1, key="", names=None), keyed=False) == []
