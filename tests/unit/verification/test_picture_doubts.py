"""Doubts from the pictures reach the report: each is raised by the use case from what a look or a file says, or not at all."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from facts.backdrop import COLUMNS, ROWS
from facts.encoding import Encoding
from facts.motion import Repeat
from facts.report import ClassReport
from facts.sighting import LookCount, SeatKind
from facts.span import Span
from facts.splice import Splice
from facts.surface import Surface
from facts.verdict import Status
from pipeline.verification.ports import LookJob, LookResult
from pipeline.verification.report import ClassInputs, ReportOrigin, prepare, verify
from runtime.verification.replays import ClassReplays
from tests.fixtures.hour_facts import seat
from tests.fixtures.invented_motion import people, recorded
from tests.fixtures.verification_case import CountedProgress, ToldLooker, inputs, law

BOOK = "yangquan-2024"
OF_PICTURES = {"CAMERA_MOVED", "CONTENT_SPLICE", "ENCODER_CHANGED", "FILMED_SCREEN", "FLAT_PICTURE", "SHORT_LOOP"}
RNG = np.random.default_rng(7)
ROOM = RNG.integers(0, 16, (ROWS, COLUMNS), dtype=np.uint8)


@dataclass
class DressedLooker(ToldLooker):
    """Sees what it was told, and on each day what the camera of that day shows."""

    dress: "dict[int, dict[str, object]] | None" = None

    def look(self, jobs: Sequence[LookJob]) -> Iterator[tuple[LookJob, LookResult]]:
        for job, seen in super().look(jobs):
            told = (self.dress or {}).get(job.span.start.day, {})
            yield job, replace(seen, view=replace(seen.view, **told))  # type: ignore[arg-type]


def two_days() -> ClassInputs:
    one = inputs(BOOK)
    hour, file = one.hours[0], one.segments[0]
    assert file.span is not None
    later = timedelta(days=1)
    span = Span(hour.span.start + later, hour.span.end + later)
    signed = tuple(replace(each, at=each.at + later) for each in one.checkins)
    return replace(
        one,
        hours=(hour, replace(hour, id="h2", span=span)),
        checkins=(*one.checkins, *signed),
        segments=(file, replace(file, path="b.mp4", stretches=(span,))),
    )


def made(told: ToldLooker, case: ClassInputs) -> ClassReport:
    making = ReportOrigin("xueshi test", datetime(2026, 1, 1, tzinfo=UTC))
    return verify(prepare(case, law(BOOK)), told, making, CountedProgress(), ClassReplays(case.hours))


def kinds(report: ClassReport) -> list[str]:
    return [one.kind for one in report.doubts if one.kind in OF_PICTURES]


def packed(levels: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]") -> str:
    flat = levels.ravel()
    return base64.b64encode(((flat[::2] << 4) | flat[1::2]).tobytes()).decode()


@pytest.mark.parametrize(("cells", "raised"), [(0, []), (3, ["CAMERA_MOVED"])])
def test_a_camera_that_was_moved_overnight_is_a_doubt(cells: int, raised: list[str]) -> None:
    moved = packed(np.roll(ROOM, cells, axis=1))
    shown: dict[int, dict[str, object]] = {7: {"backdrop": packed(ROOM)}, 8: {"backdrop": moved}}
    assert kinds(made(DressedLooker(dress=shown), two_days())) == raised


@pytest.mark.parametrize("changed", [False, True])
def test_another_encoder_in_the_middle_of_an_hour_is_a_doubt(changed: bool) -> None:  # noqa: FBT001 - both worlds of one test
    one = inputs(BOOK)
    (file,) = one.segments
    coded = (Encoding(0.0, "a1b2", 50, 2.0), *([Encoding(900.0, "a1b2", 25, 1.0)] if changed else []))
    report = made(ToldLooker(), replace(one, segments=(replace(file, codec="h264", encodings=coded),)))
    assert kinds(report) == (["ENCODER_CHANGED"] if changed else [])


@pytest.mark.parametrize("looped", [False, True])
def test_a_short_loop_leaves_the_hour_open(looped: bool) -> None:  # noqa: FBT001 - both worlds of one test
    one = inputs(BOOK)
    start = one.hours[0].span.start
    span, there = Span.of(start + timedelta(minutes=10), 300), Span.of(start, 300)
    told = {"motion": recorded(people(1), 2700.0, 20.0), "repeat": Repeat(span, there, 12, 0.8) if looped else None}
    seats = tuple(seat(number, one.hours[0].span) for number in range(len(one.trainees)))
    report = made(DressedLooker(dress={7: {**told, "seats": seats}}), one)
    (view,) = [finding for finding in report.verdicts[0].findings if finding.rule == "YQ-V2"]
    assert kinds(report) == (["SHORT_LOOP"] if looped else [])
    assert (view.status, view.reason == "SEEN_BEFORE") == (Status.UNPROVEN if looped else Status.PASS, looped)


@pytest.mark.parametrize("joined", [False, True])
def test_a_jump_in_content_is_a_doubt_and_no_verdict(joined: bool) -> None:  # noqa: FBT001 - both worlds of one test
    one = inputs(BOOK)
    at = one.hours[0].span.start + timedelta(minutes=20)
    seats = tuple(seat(number, one.hours[0].span) for number in range(len(one.trainees)))
    told: dict[str, object] = {
        "seats": seats,
        "splices": (Splice(at, at + timedelta(seconds=2), 40),) if joined else (),
    }
    report = made(DressedLooker(dress={7: told}), one)
    assert kinds(report) == (["CONTENT_SPLICE"] if joined else [])
    assert report.verdicts[0].findings == made(DressedLooker(dress={7: {"seats": seats}}), one).verdicts[0].findings


@pytest.mark.parametrize(("bands", "raised"), [(8.0, "FILMED_SCREEN"), (0.5, "FLAT_PICTURE")])
def test_a_class_of_which_nobody_lives_looks_like_a_screen_or_a_print(bands: float, raised: str) -> None:
    one = inputs(BOOK)
    flat = [seat(number, kind=SeatKind.PICTURE) for number in range(len(one.trainees))]
    told = {
        "seats": tuple(replace(each, sightings=12) for each in flat),
        "moments": (LookCount(one.hours[0].span.start, 0, apart=len(flat)),),
        "surface": Surface(bands),
    }
    assert kinds(made(DressedLooker(dress={7: told}), one)) == [raised]
