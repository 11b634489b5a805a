"""Minutes of one class that samples leave open: looked at on their own side first, then on both."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
import pytest

from facts.course import ClassHour
from facts.digest import Digest
from facts.motion import MotionRecord
from facts.sighting import View
from facts.span import Span
from pipeline.verification.ports import LookJob, LookResult
from runtime.verification.replays import ClassReplays, replays_closely
from tests.fixtures.invented_motion import START, people, recorded
from vision.ports import Tensor

WEEK = timedelta(days=7)
EARLIER, OTHERS = people(1, pause_s=2.6), people(9, pause_s=2.6)
Film = Callable[[float], Tensor]


def half_hidden(at_s: float) -> Tensor:
    """The earlier film with other people moving in front of it."""
    return np.asarray(EARLIER(at_s) / 2 + OTHERS(at_s) / 2, np.float32)


@dataclass(slots=True)
class TwoFilms:
    """Implements ``CloserLook`` over last week's film and today's, of which today's shows last week's from 403 s on."""

    today: Film
    asked: list[str] = field(default_factory=list)

    def motion(self, job: LookJob, span: Span) -> MotionRecord | None:
        self.asked.append(job.hour_id)
        film, begun, begin_s = (EARLIER, START, 0.0) if job.hour_id == "a" else (self.today, START + WEEK, 403.0)
        since_s = (span.start - begun).total_seconds()
        return recorded(film, span.length_s, 2, begin_s=begin_s + since_s, start=span.start)


def looked(record: MotionRecord, hour_id: str) -> tuple[ClassHour, LookJob, LookResult]:
    span = Span(record.start, record.start + timedelta(minutes=45))
    job = LookJob(hour_id, "CH02", span, ("a.mp4",), Digest.of(hour_id.encode()))
    return ClassHour(hour_id, span, room="201教室"), job, LookResult(View("CH02", span, motion=record))


def sought(today: Film) -> tuple[list[str], list[str]]:
    """The hours in which something was found, and the hours that were looked at more closely."""
    closer = TwoFilms(today)
    replays, stretches = of_two_weeks(closer)
    return [one.hour_id for one in replays.replays(stretches)], closer.asked


def of_two_weeks(closer: TwoFilms) -> tuple[ClassReplays, list[tuple[LookJob, LookResult]]]:
    stretches = [
        looked(recorded(EARLIER, 900, 20), "a"),
        looked(recorded(closer.today, 180, 6, begin_s=403.0, start=START + WEEK), "b"),
    ]
    replays = ClassReplays([hour for hour, _, _ in stretches], closer)
    return replays, [(job, seen) for _, job, seen in stretches]


def test_what_one_side_does_not_decide_both_do() -> None:
    assert sought(half_hidden) == (["b"], ["b", "a"])


@pytest.mark.parametrize("rounded_up", ["a", "b"])
def test_the_later_of_two_sides_is_the_copy_whatever_the_last_digits_say(rounded_up: str) -> None:
    closer = TwoFilms(half_hidden)
    replays, looked_at = of_two_weeks(closer)
    _, unsure = replays.within(replays.stretches(looked_at))
    another_processor = [
        replace(one, guess=replace(one.guess, worth=one.guess.worth + 1e-6))
        if one.own.job.hour_id == rounded_up
        else one
        for one in unsure
    ]
    assert [one.hour_id for one in replays_closely(closer, another_processor, 2)] == ["b"]
    assert closer.asked == ["b", "a"]


def test_other_people_are_not_looked_at_on_both_sides() -> None:
    found, asked = sought(OTHERS)
    assert found == []
    assert len(asked) <= 2
    assert asked.count("a") + asked.count("b") == len(asked)
