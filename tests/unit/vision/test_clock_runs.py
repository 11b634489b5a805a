"""Read minutes as stretches of an even clock."""

from vision.clock_runs import even_runs

STEP_S = 10


def minutes(count: int, ahead_s: float = 0.0) -> list[int | None]:
    return [int((number * STEP_S - ahead_s) // 60) % 60 for number in range(count)]


def times(count: int) -> list[float]:
    return [float(number * STEP_S) for number in range(count)]


def test_an_even_clock_is_one_run_known_to_the_step() -> None:
    (run,) = even_runs(times(200), minutes(200, 25.0))
    assert len(run.members) == 200
    assert abs(run.ahead_s - 25) <= run.within_s <= STEP_S


def test_the_turn_of_the_hour_is_no_jump() -> None:
    assert len(even_runs(times(500), minutes(500, 25.0))) == 1


def test_figures_misread_or_not_read_belong_to_no_run() -> None:
    read = minutes(100)
    read[20], read[21], read[40], read[60] = 51, 37, None, 7
    (run,) = even_runs(times(100), read)
    assert len(run.members) == 96


def test_a_jump_ends_a_run_and_begins_another() -> None:
    read = minutes(100) + minutes(200, -300.0)[100:]
    before, after = even_runs(times(200), read)
    assert (before.members[-1], after.members[0]) == (99, 100)
    assert round(before.ahead_s - after.ahead_s, -1) == 300


def test_figures_that_make_no_sense_make_no_run() -> None:
    assert even_runs(times(40), [(number * 17) % 60 for number in range(40)]) == ()
