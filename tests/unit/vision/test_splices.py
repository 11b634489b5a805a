"""A joint of two recordings is found to the keyframe; people who move, come one by one or sit under another lamp are none."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import cv2
import numpy as np
import pytest

from facts.span import SHANGHAI
from facts.splice import Splice
from vision.ports import Picture, Tensor
from vision.splices import splices_in

START = datetime(2025, 4, 7, 8, 30, tzinfo=SHANGHAI)
WIDTH, HEIGHT = 480, 270
SEATS = [(50 + 60 * column, 60 + 55 * row) for row in range(3) for column in range(7)]
LENGTH_S, STEP_S, KEYFRAME_S = 600, 10, 2
JOINT_S = 305.0
Scene = Callable[[float], Picture]
ROOM = (
    cv2.GaussianBlur(np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 4) * 3 - 250
)


def look_of(person: int) -> Tensor:
    """What somebody wears: coarse light and dark of their own."""
    rng = np.random.default_rng(100 + person)
    wide = cv2.resize(rng.uniform(20, 235, (5, 4)).astype(np.float32), (32, 40), interpolation=cv2.INTER_CUBIC)
    return np.asarray(wide, np.float32)


def shown(at_s: float, people: Sequence[int], light: float = 1.0, noise: float = 1.5) -> Picture:
    """The room with somebody in each seat, who sways by himself; -1 is an empty chair."""
    rng = np.random.default_rng([round(at_s * 10), len(people)])
    picture = ROOM.copy()
    for (x, y), person in zip(SEATS, people, strict=True):
        if person >= 0:
            dx, dy = rng.integers(-2, 3, 2)
            picture[y + dy : y + dy + 40, x + dx : x + dx + 32] = look_of(person)
    grain = rng.normal(0, noise, picture.shape)
    return np.asarray(np.clip(picture * light + grain, 0, 255), np.uint8)


OURS, THEIRS = tuple(range(21)), tuple(range(50, 71))


def found(scene: Scene, step_s: int = STEP_S, keyframe_s: int = KEYFRAME_S) -> tuple[Splice, ...]:
    def frames(times: Sequence[datetime]) -> Mapping[datetime, Picture]:
        return {at: scene((at - START).total_seconds()) for at in times}

    keyframes = [START + timedelta(seconds=each) for each in range(0, LENGTH_S, keyframe_s)]
    return splices_in(frames(keyframes[:: step_s // keyframe_s]), keyframes, frames)


def joined(at_s: float) -> Picture:
    return shown(at_s, OURS if at_s < JOINT_S else THEIRS)


@pytest.mark.parametrize("step_s", [10, 20])
def test_a_joint_is_found_between_the_two_keyframes_around_it(step_s: int) -> None:
    (one,) = found(joined, step_s)
    assert (one.before, one.after) == (START + timedelta(seconds=304), START + timedelta(seconds=306))
    assert one.cells >= 12
    assert not one.offbeat


def test_a_stretch_that_was_put_in_has_two_joints() -> None:
    two = found(lambda at_s: shown(at_s, THEIRS if 205 < at_s < 405 else OURS))
    assert [(one.before - START).total_seconds() for one in two] == [204.0, 404.0]


def quiet(at_s: float) -> Picture:
    return shown(at_s, OURS)


def lamps(at_s: float) -> Picture:
    return shown(at_s, OURS, light=0.35 if 200 <= at_s < 400 else 1.0)


def coming(at_s: float) -> Picture:
    """The whole class comes in while two samples are taken, one after the other."""
    return shown(at_s, tuple(each if at_s > 300 + each / 2 else -1 for each in OURS))


def restless(at_s: float) -> Picture:
    """Everybody changes places with a neighbour now and then, each in his own time."""
    return shown(at_s, tuple(each if (at_s + 37 * each) % 300 < 150 else 80 + each for each in OURS))


def one_goes(at_s: float) -> Picture:
    return shown(at_s, OURS if at_s < JOINT_S else (-1, *OURS[1:]))


def turns(at_s: float) -> Picture:
    """Every hundred seconds all places look as they did before, in turn: an exercise, or a camera with two positions."""
    return shown(at_s, OURS if at_s // 100 % 2 else THEIRS)


@pytest.mark.parametrize("scene", [quiet, lamps, coming, restless, one_goes, turns])
def test_what_happens_in_an_honest_hour_is_none(scene: Scene) -> None:
    assert found(scene) == ()


def test_where_the_light_jumps_as_well_nothing_is_told() -> None:
    assert found(lambda at_s: shown(at_s, *((OURS, 1.0) if at_s < JOINT_S else (THEIRS, 0.35)))) == ()


def test_noise_and_the_beat_of_keyframes_are_told_beside_it() -> None:
    def noisier(at_s: float) -> Picture:
        return shown(at_s, *((OURS, 1.0, 1.0) if at_s < JOINT_S else (THEIRS, 1.0, 4.0)))

    (one,) = found(noisier)
    assert one.grain_after > 2 * one.grain_before

    def frames(times: Sequence[datetime]) -> Mapping[datetime, Picture]:
        return {at: joined((at - START).total_seconds()) for at in times}

    beat = [START + timedelta(seconds=each) for each in (*range(0, 304, 2), *range(305, LENGTH_S, 2))]
    sampled = [
        at
        for at in beat
        if (at - START).total_seconds() // 10 > (at - START - timedelta(seconds=2)).total_seconds() // 10
    ]
    (broken,) = splices_in(frames(sampled), beat, frames)
    assert broken.offbeat


def test_too_few_samples_say_nothing() -> None:
    frames = {START + timedelta(seconds=each): joined(float(each)) for each in range(200, 400, 10)}
    assert splices_in(frames, sorted(frames), lambda _: {}) == ()
