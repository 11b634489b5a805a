"""What a reviewer is asked to look at: the window that shows most, three looks of it that nobody picked, and the next."""

from dataclasses import replace

from facts.digest import Digest
from facts.review import Review, ReviewAnswer, ReviewFrame, ReviewReading
from facts.sighting import Box, LookCount, SampledFrame, Sighting, View
from pipeline.reviews.sheet import as_marked, frames_of, further_frame, inside, picked
from tests.fixtures.hour_facts import at, span

WINDOW = span(5, 15)


def frame(minute: float, heads: int) -> SampledFrame:
    found = tuple(Sighting("CH02", at(minute), Box(0.1 * n, 0.2, 0.05, 0.08), 0.9) for n in range(heads))
    return SampledFrame("CH02", at(minute), "a.mp4", minute * 60, found)


def view(*frames: SampledFrame) -> View:
    return View("CH02", span(0, 45), frames=frames)


def test_three_looks_spread_over_the_window_each_the_fullest_near_its_place() -> None:
    looks = [frame(3, 9), *(frame(5 + 0.5 * n, 5 + (n in {1, 10, 19})) for n in range(20)), frame(16, 9)]
    chosen = frames_of(view(*looks), WINDOW, 3)
    assert [one.at for one in chosen] == [at(5.5), at(10), at(14.5)]
    assert [len(one.heads) for one in chosen] == [6, 6, 6]


def test_where_there_are_few_looks_each_is_asked_once() -> None:
    chosen = frames_of(view(frame(6, 3), frame(9, 3)), WINDOW, 3)
    assert [one.at for one in chosen] == [at(6), at(9)]


def test_the_next_frame_lies_in_the_longest_stretch_that_falls_short() -> None:
    looks = tuple(LookCount(at(5 + n), 6 if n in {0, 2, 9} else 5) for n in range(10))
    machine = view(*(frame(5 + n, 5) for n in range(10)))
    marked = frames_of(machine, WINDOW, 3)
    reading = ReviewReading("account:1", at(60), ReviewAnswer.HEADS, marked)
    seen = replace(machine, moments=looks)
    review = Review("h", "CH02", WINDOW, Digest.of(b"a"), 6, reading, seen)
    told = further_frame(machine, review)
    assert told
    assert told.at not in {one.at for one in marked}
    assert at(8) <= told.at <= at(13)
    full = replace(review, view=replace(machine, moments=tuple(replace(one, seen=6) for one in looks)))
    assert further_frame(machine, full) is None


def test_a_box_over_the_edge_is_cut_to_the_picture() -> None:
    cut = inside(Box(-0.02, 0.97, 0.1, 0.1))
    assert (cut.x, round(cut.w, 3), cut.y, round(cut.h, 3)) == (0.0, 0.08, 0.97, 0.03)


def test_frames_that_somebody_picked_are_told_from_those_that_the_evidence_chose() -> None:
    machine = view(*(frame(5 + 0.5 * number, 5) for number in range(20)))
    chosen = frames_of(machine, WINDOW, 3)

    def made(*frames: ReviewFrame) -> Review:
        return Review(
            "h", "CH02", WINDOW, Digest.of(b"a"), 6, ReviewReading("account:1", at(60), ReviewAnswer.HEADS, frames)
        )

    further = as_marked(frame(8, 6))
    assert not picked(machine, made(*chosen))
    assert not picked(machine, made(*chosen, further)), "more may be looked at"
    other = view(*(frame(5 + 0.5 * number, 5 + (number == 1)) for number in range(20)))
    assert not picked(other, made(*chosen)), "another network finds another look the fullest"
    assert picked(machine, made(*chosen[:2], further)), "the last minute was left out"
    between = as_marked(frame(10.1, 6))
    assert picked(machine, made(chosen[0], between, chosen[2])), "a moment that the evidence did not choose"
