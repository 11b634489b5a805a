"""The campaign counts what it is there to find: a lane whose inputs do harm is never called sound."""

import time
from pathlib import Path

import pytest

from benchmarks.attack.__main__ import table, verdict
from benchmarks.attack.lanes import Fate, Tally, run_lane
from benchmarks.attack.media import KINDS, LONG, SHORT, judge, made, name_of
from ingest.recordings.scan import scan
from tests.fixtures.harmful_lane import Harmful

pytestmark = pytest.mark.slow
FOREVER_S = 100_000.0


def run(way: str, folder: Path, deadline: float = FOREVER_S, children: int = 2) -> Tally:
    return run_lane(Harmful(way), 1, folder, time.monotonic() + deadline, children, lambda _: None)


@pytest.mark.parametrize(
    ("way", "fate", "words"),
    [
        ("death", Fate.STOPPED, "the process died"),
        ("exception", Fate.STOPPED, "OverflowError: cannot convert"),
        ("memory", Fate.STOPPED, "MemoryError"),
        ("defect", Fate.DEFECT, "500"),
    ],
)
def test_harm_is_counted_named_by_its_number_and_costs_that_input_alone(
    way: str, fate: Fate, words: str, tmp_path: Path
) -> None:
    tally = run(way, tmp_path)
    assert (tally.fates[fate], tally.fates[Fate.REFUSED], tally.done) == (1, 7, 8)
    assert not tally.sound
    (told,) = tally.lines()
    assert told.startswith(f"{fate} no. 3: ")
    assert words in told


def test_a_lane_without_harm_is_sound_and_one_that_had_no_time_is_not(tmp_path: Path) -> None:
    assert run("none", tmp_path).sound
    late = run("none", tmp_path, deadline=-1)
    assert (late.done, late.sound) == (0, False)


def test_the_judge_of_recordings_can_tell_ten_minutes_from_less(tmp_path: Path) -> None:
    """Otherwise no damage could ever be believed, and the campaign would prove nothing."""
    seat, path = judge(tmp_path), tmp_path / "film"
    for kind in KINDS:
        shown = []
        for seconds in (SHORT, LONG):
            path.write_bytes(made(kind, tmp_path, seconds))
            shown.append(seat.shows_ten_minutes(scan(path, name=name_of(kind, seconds))))
        assert shown == [False, True], kind


def test_the_campaign_fails_for_any_harm_for_a_dead_service_and_as_a_whole_for_slow_answers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    good, bad = Tally("media", 2), Tally("packages", 1)
    for tally, told in ((good, (Fate.REFUSED, "")), (good, (Fate.SURVIVED, "")), (bad, (Fate.WRONG, "called sound"))):
        tally.count(tally.done, told)
    table([good, bad], [3.0, 4.0, 5.0], 180)
    shown = capsys.readouterr().out
    assert "| media | 2 | 0 | 0 | 1 | 1 | 0 | 0 | 0 |" in shown
    assert "packages: wrong no. 0: called sound" in shown
    assert "median 4.0 ms" in shown
    quick, slow = [1.0], [101.0]
    assert verdict([good], quick, alive=True, whole=True) == 0
    assert verdict([good, bad], quick, alive=True, whole=True) == 1
    assert verdict([good], quick, alive=False, whole=False) == 1
    assert verdict([good], slow, alive=True, whole=False) == 0
    assert verdict([good], slow, alive=True, whole=True) == 1
