"""Laws of the clock: packets come late and never early, so starts are found and drift is followed."""

import random
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from facts.recorder import EntryKind, GapReason, StreamEnd
from pipeline.recordings.stream_clock import MOST_PPM, StreamClock
from tests.fixtures.simulated_camera import START, SimulatedOffice, fragments

HOUR_S, PIECE_S = 3600, 0.5


def arrivals(seed: int, ppm: float, jitter_s: float) -> list[tuple[float, float]]:
    """An hour of half seconds: when each was here, and what the camera stamped on its end."""
    rng = random.Random(seed)
    rate = 1 + ppm / 1e6
    pieces = int(HOUR_S / PIECE_S)
    return [
        (5000 + number * PIECE_S / rate + 0.1 + rng.expovariate(1 / jitter_s), number * PIECE_S)
        for number in range(1, pieces)
    ]


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 1000), st.floats(-MOST_PPM, MOST_PPM), st.floats(0.001, 0.08))
def test_after_an_hour_a_time_is_known_to_a_fifth_of_a_second(seed: int, ppm: float, jitter_s: float) -> None:
    clock = StreamClock()
    said = []
    for one in fragments(arrivals(seed, ppm, jitter_s)):
        said.append(clock.doubt(one))
        clock.meet(one)
    true_s = 5000 + HOUR_S / (1 + ppm / 1e6) + 0.1
    assert abs(clock.mono_s(HOUR_S, true_s) - true_s) < 0.2
    assert not any(said), "an honest clock was doubted"
    assert abs(clock.ppm) <= MOST_PPM


@settings(deadline=None, max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.floats(1, 40),
            st.sampled_from(["drop", "silent", "keyless", "full", "jump", "crush", "step", "refuse", "nearly"]),
        ),
        max_size=8,
    )
)
def test_whatever_happens_no_second_is_unexplained(events: list[tuple[float, str]]) -> None:
    office = SimulatedOffice()
    for length_s, what in events:
        office.run(length_s)
        if what == "drop" and office.camera.streams:
            office.camera.drop()
        office.camera.silent, office.camera.keyless = what == "silent", what == "keyless"
        office.disk.refuses = what == "nearly"
        office.disk.full, office.camera.crushed = what == "full", what == "crush"
        office.camera.fault = StreamEnd(GapReason.REFUSED) if what == "refuse" else None
        office.camera.jump_s += 500.0 * (what == "jump")
        office.clock.step_s += 90.0 * (what == "step")
    office.run(30)
    account = office.stop()
    assert account.unexplained == ()
    spans = [*account.recorded, *(gap.span for gap in account.gaps)]
    assert sum((span.length for span in account.planned), timedelta()) == office.clock().wall - START
    assert all(span.start >= START - timedelta(seconds=7) for span in spans)
    assert office.ledger.entries[0].kind is EntryKind.BEGIN
