"""A camera on a simulated clock: what a second became, whatever happened to it."""

from datetime import timedelta
from itertools import pairwise

import pytest

from facts.recorder import EntryKind, GapReason, RecorderEntry, StreamEnd
from tests.fixtures.simulated_camera import START, SimulatedOffice, seconds


def test_a_quiet_hour_is_twelve_files_cut_at_the_clock_and_no_gap() -> None:
    office = SimulatedOffice()
    office.run(3600)
    account = office.stop()
    assert len(office.disk.files) == 12
    starts = [file.times.start for file in office.disk.files if file.times]
    assert all(start.minute % 5 == 0 and start.second <= 1 for start in starts[1:])
    assert set(seconds(account)) <= {"starting"}
    assert account.unexplained_s == 0.0
    assert account.recorded_s == pytest.approx(3600, abs=1.5)


def test_files_that_follow_each_other_leave_no_hole() -> None:
    office = SimulatedOffice()
    office.run(1000)
    account = office.stop()
    assert len(account.recorded) == 1
    for one, following in pairwise(file.times for file in office.disk.files if file.times):
        assert abs((following.start - one.end).total_seconds()) < 0.05


@pytest.mark.parametrize(
    "reason", [GapReason.REFUSED, GapReason.NO_ADDRESS, GapReason.PASSWORD, GapReason.UNDECODABLE, GapReason.LOST]
)
def test_a_camera_that_cannot_be_reached_says_why_second_by_second(reason: GapReason) -> None:
    office = SimulatedOffice()
    office.camera.fault = StreamEnd(reason, "told")
    office.run(120)
    account = office.stop()
    assert seconds(account)[reason] == pytest.approx(120, abs=2)
    assert (account.recorded_s, account.unexplained_s) == (0.0, 0.0)
    assert account.gaps[-1].words in {"told", ""}


def test_a_wrong_password_is_not_tried_every_second_because_cameras_lock_accounts() -> None:
    office = SimulatedOffice()
    office.camera.fault = StreamEnd(GapReason.PASSWORD)
    office.run(300)
    assert office.camera.opened <= 6


def test_back_off_grows_to_half_a_minute_and_is_forgotten_after_a_minute_of_pictures() -> None:
    office = SimulatedOffice()
    office.camera.fault = StreamEnd(GapReason.REFUSED)
    office.run(600)
    tries = office.camera.opened
    assert 20 <= tries <= 30
    office.camera.fault = None
    office.run(120)
    office.camera.drop()
    before = office.clock.mono_s
    office.run(3)
    assert office.camera.opened == tries + 2
    assert office.clock.mono_s - before < 4


def test_a_lost_connection_costs_what_lies_between_the_last_and_the_next_picture() -> None:
    office = SimulatedOffice()
    office.run(100)
    office.camera.drop()
    office.run(100)
    account = office.stop()
    assert seconds(account)["lost"] < 2.5
    assert (len(account.recorded), account.unexplained_s) == (2, 0.0)


def test_a_connection_without_pictures_is_stalled_from_its_last_picture_on() -> None:
    office = SimulatedOffice()
    office.run(100)
    office.camera.silent = True
    office.run(60)
    office.camera.silent = False
    office.run(60)
    account = office.stop()
    assert office.ledger.reasons().count("stalled") == 1
    assert seconds(account)["stalled"] == pytest.approx(60, abs=32)
    assert account.unexplained_s == 0.0


def test_a_pause_shorter_than_patience_is_a_gap_inside_the_file() -> None:
    office = SimulatedOffice()
    office.run(50)
    office.camera.silent = True
    office.run(6)
    office.camera.silent = False
    office.camera.streams[-1].media_s += 6
    office.run(50)
    account = office.stop()
    assert office.camera.opened == 1
    assert seconds(account)["stalled"] == pytest.approx(6, abs=1.5)
    assert account.unexplained_s == 0.0


def test_a_stream_without_keyframes_is_told_after_twenty_seconds() -> None:
    office = SimulatedOffice()
    office.camera.keyless = True
    office.run(25)
    assert office.ledger.reasons() == ["starting", "no_keyframe"]
    assert office.stop().unexplained_s == 0.0


def test_a_full_disk_stops_recording_and_says_so_until_there_is_room() -> None:
    office = SimulatedOffice()
    office.run(60)
    office.disk.full = True
    office.run(60)
    office.disk.full = False
    office.run(60)
    account = office.stop()
    assert seconds(account)["disk_full"] == pytest.approx(60, abs=10)
    assert (len(account.recorded), account.unexplained_s) == (2, 0.0)


