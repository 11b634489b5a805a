from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from attendance.continuity import judge_continuity
from attendance.continuity_case import RoomFootage
from attendance.demands import ContinuityDemand
from attendance.runs import live_runs, longest, runs_inside, runs_of
from facts.footage import Lapse, LapseKind, Segment
from facts.span import Span
from facts.verdict import Status
from tests.fixtures.hour_facts import DEMANDS, HOUR, TEN_MINUTES, V1, at, segment

DEMAND = DEMANDS.continuity or ContinuityDemand(V1, TEN_MINUTES)
TOLERANCE = DEMAND.tolerance


@st.composite
def stretches(draw: st.DrawFn) -> Span:
    start = draw(st.integers(-600, 3000))
    return Span.of(at(0) + timedelta(seconds=start), draw(st.integers(1, 1500)))


@st.composite
def files(draw: st.DrawFn) -> Segment:
    return segment(
        draw(stretches()), path=draw(st.sampled_from("abcdef")), camera=draw(st.sampled_from(["CH01", "CH02"]))
    )


folders = st.lists(files(), max_size=6)


def longest_s(segments: list[Segment], lapses: tuple[Lapse, ...] = ()) -> float:
    best = longest(live_runs(runs_inside(runs_of(segments, TOLERANCE), HOUR.span), lapses))
    return best.span.length_s if best else 0.0


@given(folders, files())
def test_more_footage_never_shortens_the_longest_run(segments: list[Segment], more: Segment) -> None:
    assert longest_s([*segments, more]) >= longest_s(segments)


@given(folders, st.randoms(use_true_random=False))
def test_the_order_of_the_files_is_irrelevant(segments: list[Segment], random: object) -> None:
    shuffled = list(segments)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its random as object
    assert runs_of(shuffled, TOLERANCE) == runs_of(segments, TOLERANCE)


@given(folders, st.floats(0.01, 0.99))
def test_splitting_a_file_changes_no_run(segments: list[Segment], share: float) -> None:
    halves = []
    for file in segments:
        (whole,) = file.stretches
        middle = whole.start + whole.length * share
        halves += [segment(Span(whole.start, middle), path=file.path, camera=file.camera_id)]
        halves += [segment(Span(middle, whole.end), path=file.path, camera=file.camera_id)]
    assert runs_of(halves, TOLERANCE) == runs_of(segments, TOLERANCE)


@given(folders, stretches())
def test_a_frozen_stretch_never_lengthens_the_longest_run(segments: list[Segment], dead: Span) -> None:
    lapses = tuple(Lapse(camera, dead, LapseKind.FROZEN) for camera in ("CH01", "CH02"))
    assert longest_s(segments, lapses) <= longest_s(segments)


@given(folders)
def test_a_pass_always_rests_on_ten_minutes_inside_the_hour(segments: list[Segment]) -> None:
    finding = judge_continuity(HOUR, DEMAND, RoomFootage(tuple(segments)))
    assert (finding.status is Status.PASS) == (longest_s(segments) >= 600)
