"""◆ on the teacher's page, as a table: what is marked, with which words, and whom it never touches."""

from dataclasses import replace

import pytest

from facts.check_in import Datum, Place
from facts.class_settings import NOTHING_SET, ClassSettings, DeviceRule, PlaceRule
from pipeline.roll_call.marks import FEWEST_FOR_MIDDLE, SignInRecord, marks, middle

HOUR = "2099-04-07#1"
SET = ClassSettings(place=PlaceRule(37.857012, 113.580034, Datum.WGS84), device=DeviceRule(1, second_phone=True))
HERE = Place("", "37.857012", "113.580034", Datum.WGS84, 20.0)
THERE = replace(HERE, latitude="37.860712", accuracy_m=30.0)
NOWHERE = Place()


def by(
    who: str, device: str = "", place: Place = NOWHERE, hour: str = HOUR, *, witnessed: bool = False
) -> SignInRecord:
    return SignInRecord(f"{hour}/{who}/{device}", hour, who, device, place, witnessed)


CASES = {
    "nobody without settings": (NOTHING_SET, [by("a", "p", THERE), by("b", "q")], {}),
    "who is there": (SET, [by("a", "p", HERE)], {}),
    "who is surely elsewhere": (SET, [by("a", "p", THERE)], {"a": "距打卡地点 411 米（允许 150 米，定位精度 30 米）"}),
    "nobody without a position": (SET, [by("a", "p")], {}),
    "nobody whose phone is not sure": (SET, [by("a", "p", replace(THERE, accuracy_m=300.0))], {}),
    "nobody whom the teacher saw": (SET, [by("a", "p", THERE, witnessed=True)], {}),
    "the second person on a phone": (SET, [by("a", "p"), by("b", "p")], {"b": "第 2 人（允许 1 人）"}),
    "not the same person twice": (SET, [by("a", "p"), by("a", "p")], {}),
    "the third where two may": (
        replace(SET, device=DeviceRule(2)),
        [by("a", "p"), by("b", "p"), by("c", "p")],
        {"c": "第 3 人（允许 2 人）"},
    ),
    "another phone than at first": (SET, [by("a", "p", hour="other"), by("a", "q")], {"a": "不是同一部手机"}),
    "no other phone unless set": (replace(SET, device=DeviceRule()), [by("a", "p", hour="other"), by("a", "q")], {}),
    "nobody of another hour": (SET, [by("a", "p", THERE, "other")], {}),
    "nobody for having no phone": (SET, [by("a"), by("b")], {}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_settings_mark(name: str) -> None:
    settings, pressed, expected = CASES[name]
    found = marks(pressed, HOUR, settings)
    said = {nonce.split("/")[1]: "".join(mark.text.zh for mark in own) for nonce, own in found.items()}
    assert said.keys() == expected.keys()
    assert all(words in said[who] for who, words in expected.items())
    assert all(mark.text.en for own in found.values() for mark in own)


def test_several_rules_may_mark_one_sign_in() -> None:
    found = marks([by("a", "p", hour="other"), by("b", "q"), by("a", "q", THERE)], HOUR, SET)
    assert [len(own) for own in found.values()] == [3]


def test_the_suggested_place_is_the_middle_of_enough_sure_phones_and_one_far_off_does_not_move_it() -> None:
    near = [replace(HERE, latitude=f"37.85701{n}") for n in range(FEWEST_FOR_MIDDLE)]
    far = replace(HERE, latitude="38.9")
    found = middle([*near, far, NOWHERE, replace(far, accuracy_m=None), replace(far, accuracy_m=900.0)])
    assert found is not None
    point, count = found
    assert count == FEWEST_FOR_MIDDLE + 1
    assert abs(point.latitude - 37.857012) < 1e-5
    assert middle(near[:-1]) is None
