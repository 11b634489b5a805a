"""Doubts that a class's settings raise or spare, each with the honest twin that they must not touch."""

from collections.abc import Sequence
from datetime import timedelta

from attendance.doubts import shared_device
from attendance.phones import second_phone
from attendance.place_doubts import outside_place
from attendance.register import Register
from attendance.roster import join, turnouts
from facts.check_in import CheckIn, Datum, Place
from facts.class_settings import NOTHING_SET, ClassSettings, DeviceRule, PlaceRule
from tests.fixtures.hour_facts import HOUR, at, trainees

CLASS = trainees(6)
HERE, THERE = ("37.857012", "113.580034"), ("37.860712", "113.580034")  # 411 m to the north
SET = ClassSettings(place=PlaceRule(37.857012, 113.580034, Datum.WGS84))
NOWHERE = Place()


def register(checkins: Sequence[CheckIn], settings: ClassSettings) -> Register:
    joined = join(CLASS, checkins)
    return Register((HOUR,), CLASS, joined, turnouts((HOUR,), CLASS, joined), "YQ-V4", settings)


def signed(who: int, place: Place = NOWHERE, device: str = "", witness: str = "", day: int = 0) -> CheckIn:
    moment = at(-5) + timedelta(days=day, seconds=30 * who)
    return CheckIn(moment, CLASS[who].name, "", place, device, witness, where=f"row {who}")


def place(coordinates: tuple[str, str], accuracy_m: float | None = 30, datum: Datum = Datum.WGS84) -> Place:
    return Place("", *coordinates, datum, accuracy_m)


def test_a_phone_surely_elsewhere_is_a_doubt_with_its_numbers_and_innocent_explanations() -> None:
    [doubt] = outside_place(register([signed(0, place(HERE)), signed(1, place(THERE))], SET))
    assert (doubt.kind, doubt.hours, doubt.trainees) == ("OUTSIDE_PLACE", (HOUR.id,), (CLASS[1].key,))
    assert "1 人打卡时不在打卡地点，最远的距打卡地点 411 米（允许 150 米，定位精度 30 米）" in doubt.text.zh
    assert [row.note for row in doubt.evidence] == ["08:25:30 411 m ±30 m > 150 m"]
    assert any("设置有误" in one.zh for one in doubt.innocent)
    assert CLASS[1].name not in doubt.text.zh + doubt.text.en


def test_without_a_rule_a_position_or_enough_accuracy_nothing_is_said() -> None:
    assert outside_place(register([signed(1, place(THERE))], NOTHING_SET)) == []
    honest = [signed(0), signed(1, place(THERE, 300)), signed(2, place(THERE, 280)), signed(3, place(HERE))]
    assert outside_place(register(honest, SET)) == []


def test_a_position_of_no_known_system_and_a_witnessed_sign_in_are_no_doubt() -> None:
    unsaid = [signed(0, place(THERE, datum=Datum.UNKNOWN)), signed(1, place(THERE), witness="周老师")]
    assert outside_place(register(unsaid, SET)) == []


def test_how_many_may_share_a_phone_is_the_class_s_own_number() -> None:
    three = [signed(who, device="a1b2c3d4e5f60718") for who in range(3)]
    assert len(shared_device(register(three, NOTHING_SET))) == 1
    [doubt] = shared_device(register(three, ClassSettings(device=DeviceRule(2))))
    assert "3 人用同一设备打卡（本班允许 2 人）" in doubt.text.zh
    assert shared_device(register(three, ClassSettings(device=DeviceRule(3)))) == []


def test_a_second_phone_is_a_doubt_only_where_the_class_is_set_to_mark_it() -> None:
    marking = ClassSettings(device=DeviceRule(second_phone=True))
    changed = [signed(0, device="a1b2c3d4e5f60718"), signed(0, device="ffffeeee00001111", day=1)]
    own = [signed(1, device="0000111122223333"), signed(1, device="0000111122223333", day=1)]
    assert second_phone(register([*changed, *own], NOTHING_SET)) == []
    [doubt] = second_phone(register([*changed, *own], marking))
    assert doubt.trainees == (CLASS[0].key,)
    assert any("新手机" in one.zh for one in doubt.innocent)


def test_the_model_s_name_is_no_phone_of_anybody() -> None:
    marking = ClassSettings(device=DeviceRule(second_phone=True))
    models = [signed(0, device="HUAWEI Mate"), signed(0, device="Redmi Note", day=1)]
    assert second_phone(register(models, marking)) == []
