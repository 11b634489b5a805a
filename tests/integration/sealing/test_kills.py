"""Killed -9 at random moments: nothing acknowledged lost, nothing deleted early, nothing half-visible.

`python -m benchmarks.kill_bench --times 1000` does the same a thousand times.
"""

import os
from pathlib import Path

import pytest

from tests.fixtures.killed_work import SUBJECTS, kill_often
from tests.fixtures.postgres import Postgres

TIMES = int(os.environ.get("XUESHI_KILLS", "4"))


@pytest.mark.parametrize("name", SUBJECTS)
def test_whatever_is_killed_goes_on_where_it_was_and_breaks_no_promise(name: str, tmp_path: Path) -> None:
    tally = kill_often(SUBJECTS[name](), tmp_path, TIMES, seed=20261125)
    assert tally.kills >= TIMES
    assert tally.runs > 0


@pytest.mark.parametrize("name", ["seal", "sweep"])
def test_the_same_with_the_log_and_the_register_on_a_server(
    name: str, postgres_server: Postgres, tmp_path: Path
) -> None:
    tally = kill_often(SUBJECTS[name](), tmp_path, TIMES, seed=14, database=postgres_server.new_database)
    assert tally.kills >= TIMES
