from collections.abc import Callable
from datetime import timedelta

import cv2
import numpy as np
import pytest

from facts.footage import LapseKind
from facts.span import Span
from tests.fixtures.drawn_room import START, ToyRoom, at_s
from vision.lapses import Liveness, Sample, liveness
from vision.ports import Picture

Change = Callable[[Picture, int], Picture]


def judged(change: Change = lambda frame, _: frame, room: ToyRoom | None = None, step_s: int = 10) -> Liveness:
    source = (room or ToyRoom(length_s=600)).source(step_s)
    frames = list(source.luma(source.times))
    samples = [Sample(at, change(frame, round((at - START).total_seconds()))) for at, frame in frames]
    return liveness("CH02", Span.of(START, 600), samples)


def during(first_s: int, last_s: int, change: Callable[[Picture], Picture]) -> Change:
    return lambda frame, second: change(frame) if first_s <= second < last_s else frame


def defocused(frame: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), 4), np.uint8)


def palm(frame: Picture) -> Picture:
    y, x = np.mgrid[: frame.shape[0], : frame.shape[1]]
    return (40 + 60 * x / frame.shape[1] + 30 * y / frame.shape[0]).astype(np.uint8)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (LapseKind.BLACK, lambda frame: np.full_like(frame, 16)),
        (LapseKind.COVERED, palm),
        (LapseKind.BLURRED, defocused),
        (LapseKind.MOVED, lambda frame: np.ascontiguousarray(frame[::-1, ::-1])),
    ],
)
def test_a_lapse_reaches_from_the_last_live_sample_to_the_next(
    kind: LapseKind, change: Callable[[Picture], Picture]
) -> None:
    found = judged(during(200, 300, change)).lapses
    assert [(lapse.kind, lapse.span) for lapse in found] == [(kind, Span(at_s(190), at_s(300)))]


def test_a_live_class_has_no_lapse() -> None:
    seen = judged()
    assert seen.lapses == ()
    assert not seen.moving_camera


def test_an_empty_room_with_sensor_noise_is_live() -> None:
    assert judged(room=ToyRoom(length_s=600, state=lambda *_: "away")).lapses == ()


def test_a_repeated_picture_is_frozen_even_under_a_ticking_clock() -> None:
    kept: list[Picture] = []

    def freeze(frame: Picture, second: int) -> Picture:
        if not 200 <= second < 300:
            return frame
        kept.append(frame)
        shown = kept[0].copy()
        cv2.putText(shown, f"08:{second}", (10, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 255)
        return shown

    found = judged(freeze).lapses
    assert [(lapse.kind, lapse.span) for lapse in found] == [(LapseKind.FROZEN, Span(at_s(200), at_s(300)))]


def test_one_living_person_keeps_a_noiseless_picture_from_being_frozen() -> None:
    room = ToyRoom(length_s=600, noise=0.0, state=lambda seat, _: "face" if seat == 3 else "away")
    assert judged(room=room).lapses == ()


@pytest.mark.parametrize("light", [0.45, 0.16])
def test_lights_off_for_slides_is_not_black(light: float) -> None:
    dim = during(200, 400, lambda frame: (16 + frame * light).astype(np.uint8))
    assert judged(dim).lapses == ()


def test_a_hand_before_the_lens_for_one_sample_is_no_lapse() -> None:
    assert judged(during(200, 210, palm)).lapses == ()


def test_a_camera_on_patrol_is_flagged_not_called_turned_away() -> None:
    def patrol(frame: Picture, second: int) -> Picture:
        return np.ascontiguousarray(np.roll(frame, 97 * (second // 60 % 4), axis=1))

    seen = judged(patrol)
    assert seen.moving_camera
    assert seen.lapses == ()


def test_black_to_the_end_lasts_to_the_end() -> None:
    found = judged(during(500, 9999, lambda frame: np.full_like(frame, 16))).lapses
    assert found[-1].span == Span(at_s(490), START + timedelta(seconds=600))


def test_a_view_that_another_hour_knows_shows_that_this_whole_hour_is_turned_away() -> None:
    usual = judged().usual
    source = ToyRoom(length_s=600).source(10)
    samples = [Sample(at, np.ascontiguousarray(frame[::-1, ::-1])) for at, frame in source.luma(source.times)]
    seen = liveness("CH02", Span.of(START, 600), samples, usual)
    assert not seen.moving_camera
    assert [(lapse.kind, lapse.span) for lapse in seen.lapses] == [(LapseKind.MOVED, Span.of(START, 600))]
