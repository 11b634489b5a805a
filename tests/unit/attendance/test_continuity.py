import pytest

from attendance.continuity import judge_continuity
from attendance.continuity_case import RoomFootage
from attendance.demands import ContinuityDemand
from attendance.runs import runs_of
from facts.course import ClassHour
from facts.footage import Damage, LapseKind, Segment
from facts.verdict import Status
from tests.fixtures.hour_facts import DEMANDS, HOUR, TEN_MINUTES, V1, footage, lapse, segment, span

DEMAND = DEMANDS.continuity or ContinuityDemand(V1, TEN_MINUTES)
S = 1 / 60


@pytest.mark.parametrize(
    ("sentence", "room", "status", "reason"),
    [
        ("the whole hour recorded", footage(segment(span(-3, 48))), Status.PASS, "CONTINUOUS"),
        ("exactly ten minutes", footage(segment(span(5, 15))), Status.PASS, "CONTINUOUS"),
        ("one second less than ten minutes", footage(segment(span(5, 15 - S))), Status.FAIL, "TOO_SHORT"),
        (
            "a hole in the middle leaves ten on one side",
            footage(segment(span(0, 20), span(21, 45))),
            Status.PASS,
            "CONTINUOUS",
        ),
        (
            "two files that meet within two seconds",
            footage(segment(span(0, 6)), segment(span(6 + 2 * S, 12), path="b.mp4")),
            Status.PASS,
            "CONTINUOUS",
        ),
        (
            "two files three seconds apart",
            footage(segment(span(0, 6)), segment(span(6 + 3 * S, 12), path="b.mp4")),
            Status.FAIL,
            "TOO_SHORT",
        ),
        ("twelve minutes of which nine lie in the hour", footage(segment(span(-3, 9))), Status.FAIL, "TOO_SHORT"),
        (
            "two cameras with six minutes each are not stitched",
            footage(segment(span(0, 6)), segment(span(6, 12), camera="CH03")),
            Status.FAIL,
            "TOO_SHORT",
        ),
        ("no recording at all", footage(), Status.UNPROVEN, "NO_RECORDING"),
        ("a recording of another time", footage(segment(span(60, 90))), Status.UNPROVEN, "NO_RECORDING"),
        (
            "a file without a clock may be this hour's",
            footage(segment(damage=Damage.NO_CLOCK)),
            Status.UNPROVEN,
            "NO_CLOCK",
        ),
        (
            "a file without its index, named for this hour",
            footage(segment(damage=Damage.NO_MOOV, claimed=span(0, 45))),
            Status.UNPROVEN,
            "NO_MOOV",
        ),
        (
            "a file without its index, named for another hour",
            footage(segment(span(0, 5)), segment(path="b.mp4", damage=Damage.NO_MOOV, claimed=span(90, 120))),
            Status.FAIL,
            "TOO_SHORT",
        ),
        (
            "a cut-off file whose rest could not suffice",
            footage(segment(span(0, 4), damage=Damage.TRUNCATED, claimed=span(0, 8))),
            Status.FAIL,
            "TOO_SHORT",
        ),
        (
            "a cut-off file whose rest would suffice",
            footage(segment(span(0, 4), damage=Damage.TRUNCATED, claimed=span(0, 45))),
            Status.UNPROVEN,
            "TRUNCATED",
        ),
        (
            "frozen for part of it, ten live minutes left",
            footage(segment(span(0, 45)), lapses=[lapse(10, 30)]),
            Status.PASS,
            "CONTINUOUS",
        ),
        (
            "frozen so that nine live minutes are left",
            footage(segment(span(0, 45)), lapses=[lapse(9, 36)]),
            Status.UNPROVEN,
            "NOT_LIVE",
        ),
        ("frozen throughout", footage(segment(span(0, 45)), lapses=[lapse(0, 45)]), Status.FAIL, "NOT_LIVE"),
        (
            "undecodable throughout is damage, not proof of nothing",
            footage(segment(span(0, 45)), lapses=[lapse(0, 45, LapseKind.UNDECODABLE)]),
            Status.UNPROVEN,
            "NOT_LIVE",
        ),
        (
            "another camera's freeze does not count",
            footage(segment(span(0, 45)), lapses=[lapse(0, 45, camera="CH09")]),
            Status.PASS,
            "CONTINUOUS",
        ),
        (
            "a clock known to be two minutes off",
            footage(segment(span(0, 45)), offset_s=-120),
            Status.PASS,
            "CONTINUOUS",
        ),
        (
            "a clock known to be further off",
            footage(segment(span(0, 45)), offset_s=-121),
            Status.UNPROVEN,
            "CLOCK_OFFSET",
        ),
    ],
)
def test_ten_minutes_without_a_break(sentence: str, room: RoomFootage, status: Status, reason: str) -> None:
    finding = judge_continuity(HOUR, DEMAND, room)
    assert (finding.status, finding.reason) == (status, reason), sentence
    assert finding.quote == V1.quote
    assert (finding.remedy is None) == (status is Status.PASS)


def test_a_rule_that_asks_for_the_whole_hour_is_not_content_with_ten_minutes() -> None:
    whole = ContinuityDemand(V1, TEN_MINUTES, whole=True)
    assert judge_continuity(HOUR, whole, footage(segment(span(0, 45)))).status is Status.PASS
    assert judge_continuity(HOUR, whole, footage(segment(span(0, 44)))).status is Status.FAIL


def test_the_remedy_names_the_hour_the_camera_and_the_minutes_to_export() -> None:
    hour = ClassHour("h", span(110, 155), label="第3学时")
    remedy = judge_continuity(hour, DEMAND, footage(segment(span(110, 116), span(120 + 20 * S, 128)))).remedy
    assert remedy is not None
    assert "2099年4月7日第3学时" in remedy.zh
    assert "请从录像机补导 CH02 10:26:00–10:30:20、10:38–11:05" in remedy.zh
    assert "export CH02 10:26:00–10:30:20, 10:38–11:05" in remedy.en


def test_the_numbers_let_a_person_redo_the_judgement() -> None:
    numbers = judge_continuity(HOUR, DEMAND, footage(segment(span(0, 9), span(10, 12)))).numbers
    assert numbers == {"demanded_s": 600, "longest_s": 540, "longest_live_s": 540, "recorded_s": 660, "breaks": 1}


def test_runs_name_the_files_that_they_are_made_of() -> None:
    files: list[Segment] = [
        segment(span(0, 6)),
        segment(span(6, 12), path="b.mp4"),
        segment(span(20, 22), path="c.mp4"),
    ]
    assert [run.paths for run in runs_of(files, DEMAND.tolerance)] == [("a.mp4", "b.mp4"), ("c.mp4",)]
