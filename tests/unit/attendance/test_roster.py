from dataclasses import replace

from attendance.demands import Demands
from attendance.hour import HourFacts, judge_hour
from attendance.presence import attendances
from attendance.roster import join, turnouts
from facts.course import ClassHour, Trainee
from facts.id_number import IdNumber, check_digit
from facts.text import Text
from facts.verdict import Finding, Presence, Status
from tests.fixtures.hour_facts import (
    DEMANDS,
    HOUR,
    V2,
    checkin,
    facts,
    footage,
    full_seats,
    segment,
    span,
    trainees,
    view,
)

CLASS = trainees(4)
SECOND = ClassHour("2099-04-07#2", span(55, 100), room="201教室", label="第2学时")
AFTERNOON = ClassHour("2099-04-07#5", span(330, 375), room="201教室", label="第5学时")


def number(serial: int) -> IdNumber:
    stem = f"99010120990307{serial:03d}"
    return IdNumber(stem + check_digit(stem))


def test_expected_are_those_who_signed_in_minus_leave() -> None:
    away = replace(CLASS[1], leave=(span(0, 45),))
    people = (CLASS[0], away, *CLASS[2:])
    result = turnouts([HOUR], people, join(people, [checkin(one, -5) for one in people[:3]]))
    assert result[HOUR.id].expected_keys == {"t00", "t02"}


def test_without_any_check_in_the_roster_minus_leave_is_expected() -> None:
    assert turnouts([HOUR], CLASS, join(CLASS, []))[HOUR.id].expected == 4


def test_without_roster_and_check_ins_nobody_knows_how_many_are_expected() -> None:
    assert turnouts([HOUR], (), join((), []))[HOUR.id].expected is None


def test_one_sign_in_carries_through_the_morning_but_not_over_lunch() -> None:
    result = turnouts([HOUR, SECOND, AFTERNOON], CLASS, join(CLASS, [checkin(CLASS[0], -5)]))
    assert [(one.expected, one.carried) for one in result.values()] == [(1, False), (1, True), (4, False)]


def test_an_hour_with_its_own_sign_ins_does_not_inherit() -> None:
    signed = [checkin(CLASS[0], -5), checkin(CLASS[1], -4), checkin(CLASS[0], 54)]
    assert turnouts([HOUR, SECOND], CLASS, join(CLASS, signed))[SECOND.id].signed == {"t00"}


def test_the_id_number_joins_first_and_tells_two_people_of_one_name_apart() -> None:
    twins = (Trainee("a", "王伟", number(1)), Trainee("b", "王伟", number(2)))
    by_id = replace(checkin(twins[1], 0), id_number=number(2).digits)
    nameless = checkin(twins[0], 1)
    joined = join(twins, [by_id, nameless])
    assert {key: len(own) for key, own in joined.by_trainee.items()} == {"b": 1}
    assert joined.ambiguous == (nameless,)


def test_a_number_of_nobody_on_the_roster_is_a_stranger_even_with_a_known_name() -> None:
    known = (Trainee("a", "王伟", number(1)),)
    other = replace(checkin(known[0], 0), id_number=number(3).digits)
    assert join(known, [other]).strangers == (other,)


def test_a_trainee_whose_number_the_roster_lost_is_joined_by_the_name() -> None:
    lost = (Trainee("a", "王伟"), Trainee("b", "李娜", number(2)))
    with_number = replace(checkin(lost[0], 0), id_number=number(1).digits)
    assert set(join(lost, [with_number]).by_trainee) == {"a"}


def test_the_teachers_own_sign_in_is_neither_trainee_nor_stranger() -> None:
    teacher = replace(checkin(CLASS[0], 0), name="李 老师")
    assert join(CLASS, [teacher], ["李老师"]).strangers == ()


def test_a_practice_exempt_from_video_is_exempt_and_never_a_pass() -> None:
    exempt = Demands(notice=Finding("SX0-V3", Status.EXEMPT, "EXEMPT", Text("免", "exempt")))
    assert judge_hour(facts(footage(), 3), exempt).status is Status.EXEMPT
    assert judge_hour(facts(footage(), 3), Demands()).status is Status.NOT_APPLICABLE


def presences(case: HourFacts) -> dict[str, Presence]:
    verdict = judge_hour(case, DEMANDS)
    return {one.trainee_key: one.presence for one in attendances(trainees(4), case.turnout, verdict, V2.rule)}


def test_presence_needs_both_the_sign_in_and_the_recording() -> None:
    room = footage(segment(span(0, 45)))
    whole = presences(facts(room, 3, view(*full_seats(3)), roster=4))
    assert list(whole.values()) == [Presence.PRESENT] * 3 + [Presence.ABSENT]
    short = presences(facts(room, 3, view(*full_seats(2)), roster=4))
    assert list(short.values()) == [Presence.UNPROVEN] * 3 + [Presence.ABSENT]


def test_one_head_more_than_signed_in_leaves_the_unsigned_unproven() -> None:
    room = footage(segment(span(0, 45)))
    assert presences(facts(room, 3, view(*full_seats(4)), roster=4))["t03"] is Presence.UNPROVEN


def test_no_sign_ins_at_all_prove_nobody_present_whatever_the_recording_shows() -> None:
    room = footage(segment(span(0, 45)))
    case = facts(room, 4, view(*full_seats(4)))
    unsigned = replace(case, turnout=replace(case.turnout, signed=frozenset()))
    assert set(presences(unsigned).values()) == {Presence.UNPROVEN}
    assert judge_hour(unsigned, DEMANDS).status is Status.UNPROVEN
