import pytest

from attendance.hour import HourFacts, judge_hour
from facts.footage import LapseKind
from facts.sighting import SeatKind, View
from facts.verdict import Finding, Status
from tests.fixtures.hour_facts import DEMANDS, V2, facts, footage, full_seats, lapse, seat, segment, span, view

ROOM = footage(segment(span(0, 45)))


def finding_of(case: HourFacts) -> Finding:
    return next(finding for finding in judge_hour(case, DEMANDS).findings if finding.rule == V2.rule)


@pytest.mark.parametrize(
    ("sentence", "case", "status", "reason"),
    [
        ("everybody seen throughout", facts(ROOM, 3, view(*full_seats(3))), Status.PASS, "WHOLE_CLASS"),
        (
            "everybody in exactly one ten-minute stretch",
            facts(ROOM, 3, view(*full_seats(2), seat(9, span(20, 30)))),
            Status.PASS,
            "WHOLE_CLASS",
        ),
        (
            "one person there for six minutes only",
            facts(ROOM, 3, view(*full_seats(2), seat(9, span(20, 26)))),
            Status.UNPROVEN,
            "SHORT",
        ),
        (
            "bowed for six of ten minutes, bridged by life",
            facts(ROOM, 3, view(*full_seats(2), seat(9, span(0, 4), bridged=[span(4, 45)]))),
            Status.PASS,
            "WHOLE_CLASS",
        ),
        (
            "a wall portrait makes up the number",
            facts(ROOM, 3, view(*full_seats(2), seat(9, span(0, 45), kind=SeatKind.PICTURE))),
            Status.UNPROVEN,
            "SHORT",
        ),
        (
            "the walking teacher makes up the number",
            facts(ROOM, 3, view(*full_seats(2), seat(9, span(0, 45), kind=SeatKind.WALKER))),
            Status.UNPROVEN,
            "SHORT",
        ),
        (
            "a person seen only from behind",
            facts(ROOM, 3, view(*full_seats(2), seat(9, span(0, 45), kind=SeatKind.BACK_ONLY))),
            Status.UNPROVEN,
            "BACK_ONLY",
        ),
        ("nobody in the room", facts(ROOM, 3, view()), Status.FAIL, "NOBODY"),
        (
            "black throughout",
            facts(footage(segment(span(0, 45)), lapses=[lapse(0, 45, LapseKind.BLACK)]), 3),
            Status.FAIL,
            "NOTHING_TO_SEE",
        ),
        ("never looked at", facts(ROOM, 3), Status.UNPROVEN, "NO_WINDOW"),
        ("a panning camera", facts(ROOM, 3, view(*full_seats(3), moving=True)), Status.UNPROVEN, "MOVING_CAMERA"),
        ("more people than expected", facts(ROOM, 3, view(*full_seats(4))), Status.PASS, "WHOLE_CLASS"),
    ],
)
def test_the_whole_class_in_one_window(sentence: str, case: HourFacts, status: Status, reason: str) -> None:
    finding = finding_of(case)
    assert (finding.status, finding.reason) == (status, reason), sentence


def test_two_cameras_that_each_show_half_do_not_make_one_view() -> None:
    both = footage(segment(span(0, 45)), segment(span(0, 45), path="b.mp4", camera="CH03"))
    finding = finding_of(facts(both, 4, view(*full_seats(2)), view(*full_seats(2), camera="CH03")))
    assert (finding.status, finding.reason) == (Status.UNPROVEN, "SPLIT_VIEW")


def test_a_window_never_crosses_a_break_of_the_recording() -> None:
    broken = footage(segment(span(0, 9), span(12, 21)))
    assert finding_of(facts(broken, 2, view(*full_seats(2)))).status is Status.UNPROVEN


def test_a_window_never_crosses_a_frozen_stretch() -> None:
    frozen = footage(segment(span(0, 45)), lapses=[lapse(9, 36)])
    assert finding_of(facts(frozen, 2, view(*full_seats(2)))).status is Status.UNPROVEN


def test_nobody_signed_in_and_no_roster_is_never_a_pass() -> None:
    finding = finding_of(facts(ROOM, 0, view(*full_seats(3))))
    assert finding.status is Status.UNPROVEN


def test_the_reason_says_how_many_are_missing_which_seats_and_when() -> None:
    finding = finding_of(facts(ROOM, 3, view(*full_seats(2), seat(9, span(0, 5)))))
    assert (finding.numbers["missing_least"], finding.numbers["missing_most"]) == (0, 1)
    assert "s9" in finding.text.zh
    assert finding.remedy is not None
    assert "调整摄像机" in finding.remedy.zh


def test_a_window_of_a_pass_is_the_longest_that_holds() -> None:
    verdict = judge_hour(facts(ROOM, 3, view(*full_seats(3))), DEMANDS)
    assert verdict.window is not None
    assert verdict.window.span == span(0, 45)


def test_the_hour_is_as_grave_as_its_gravest_finding() -> None:
    short = footage(segment(span(0, 9)))
    empty_view: View = view(*full_seats(3), end=9)
    assert judge_hour(facts(short, 3, empty_view), DEMANDS).status is Status.FAIL
    assert judge_hour(facts(ROOM, 3, view(*full_seats(2))), DEMANDS).status is Status.UNPROVEN
    assert judge_hour(facts(ROOM, 3, view(*full_seats(3))), DEMANDS).status is Status.PASS
