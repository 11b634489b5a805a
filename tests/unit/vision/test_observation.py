from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from facts.digest import Digest
from facts.footage import LapseKind
from facts.sighting import SeatKind
from facts.span import Span
from tests.fixtures.drawn_room import RedFaces, ToyRoom
from vision.observation import Observation, ObservationRequest, Observer
from vision.plan import ProofGoal, times_at_step
from vision.ports import Picture
from vision.senses import Senses


def kinds(observation: Observation) -> dict[SeatKind, int]:
    found = [seat.kind for seat in observation.view.seats]
    return {kind: found.count(kind) for kind in SeatKind if kind in found}


def counts_between(observation: Observation, room: ToyRoom, first_s: int, last_s: int) -> set[int]:
    start = room.span.start
    return {
        count
        for at, count in zip(observation.headcount.times, observation.headcount.counts, strict=True)
        if first_s <= (at - start).total_seconds() <= last_s
    }


def test_an_honest_class_is_proven_with_a_dozen_looks() -> None:
    seen = ToyRoom().observe(expected=6)
    assert seen.proven
    assert 9 <= seen.cost.looks <= 16
    assert seen.cost.keyframes <= 73
    assert seen.cost.motion == 40, "of the sixty gaps of its ten minutes every third is left as it is"
    assert set(seen.headcount.counts) == {6}
    assert seen.view.recall == 1.0


def test_heads_bowed_for_less_than_a_minute_are_carried() -> None:
    room = ToyRoom(state=lambda seat, t: "bowed" if seat == 1 and t % 150 < 40 else "face")
    seen = room.observe(expected=6)
    assert seen.proven
    assert max(moment.carried for moment in seen.view.moments) == 1


def test_heads_bowed_for_minutes_leave_the_hour_open_where_only_faces_are_seen() -> None:
    room = ToyRoom(state=lambda seat, t: "bowed" if seat in {1, 4} and 150 <= t < 560 else "face")
    seen = room.observe(expected=6)
    assert not seen.proven
    assert counts_between(seen, room, 220, 480) == {4}


def test_more_people_than_expected_prove_nothing() -> None:
    assert not ToyRoom().observe(expected=5).proven


@pytest.mark.parametrize("left_behind", ["away", "jacket", "elbow"])
def test_somebody_out_for_eight_minutes_is_never_made_up_for(left_behind: str) -> None:
    room = ToyRoom(state=lambda seat, t: left_behind if seat == 3 and 120 <= t < 600 else "face")
    seen = room.observe(expected=6)
    assert not seen.proven
    assert counts_between(seen, room, 180, 530) == {5}


def test_a_portrait_makes_up_no_number() -> None:
    seen = ToyRoom(state=lambda seat, _: "picture" if seat == 2 else "face").observe(expected=6)
    assert not seen.proven
    assert kinds(seen) == {SeatKind.PERSON: 5, SeatKind.PICTURE: 1}


def test_a_walking_teacher_makes_up_no_number() -> None:
    def lane(second: int) -> tuple[int, int]:
        return 60 + abs((second * 23) % 720 - 360), 190

    seen = ToyRoom(state=lambda seat, _: "away" if seat == 2 else "face", walker=lane).observe(expected=6)
    assert not seen.proven
    assert max(seen.headcount.counts) == 5


def test_a_teacher_s_long_halt_at_the_lectern_is_no_seat() -> None:
    def lane(second: int) -> tuple[int, int]:
        return (300, 190) if 200 <= second < 420 else (40 + (second * 23) % 400, 190)

    seen = ToyRoom(state=lambda seat, _: "away" if seat == 2 else "face", walker=lane).observe(expected=6)
    assert not seen.proven
    # Whoever passes the very spot every minute besides may be taken for somebody settled, in fewer minutes than prove.
    assert sum(count > 5 for count in seen.headcount.counts) < 30


