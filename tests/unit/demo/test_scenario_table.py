import os
from datetime import timedelta
from pathlib import Path

import pytest

from demo.scenario import Container, Scenario
from facts.span import Span, union
from facts.verdict import Status
from tests.fixtures.scenarios import ALL, Case, drawn, exactly_599, exactly_600, honest_hour, one_left, two_halves
from tests.fixtures.scenarios.case import NEVER_PASSES, PASSES


def _longest_live_s(case: Case, hour: Span) -> float:
    runs = [run for spans in case.scenario.truth().live.values() for run in union(spans, timedelta(seconds=2))]
    clipped = [part for run in runs if (part := run.clip(hour))]
    return max((part.length_s for part in clipped), default=0)


def test_every_recipe_has_its_own_name() -> None:
    assert len({case.name for case in ALL}) == len(ALL) >= 55


def test_every_container_is_in_the_table() -> None:
    assert {lens.container for case in ALL for lens in case.scenario.lenses} == set(Container)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_what_a_case_says_fits_its_truth(case: Case) -> None:
    hours = case.class_hours()
    assert len(hours) == len(case.says)
    for hour, says in zip(hours, case.says, strict=True):
        if says == PASSES:
            assert _longest_live_s(case, hour.span) >= 598
        if says == NEVER_PASSES and not case.damage and _longest_live_s(case, hour.span) >= 600:
            signed = case.scenario.people if case.checked_in is None else case.checked_in
            assert min(moment.people for moment in case.scenario.truth().seconds) < signed
        assert says
        assert says <= set(Status)


def test_one_second_decides() -> None:
    assert _longest_live_s(exactly_600, exactly_600.class_hours()[0].span) == 600
    assert _longest_live_s(exactly_599, exactly_599.class_hours()[0].span) == 599


def test_no_ten_minutes_show_the_class_while_one_is_out() -> None:
    full = [moment.at_s for moment in one_left.scenario.truth().seconds if moment.people == 12]
    assert max(full) - min(full) > 600
    assert len(full) == 180


def test_two_cameras_show_the_class_only_together() -> None:
    first, second = two_halves.scenario.lenses
    assert len(first.seats) == len(second.seats) == 8
    assert sorted(first.seats + second.seats) == list(range(16))


def _brief(case: Case, seed: int) -> Scenario:
    story = case.scenario
    return Scenario("brief", "短", people=4, rows=2, length_s=6, seed=seed, lenses=story.lenses)


def test_a_recipe_is_drawn_once_and_kept(tmp_path: Path) -> None:
    os.environ["XUESHI_DRAW_CACHE"] = str(tmp_path)
    try:
        first = drawn(_brief(honest_hour, 1))
        written = first.paths[0].stat().st_mtime_ns
        assert drawn(_brief(honest_hour, 1)).paths[0].stat().st_mtime_ns == written
        assert drawn(_brief(honest_hour, 2)).folder != first.folder
    finally:
        del os.environ["XUESHI_DRAW_CACHE"]


def test_a_clerks_folder_holds_recordings_and_papers_and_leaves_the_cache_whole(tmp_path: Path) -> None:
    def tear(paths: object) -> None:
        paths[0].write_bytes(b"torn")

    case = Case(_brief(honest_hour, 3), (NEVER_PASSES,), "torn", damage=tear)
    folder = case.write(tmp_path / "class")
    assert {path.name for path in folder.iterdir()} == {"录像", "花名册.xlsx", "课表.xlsx", "打卡.xlsx", "class.toml"}
    assert next((folder / "录像").iterdir()).read_bytes() == b"torn"
    assert drawn(case.scenario).paths[0].stat().st_size > 10_000