def test_a_disk_that_looks_free_and_refuses_claims_nothing_and_explains_everything() -> None:
    office = SimulatedOffice()
    office.run(60)
    office.disk.refuses = True
    office.run(60)
    office.disk.refuses = False
    office.run(60)
    account = office.stop()
    assert account.unexplained_s == 0.0
    wrote = sum(length for file in office.disk.files for _, length in file.wrote)
    assert account.recorded_s == pytest.approx(wrote, abs=0.2)
    assert seconds(account)["disk_full"] == pytest.approx(60, abs=32)


def test_no_room_at_the_very_cut_leaves_nothing_unexplained() -> None:
    office = SimulatedOffice()
    office.run(290)
    office.disk.scarce = True
    office.run(60)
    office.disk.scarce = False
    office.run(60)
    account = office.stop()
    assert account.unexplained == ()
    assert account.gaps[-1].reason is GapReason.DISK_FULL
    assert len(account.recorded) == 2


def test_a_jump_of_the_stamps_makes_no_recording_longer() -> None:
    office = SimulatedOffice()
    office.run(100)
    office.camera.jump_s = 3600
    office.run(100)
    account = office.stop()
    assert office.ledger.steps() == ["camera_forward"]
    assert account.recorded_s == pytest.approx(200, abs=2)
    for file in office.disk.files:
        assert file.wrote[-1][0] < 301
        assert all(at < after for (at, _), (after, _) in pairwise(file.wrote))


def test_stamps_that_go_back_cost_a_reconnect_and_are_told() -> None:
    office = SimulatedOffice()
    office.run(100)
    office.camera.crushed = True
    office.run(1)
    office.camera.crushed = False
    office.run(60)
    account = office.stop()
    assert office.ledger.steps() == ["camera_back"]
    assert 0 < seconds(account)["clock_step"] < 4
    assert account.unexplained_s == 0.0


@pytest.mark.parametrize(("rate", "name"), [(0.84, "21 of 25"), (0.97, "3 % slow"), (1.19, "25 of 21")])
def test_durations_come_from_the_clock_whatever_is_stamped(rate: float, name: str) -> None:
    office = SimulatedOffice()
    office.camera.rate = rate
    office.run(900)
    account = office.stop()
    assert account.recorded_s == pytest.approx(900, abs=3), name
    assert account.unexplained_s == 0.0
    for file in office.disk.files[1:]:
        assert file.times
        stamped = file.wrote[-1][0] + file.wrote[-1][1]
        assert stamped == pytest.approx((file.times.end - file.times.start).total_seconds(), abs=0.01)
        holes = [after - at - length for (at, length), (after, _) in pairwise(file.wrote)]
        assert max(holes) < 0.6, "a phantom gap"


def test_a_step_of_the_host_s_clock_moves_nothing_that_is_recorded() -> None:
    office = SimulatedOffice()
    office.run(100)
    office.clock.step_s += 600
    office.run(100)
    account = office.stop()
    first, second = (file.times for file in office.disk.files if file.times)
    assert office.ledger.steps() == ["host"]
    assert first.end - START < timedelta(seconds=103)
    assert second.start - START > timedelta(seconds=700)
    assert seconds(account)["clock_step"] == pytest.approx(600, abs=3)
    assert account.unexplained_s == 0.0


def test_outside_its_hours_a_camera_is_left_alone() -> None:
    begin, end = START + timedelta(seconds=100), START + timedelta(seconds=200)
    plan = [[begin.isoformat(), end.isoformat()]]
    office = SimulatedOffice(lambda at: begin <= at < end, plan)
    office.run(300)
    account = office.stop()
    assert office.camera.opened == 1
    assert (account.planned_s, account.unexplained_s) == (100.0, 0.0)
    assert account.recorded_s == pytest.approx(100, abs=2)


def test_a_killed_recorder_s_seconds_are_explained_by_the_next_one() -> None:
    office = SimulatedOffice()
    office.run(100)
    life, died = office.watch.life, office.clock().wall
    office.clock.wait(50)
    now = office.clock().wall
    assert life.newest
    office.ledger.add(RecorderEntry(EntryKind.CLOSED, now, "CH02", life.start, life.newest, life.file))
    office.ledger.add(RecorderEntry(EntryKind.KILLED, now, start=died))
    office.ledger.add(RecorderEntry(EntryKind.BEGIN, now, told={"plans": {"CH02": "always"}}))
    account = office.account()
    assert seconds(account)["not_running"] == pytest.approx(50, abs=1.5)
    assert account.unexplained_s == 0.0
