from collections.abc import Sequence

from attendance.doubts import doubts
from attendance.hour import judge_hour
from attendance.register import Register
from attendance.roster import join, turnouts
from facts.check_in import CheckIn
from facts.course import ClassHour
from facts.verdict import Doubt
from tests.fixtures.hour_facts import DEMANDS, HOUR, checkin, facts, footage, full_seats, segment, span, trainees, view

CLASS = trainees(8)
ELSEWHERE = ClassHour("other", span(20, 65), room="305教室", label="第1学时")


def found(
    checkins: Sequence[CheckIn], hours: Sequence[ClassHour] = (HOUR,), seen: int | None = None
) -> dict[str, Doubt]:
    joined = join(CLASS, checkins)
    register = Register(tuple(hours), CLASS, joined, turnouts(hours, CLASS, joined), "YQ-V4")
    verdicts = []
    if seen is not None:
        case = facts(footage(segment(span(0, 45))), len(CLASS), view(*full_seats(seen)))
        verdicts = [judge_hour(case, DEMANDS)]
    return {doubt.kind: doubt for doubt in doubts(register, verdicts)}


def everybody(step: float = 1.1) -> list[CheckIn]:
    return [
        checkin(one, -20 + step * index * (3 if index % 2 else 1), f"IMEI86001{index:04d}")
        for index, one in enumerate(CLASS)
    ]


def test_honest_sign_ins_on_own_phones_raise_nothing() -> None:
    assert found(everybody()) == {}


def test_one_phone_for_several_people_is_a_doubt_with_its_rows_and_innocent_reasons() -> None:
    signed = everybody()[:5] + [checkin(one, -2 + index * 0.1, "IMEI860019999") for index, one in enumerate(CLASS[5:])]
    doubt = found(signed)["SHARED_DEVICE"]
    assert doubt.trainees == ("t05", "t06", "t07")
    assert "3 人用同一设备打卡，前后 12 秒" in doubt.text.zh
    assert len(doubt.evidence) == 3
    assert doubt.innocent


def test_two_owners_of_the_same_model_are_no_doubt_but_three_within_seconds_are() -> None:
    model = "HUAWEI nova 9"
    owners = [checkin(one, -20 + 7 * index, model) for index, one in enumerate(CLASS[:3])]
    assert "SHARED_DEVICE" not in found(owners)
    handed_on = [checkin(one, -20 + 0.2 * index, model) for index, one in enumerate(CLASS[:3])]
    assert found(handed_on)["SHARED_DEVICE"].trainees == ("t00", "t01", "t02")


def test_a_witnessed_sign_in_on_a_borrowed_phone_is_no_doubt() -> None:
    signed = everybody()[:6] + [
        checkin(one, -2 - index, "IMEI860019999", witness="李老师") for index, one in enumerate(CLASS[6:])
    ]
    assert "SHARED_DEVICE" not in found(signed)


def test_the_same_phone_in_two_hours_by_one_person_is_no_doubt() -> None:
    second = ClassHour("2", span(55, 100), room=HOUR.room)
    again = [checkin(one, 50 + index * 2.2 % 3, f"IMEI86001{index:04d}") for index, one in enumerate(CLASS)]
    assert "SHARED_DEVICE" not in found(everybody() + again, (HOUR, second))


def test_coordinates_equal_to_the_last_digit_are_a_doubt() -> None:
    same = [
        checkin(one, -20 + 3.3 * index, f"IMEI86001{index:04d}", ("37.856971", "113.580519"))
        for index, one in enumerate(CLASS[:2])
    ]
    assert found(same)["IDENTICAL_PLACE"].trainees == ("t00", "t01")
    apart = [
        checkin(one, -20 + 3.3 * index, f"IMEI86001{index:04d}", (f"37.85697{index}", "113.5"))
        for index, one in enumerate(CLASS[:2])
    ]
    assert "IDENTICAL_PLACE" not in found(apart)


def test_a_burst_in_roster_order_is_a_doubt_and_the_same_burst_in_another_order_is_none() -> None:
    in_order = [checkin(one, -5 + index * 0.05, f"IMEI86001{index:04d}") for index, one in enumerate(CLASS)]
    assert "8 人在 21 秒内按花名册顺序" in found(in_order)["ROSTER_BURST"].text.zh
    mixed = [checkin(CLASS[index * 3 % 8], -5 + index * 0.05, f"IMEI86001{index:04d}") for index in range(8)]
    assert "ROSTER_BURST" not in found(mixed)


def test_a_sign_in_at_midnight_belongs_to_no_class() -> None:
    assert found([*everybody(), checkin(CLASS[0], -500, "IMEI860010000")])["OUTSIDE_CLASS"].trainees == ("t00",)


def test_a_name_that_is_not_on_the_roster_is_a_doubt_shown_masked() -> None:
    stranger = trainees(12)[11]
    doubt = found([*everybody(), checkin(stranger, 1)])["NOT_ON_ROSTER"]
    assert stranger.name not in doubt.text.zh
    assert stranger.name[0] + "*" in doubt.text.zh


def test_one_person_in_two_rooms_at_once_is_a_doubt() -> None:
    both = found([*everybody(), checkin(CLASS[0], 21, "IMEI860010000")], (HOUR, ELSEWHERE))["TWO_PLACES"]
    assert both.hours == (HOUR.id, ELSEWHERE.id)
    assert "t00" in both.trainees


def test_enrolled_but_neither_signed_in_nor_on_leave_is_a_gap() -> None:
    assert found(everybody()[:6])["ROSTER_GAP"].trainees == ("t06", "t07")


def test_fewer_heads_than_sign_ins_is_a_doubt_with_frames_and_the_quickest_to_check() -> None:
    result = found(everybody()[:7], seen=5)
    assert next(iter(result)) == "FEWER_HEADS"
    assert "相差 2 人" in result["FEWER_HEADS"].text.zh
    assert result["FEWER_HEADS"].evidence
    assert "FEWER_HEADS" not in found(everybody(), seen=8)
