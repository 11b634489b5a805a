"""The same doubt in the next report: by kind, rule, hours and people, whatever its number and the roster's order."""

from dataclasses import replace

import pytest

from facts.text import Text
from facts.verdict import Doubt
from pipeline.doubts.fingerprint import fingerprints
from tests.fixtures.doubted_class import gap
from tests.fixtures.sample_report import trainees

PEOPLE = trainees()
ONE = gap("2025-04-07/1")


def mark(doubt: Doubt) -> str:
    return fingerprints([doubt], PEOPLE)[0]


def test_another_place_in_the_list_other_words_and_other_evidence_are_the_same_doubt() -> None:
    told_otherwise = replace(ONE, text=Text("别的话", "other words"), check_cost_s=1, innocent=())
    assert fingerprints([gap("2025-04-07/2"), told_otherwise], PEOPLE)[1] == mark(ONE)


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, kind="SHARED_DEVICE"),
        replace(ONE, rule="YQ-V1"),
        replace(ONE, hours=("2025-04-07/2",)),
        replace(ONE, hours=(*ONE.hours, "2025-04-07/2")),
        replace(ONE, trainees=("t2",)),
        replace(ONE, trainees=("t1", "t2")),
    ],
    ids=["kind", "rule", "hour", "more hours", "person", "more people"],
)
def test_another_kind_rule_hour_or_person_is_another_doubt(other: Doubt) -> None:
    assert mark(other) != mark(ONE)


def test_people_are_known_by_their_number_and_not_by_their_row() -> None:
    """A line that was put in before them moves everybody's key."""
    moved = [replace(one, key=f"t{int(one.key[1:]) + 1}") for one in PEOPLE]
    assert fingerprints([replace(ONE, trainees=("t2",))], moved)[0] == mark(ONE)
    assert fingerprints([ONE], moved)[0] != mark(ONE)


def test_alike_doubts_of_one_report_are_two() -> None:
    first, second = fingerprints([ONE, ONE], PEOPLE)
    assert first == mark(ONE)
    assert second != first


def test_where_neither_hours_nor_people_are_named_the_words_tell_them_apart() -> None:
    strangers = Doubt("NOT_ON_ROSTER", Text("1 次打卡的人不在花名册上：张*", "1 check-in"), rule="YQ-V4")
    others = replace(strangers, text=Text("9 次打卡的人不在花名册上：李*", "9 check-ins"))
    assert mark(strangers) != mark(others)
