"""What all rooms but one choose, and that constants hold only as long as they are tried."""

from benchmarks.left_out import GRID, Tally, chosen, single_values
from benchmarks.recounted import holding, shipped
from vision import moments, people

NOTHING = Tally(honest=1, twins=3)
HONEST = Tally(honest=1, honest_passed=1, twins=3)
DECEIVED = Tally(honest=1, honest_passed=1, twins=3, twins_passed=1)


def test_of_equal_values_the_strictest_is_chosen_and_not_the_shipped_one() -> None:
    table = {room: dict.fromkeys(single_values(), HONEST) for room in ("one", "two", "three")}
    assert dict(chosen(table, "one")) == {name: values[-1] for name, values in GRID.items()}


def test_the_room_left_out_has_no_say() -> None:
    loose = (("FOUND_SHARE", 0.2),)
    table = {room: dict.fromkeys(single_values(), NOTHING) for room in ("one", "two", "three")}
    table["one"][loose] = HONEST
    assert dict(chosen(table, "one"))["FOUND_SHARE"] == 0.4
    assert dict(chosen(table, "two"))["FOUND_SHARE"] == 0.2


def test_a_twin_that_passes_outweighs_every_honest_hour() -> None:
    loose = (("FOUND_SHARE", 0.2),)
    table = {room: dict.fromkeys(single_values(), NOTHING) for room in ("one", "two", "three")}
    table["two"][loose] = DECEIVED
    assert dict(chosen(table, "one"))["FOUND_SHARE"] == 0.4


def test_a_constant_holds_in_every_module_that_reads_it_and_only_for_a_while() -> None:
    usual = shipped("SAME_HEAD"), shipped("FOUND_SHARE")
    with holding((("SAME_HEAD", 0.11), ("FOUND_SHARE", 0.22))):
        assert (people.SAME_HEAD, moments.FOUND_SHARE) == (0.11, 0.22)
    assert usual == (people.SAME_HEAD, moments.FOUND_SHARE)