def test_people_who_walk_between_benches_are_never_more_than_there_are() -> None:
    def state(bench: int, second: int) -> str:
        taken = np.random.default_rng([second // 30, 5]).permutation(12)[:6]
        return "face" if bench in taken else "away"

    seen = ToyRoom(people=12, state=state).observe(expected=7)
    assert not seen.proven
    assert max(seen.headcount.counts) <= 6


def test_who_changes_seats_counts_once() -> None:
    def state(seat: int, second: int) -> str:
        if seat == 4:
            return "away"
        first, second_half = second < 360, second >= 360
        return "away" if (seat == 0 and second_half) or (seat == 5 and first) else "face"

    seen = ToyRoom(state=state).observe(expected=5)
    assert not seen.proven
    assert max(seen.headcount.counts) == 4


def test_an_empty_room_is_nobody_and_costs_no_search() -> None:
    seen = ToyRoom(state=lambda *_: "away").observe(expected=6)
    assert set(seen.headcount.counts) == {0}
    assert seen.view.recall is None
    assert not seen.lapses
    assert seen.cost.looks <= 16


def test_nobody_is_looked_for_any_more_whom_none_of_many_looks_found() -> None:
    seen = ToyRoom(state=lambda seat, _: "away" if seat == 3 else "face").observe(expected=6)
    assert set(seen.headcount.counts) == {5}
    assert 14 <= seen.cost.looks <= 21


def test_somebody_whom_a_few_looks_found_is_looked_for_as_long_as_may_be() -> None:
    bowed = ToyRoom(state=lambda seat, second: "face" if seat != 3 or second // 60 % 3 == 0 else "bowed")
    assert bowed.observe(expected=6).cost.looks > 30


def test_no_recording_is_no_proof() -> None:
    room = ToyRoom(length_s=0)
    ask = ObservationRequest("CH02", Span.of(room.span.start, 600), Digest.of(b"x"), ProofGoal(1, 60))
    seen = Observer(Senses([RedFaces()])).observe(room.source(), ask)
    assert not seen.proven
    assert seen.window is None
    assert seen.cost.looks == 0


def test_a_covered_lens_splits_the_hour_and_leaves_no_window() -> None:
    def cover(picture: Picture, second: int) -> Picture:
        return np.full_like(picture, 60) if 300 <= second < 400 else picture

    seen = ToyRoom(paint=cover).observe(expected=6)
    assert [lapse.kind for lapse in seen.lapses] == [LapseKind.COVERED]
    assert not seen.proven
    assert seen.window is None


def test_undecodable_keyframes_are_a_lapse_not_a_silence() -> None:
    seen = ToyRoom(paint=lambda picture, second: None if 200 <= second < 260 else picture).observe(expected=6)
    assert LapseKind.UNDECODABLE in {lapse.kind for lapse in seen.lapses}
    assert not seen.proven


def test_looking_again_gives_the_same_answer_and_another_seed_other_moments() -> None:
    room = ToyRoom()
    asks = [ObservationRequest("CH02", room.span, Digest.of(seed), ProofGoal(6)) for seed in (b"a", b"a", b"b")]
    one, again, other = (Observer(Senses([RedFaces()])).observe(room.source(), ask) for ask in asks)
    assert one.view == again.view
    assert [frame.at for frame in one.view.frames] != [frame.at for frame in other.view.frames]


def test_known_seats_keep_their_names() -> None:
    room = ToyRoom()
    first = room.observe(expected=6)
    shuffled = tuple(reversed(first.view.seats))
    ask = ObservationRequest("CH02", room.span, Digest.of(b"later"), ProofGoal(6), known=shuffled)
    second = Observer(Senses([RedFaces()])).observe(room.source(), ask)
    places = {seat.id: seat.box.x for seat in first.view.seats}
    assert {seat.id: seat.box.x for seat in second.view.seats} == pytest.approx(places, abs=0.02)


def test_heads_in_an_ignored_corner_are_not_counted() -> None:
    room = ToyRoom()
    corner = room.observe(expected=6).view.seats[0].box
    ask = ObservationRequest("CH02", room.span, Digest.of(b"toy"), ProofGoal(6), ignore=(corner,))
    assert max(Observer(Senses([RedFaces()])).observe(room.source(), ask).headcount.counts) == 5


def test_stepping_leaves_no_avoidable_gap() -> None:
    times = list(ToyRoom().source().times)
    chosen = times_at_step(times, 9)
    gaps = {after - before for before, after in pairwise(chosen)}
    assert max(gaps) == timedelta(seconds=8)
    assert chosen[0] == times[0]
    assert chosen[-1] == times[-1]
