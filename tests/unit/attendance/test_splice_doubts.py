"""What the doubt about a jump in content says, and where it is silent."""

from dataclasses import replace
from datetime import timedelta

from attendance.splice_doubts import splice_doubts
from facts.sighting import View
from facts.span import Span
from facts.splice import Splice
from tests.fixtures.hour_facts import HOUR, segment

AT = HOUR.span.start + timedelta(minutes=20)
JOINT = Splice(AT, AT + timedelta(seconds=2), 32, 1.2, 1.3)
FILE = segment(Span.of(HOUR.span.start, 2700))


def told(joint: Splice, *, moving: bool = False) -> tuple[str, ...]:
    view = View("CH02", HOUR.span, moving_camera=moving, splices=(joint,))
    return tuple(f"{one.text.zh} {one.text.en}" for one in splice_doubts(HOUR, [view], [FILE], "YQ-V2"))


def test_it_names_both_pictures_how_much_changed_and_what_would_be_innocent() -> None:
    (doubt,) = splice_doubts(HOUR, [View("CH02", HOUR.span, splices=(JOINT,))], [FILE], "YQ-V2")
    assert (doubt.kind, doubt.hours, doubt.rule) == ("CONTENT_SPLICE", (HOUR.id,), "YQ-V2")
    assert "25%" in doubt.text.zh
    assert [ref.at_s for ref in doubt.evidence] == [1200.0, 1202.0]
    assert len(doubt.innocent) == 3


def test_noise_keyframes_and_a_long_gap_are_told_only_where_they_are() -> None:
    (plain,) = told(JOINT)
    assert "noise" not in plain
    assert "keyframe" not in plain
    assert "apart" not in plain
    (all_of_it,) = told(replace(JOINT, after=AT + timedelta(seconds=12), grain_after=4.0, offbeat=True))
    assert "noise went from 1.2 to 4 levels" in all_of_it
    assert "keyframe pattern breaks" in all_of_it
    assert "12 s apart" in all_of_it


def test_a_camera_that_moves_and_another_hour_s_joint_raise_nothing() -> None:
    assert told(JOINT, moving=True) == ()
    assert told(replace(JOINT, before=HOUR.span.end, after=HOUR.span.end + timedelta(seconds=2))) == ()
