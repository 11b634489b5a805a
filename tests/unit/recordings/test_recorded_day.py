"""A day and a night of one camera on a fast clock, with trouble every few minutes."""

import random
from collections import Counter
from datetime import timedelta

from facts.recorder import EntryKind, GapReason, StreamEnd
from tests.fixtures.simulated_camera import START, SimulatedOffice, seconds

DAY_S = 24 * 3600
TROUBLES = ("drop", "silent", "keyless", "full", "refused", "jump", "step")


def test_a_day_of_trouble_leaves_no_second_unexplained_and_claims_none_that_was_dark() -> None:
    office, rng, met = SimulatedOffice(), random.Random(1), Counter[str]()
    until, dark = office.clock.mono_s + DAY_S, 0.0
    while office.clock.mono_s < until:
        office.run(rng.uniform(60, 900))
        what = rng.choice(TROUBLES)
        met[what] += 1
        began = office.clock.mono_s
        if what == "drop":
            office.camera.drop()
        office.camera.silent, office.camera.keyless = what == "silent", what == "keyless"
        office.disk.full = what == "full"
        office.camera.fault = StreamEnd(GapReason.REFUSED) if what == "refused" else None
        office.camera.jump_s += 300.0 * (what == "jump")
        office.clock.step_s += rng.choice((-90.0, 90.0)) * (what == "step")
        office.run(rng.uniform(5, 120))
        if what in {"silent", "keyless", "full", "refused"}:
            dark += office.clock.mono_s - began
        office.camera.silent = office.camera.keyless = office.disk.full = False
        office.camera.fault = None
    account = office.stop()
    assert set(met) == set(TROUBLES)
    assert account.unexplained == ()
    assert sum((span.length for span in account.planned), timedelta()) == office.clock().wall - START
    lived = office.clock.mono_s - 1000.0
    assert account.recorded_s <= lived - dark + 5 * met.total(), "what was dark is no footage"
    assert account.recorded_s >= lived - dark - 40 * met.total(), "what was sent is"
    assert {"lost", "stalled", "no_keyframe", "disk_full", "refused"} <= set(seconds(account))
    steps = [entry.reason for entry in office.ledger.entries if entry.kind is EntryKind.STEP]
    assert {"host", "camera_forward"} <= set(steps)
