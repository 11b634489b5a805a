"""What footage seen before raises, and what it leaves open: never a verdict by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.hour import HourFacts, judge_hour
from attendance.replays import KINDS, replay_doubts
from facts.digest import Digest
from facts.motion import OtherSide, Replay, ReplayKind
from facts.span import Span
from facts.verdict import Status
from pipeline.verification.replays import replay_name, unsettled
from tests.fixtures.hour_facts import DEMANDS, HOUR, facts, footage, full_seats, segment, span, view

WEEK = timedelta(days=7)
LATER = replace(HOUR, id="2099-04-14#1", span=HOUR.span.moved(WEEK), label="第1学时")
SOURCE = Digest.of(b"both").sha256
SEEN = Replay(
    ReplayKind.OTHER_DAY, LATER.id, "CH02", span(2, 20).moved(WEEK),
    OtherSide(span(2, 20), "CH02", "201教室", HOUR.id), 0.83, 54, 1.03, mirrored=True, source=SOURCE,
)  # fmt: skip


def earlier_hour(*replays: Replay) -> HourFacts:
    """An hour that shows all of its six people for the whole 45 minutes."""
    return replace(facts(footage(segment(span(0, 45))), 6, view(*full_seats(6))), replays=replays)


def test_the_hour_passes_without_a_replay() -> None:
    assert judge_hour(earlier_hour(), DEMANDS).status is Status.PASS


def test_a_window_under_such_a_doubt_is_open_on_both_sides() -> None:
    """Nothing says which of the two was there first, so neither is proven until somebody looked."""
    verdict = judge_hour(earlier_hour(SEEN), DEMANDS)
    (finding,) = [one for one in verdict.findings if one.rule == "YQ-V2"]
    assert (verdict.status, finding.status, finding.reason) == (Status.UNPROVEN, Status.UNPROVEN, "SEEN_BEFORE")
    assert "08:32–08:50 与另一段录像动作相同" in finding.text.zh
    assert finding.numbers["seen_before_s"] == 18 * 60


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(SEEN, there=replace(SEEN.there, hour_id="2099-04-08#1")),
        replace(SEEN, there=replace(SEEN.there, camera_id="CH03")),
        replace(SEEN, there=replace(SEEN.there, span=span(50, 60))),
    ],
    ids=["another hour", "another camera", "outside the window"],
)
def test_a_replay_of_other_minutes_changes_nothing(elsewhere: Replay) -> None:
    assert judge_hour(earlier_hour(elsewhere), DEMANDS) == judge_hour(earlier_hour(), DEMANDS)


def test_a_replay_makes_no_failure_of_what_was_open_and_no_pass_of_what_failed() -> None:
    short = replace(facts(footage(segment(span(0, 45))), 7, view(*full_seats(6))), replays=(SEEN,))
    assert judge_hour(short, DEMANDS).findings[1] == judge_hour(replace(short, replays=()), DEMANDS).findings[1]


def test_one_doubt_for_both_directions_names_the_minutes_of_both_sides() -> None:
    back = replace(
        SEEN,
        hour_id=HOUR.id,
        span=SEEN.there.span,
        strength=0.9,
        there=OtherSide(SEEN.span, "CH02", "201教室", LATER.id),
    )
    files = (segment(span(0, 45), path="old.mp4"), segment(span(0, 45).moved(WEEK), path="new.mp4"))
    (doubt,) = replay_doubts((HOUR, LATER), (SEEN, back), files, {LATER.id: "YQ-V2"})
    assert doubt.kind == "SEEN_OTHER_DAY"
    assert doubt.hours == (LATER.id, HOUR.id)
    assert (
        "2099年4月14日第1学时 CH02 08:32–08:50 的动作与2099年4月7日第1学时（201教室）CH02 08:32–08:50 相同"
        in doubt.text.zh
    )
    assert "左右相反，速度约 1.03 倍" in doubt.text.zh
    assert [(one.path, one.at_s) for one in doubt.evidence] == [("new.mp4", 120.0), ("old.mp4", 120.0)]
    assert (doubt.rule, doubt.source) == ("YQ-V2", SOURCE)
    assert doubt.innocent


def test_a_package_of_one_day_tells_the_doubt_from_its_own_side() -> None:
    (doubt,) = replay_doubts((HOUR,), (SEEN,), (), {})
    assert doubt.hours == (HOUR.id,)
    assert "本班 2099-04-14 CH02 08:32–08:50" in doubt.text.zh


def test_another_class_is_named_with_its_institution_and_day() -> None:
    there = OtherSide(Span(span(2, 20).start, span(2, 20).end), "CH07", "", "", 12, "YQ-0012", "甲培训学校")
    one = replace(SEEN, kind=ReplayKind.OTHER_INSTITUTION, there=there, mirrored=False, speed=1.0)
    (doubt,) = replay_doubts((LATER,), (one,), (), {})
    assert "与甲培训学校的班期 YQ-0012 2099-04-07 CH07 08:32–08:50 相同（相关 0.83，54 格一致）" in doubt.text.zh


def test_what_people_settled_is_settled_for_these_files_alone() -> None:
    settled = {replay_name("SEEN_OTHER_DAY", SOURCE)}
    other = replace(SEEN, source=Digest.of(b"another file").sha256)
    assert unsettled((SEEN, other), settled) == (other,)


def test_every_kind_says_what_would_be_innocent() -> None:
    assert set(KINDS) == set(ReplayKind)
    assert all(kind.innocent for kind in KINDS.values())


def test_a_still_picture_is_told_by_itself() -> None:
    still = replace(SEEN, kind=ReplayKind.STILL, there=OtherSide(SEEN.span, "CH02", "", LATER.id), strength=1.0)
    (doubt,) = replay_doubts((LATER,), (still,), (), {})
    assert doubt.text.zh == "2099年4月14日第1学时 CH02 08:32–08:50 看得到人，画面却完全不动"


def test_a_short_loop_is_told_with_its_frames_and_leaves_its_hour_open() -> None:
    loop = Replay(
        ReplayKind.LOOP, HOUR.id, "CH02", span(3, 40), OtherSide(span(2, 39), "CH02", "201教室", HOUR.id), 0.8, 130,
        source=SOURCE,
    )  # fmt: skip
    (doubt,) = replay_doubts((HOUR,), (loop,), (segment(span(0, 45), path="a.mp4"),), {HOUR.id: "YQ-V2"})
    assert (doubt.kind, doubt.hours, doubt.source) == ("SHORT_LOOP", (HOUR.id,), SOURCE)
    assert "130 帧（80%）" in doubt.text.zh
    assert [one.at_s for one in doubt.evidence] == [180.0, 120.0]
    assert judge_hour(earlier_hour(loop), DEMANDS).status is Status.UNPROVEN
