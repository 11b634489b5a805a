"""Codes before a camera: what is read at which size and in which light, what is nothing, and what costs no more than its share."""

from collections.abc import Callable
from datetime import datetime, timedelta

import cv2
import numpy as np
import pytest
import segno

from facts.digest import Digest
from facts.footage import LapseKind
from facts.span import Span
from facts.time_code import PAYLOAD_BYTES, CodeHour, code_at, read_payload, slot_of
from tests.fixtures.drawn_room import START, RedFaces, ToyRoom, at_s
from tests.fixtures.memory_source import MemorySource
from tests.fixtures.time_codes import Held, held_before, modules, payload_at
from vision.lapses import Sample, liveness
from vision.observation import ObservationRequest, Observer
from vision.ports import Picture
from vision.senses import Senses
from vision.time_codes import MOST_CLOSE_LOOKS, MOST_IN_FRAME, MOST_READINGS, MOST_SECOND_LOOKS, CodeWatch, sights_in

HOUR = CodeHour("某校", "jz1", "2099-04-07#1", "201教室")
PAYLOAD = payload_at(HOUR, START)
SEED = Digest.of(b"codes")


def room(length_s: int = 10) -> Picture:
    source = ToyRoom(length_s=length_s).source(10)
    return next(iter(source.luma(source.times[:1])))[1]


def small(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    return np.asarray(cv2.resize(picture, (960, round(height * 960 / width)), interpolation=cv2.INTER_LINEAR), np.uint8)


def qr(data: bytes | str, **how: str) -> Picture:
    made = segno.make(data, micro=False, **how)  # type: ignore[arg-type]
    return np.pad(
        np.array([[0 if dark else 255 for dark in row] for row in made.matrix], np.uint8), 4, constant_values=255
    )


def scaled(picture: Picture, by: int) -> Picture:
    return np.asarray(cv2.resize(picture, None, fx=by, fy=by, interpolation=cv2.INTER_NEAREST), np.uint8)


def test_the_payload_says_what_it_says_and_nothing_longer() -> None:
    assert len(PAYLOAD) == PAYLOAD_BYTES
    parsed = read_payload(PAYLOAD)
    assert parsed is not None
    assert parsed[0] == code_at(HOUR, START)
    assert parsed[0].slot == slot_of(START)
    assert [read_payload(other) for other in (b"", PAYLOAD[:-1], PAYLOAD + b"x", b"ZZ" + PAYLOAD[2:])] == [None] * 4


@pytest.mark.parametrize("other", ["institution", "class_id", "hour_id"])
def test_whatever_names_the_hour_changes_its_tag(other: str) -> None:
    names = {"institution": "某校", "class_id": "jz1", "hour_id": "2099-04-07#1", "room": "201教室"}
    assert CodeHour(**names | {other: "另一个"}).hour_tag != HOUR.hour_tag
    assert CodeHour(**names | {"room": "202教室"}).room_tag != HOUR.room_tag


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(Held(80), id="a twelfth of the picture"),
        pytest.param(Held(80, turned=20), id="turned"),
        pytest.param(Held(240, turned=-35), id="near"),
        pytest.param(Held(110, dark=90, light=180), id="a washed-out projector"),
        pytest.param(Held(150, glare=0.1), id="glare on a corner"),
        pytest.param(Held(120, bands=0.5), id="flicker bands"),
    ],
)
def test_a_code_is_read_where_it_stands(how: Held) -> None:
    [found] = sights_in(held_before(small(room()), PAYLOAD, how)).read
    assert found.payload == PAYLOAD
    assert abs(found.box.x + found.box.w / 2 - 0.5) < 0.01
    assert found.box.w * 960 >= 0.9 * how.width_px


def test_a_code_too_small_is_not_read_and_nothing_is_made_up() -> None:
    assert sights_in(held_before(small(room()), PAYLOAD, Held(40))).read == ()


@pytest.mark.parametrize(
    "data",
    ["https://example.org/pay?x=1", b"XT", "课" * 900, b"\x00" * 2900],
    ids=["poster", "short", "3 KB text", "3 KB bytes"],
)
def test_a_strangers_code_is_nothing(data: bytes | str) -> None:
    assert sights_in(scaled(qr(data, error="l"), 3)).read == ()


def test_ten_thousand_codes_in_one_picture_leave_few() -> None:
    one = np.pad(qr("1", error="l")[4:-4, 4:-4], 1, constant_values=255)
    wall = np.ascontiguousarray(np.tile(one, (104, 104)))
    assert wall.shape[0] // one.shape[0] * (wall.shape[1] // one.shape[1]) > 10_000
    assert sights_in(wall).read == ()


def test_many_of_ours_at_once_are_kept_to_a_few_the_largest_first() -> None:
    canvas = np.full((540, 960), 200, np.uint8)
    for number in range(24):
        code = scaled(modules(payload_at(HOUR, at_s(10 * number))), 2)
        top, left = number // 10 * 90, number % 10 * 94
        canvas[top : top + code.shape[0], left : left + code.shape[1]] = code
    found = sights_in(canvas).read
    assert 0 < len(found) <= MOST_IN_FRAME


def watched(picture_at: Callable[[datetime], Picture | None], seconds: int = 600) -> tuple[CodeWatch, MemorySource]:
    source = MemorySource([at_s(second) for second in range(0, seconds, 10)], picture_at)
    watch = CodeWatch()
    watch.look(dict(source.luma(source.times)), source)
    return watch, source


def colour(picture: Picture, width: int) -> Picture:
    height = round(picture.shape[0] * width / picture.shape[1])
    return np.asarray(cv2.cvtColor(cv2.resize(picture, (width, height)), cv2.COLOR_GRAY2BGR), np.uint8)


def test_what_is_too_small_in_the_small_keyframe_is_read_in_the_whole_one() -> None:
    whole = held_before(colour(room(), 1920), PAYLOAD, Held(108))
    watch, source = watched(lambda _: whole, 100)
    assert source.asked["colour"] <= MOST_SECOND_LOOKS
    assert {one.payload for one in watch.readings} == {PAYLOAD.hex()}


def test_pictures_that_only_look_like_codes_cost_a_few_whole_frames_and_no_more() -> None:
    broken = scaled(modules(PAYLOAD), 4)
    broken[60:100, 60:120] = 255 - broken[60:100, 60:120]
    canvas = np.full((540, 960), 200, np.uint8)
    canvas[100 : 100 + broken.shape[0], 100 : 100 + broken.shape[1]] = broken
    assert sights_in(canvas).unread is not None
    watch, source = watched(lambda _: cv2.cvtColor(canvas, cv2.COLOR_GRAY2BGR))
    assert watch.readings == []
    assert source.asked["colour"] == MOST_SECOND_LOOKS


def test_of_each_code_the_first_and_the_last_reading_are_kept_and_never_more_than_a_report_holds() -> None:
    picture = small(room())

    def projector(at: datetime) -> Picture:
        return np.asarray(
            cv2.cvtColor(held_before(picture, payload_at(HOUR, at), Held(120)), cv2.COLOR_GRAY2BGR), np.uint8
        )

    watch, _ = watched(projector, 600)
    assert len(watch.readings) == 60
    assert len(watch.kept) == MOST_READINGS
    photograph = held_before(picture, PAYLOAD, Held(120))
    still, _ = watched(lambda _: cv2.cvtColor(photograph, cv2.COLOR_GRAY2BGR), 600)
    assert [one.at for one in still.kept] == [at_s(0), at_s(590)]


def test_where_a_code_was_on_a_screen_the_whole_picture_is_looked_at_although_the_small_one_shows_nothing() -> None:
    whole = held_before(colour(room(), 1920), PAYLOAD, Held(84))
    without, source = watched(lambda _: whole, 600)
    assert (without.readings, source.asked["colour"]) == ([], 0), "too small to look like a code"
    without.look_closely([at for at in source.times if at < at_s(300)], source)
    assert {one.payload for one in without.readings} == {PAYLOAD.hex()}
    assert source.asked["colour"] == MOST_CLOSE_LOOKS
    assert {one.at < at_s(300) for one in without.readings} == {True}


def test_a_short_time_is_looked_at_as_often_as_it_has_keyframes_and_an_empty_one_not_at_all() -> None:
    whole = held_before(colour(room(), 1920), PAYLOAD, Held(84))
    watch, source = watched(lambda _: whole, 600)
    watch.look_closely([], source)
    assert source.asked["colour"] == 0
    watch.look_closely(source.times[:2], source)
    assert source.asked["colour"] == 2


def test_an_observation_looks_closely_where_it_was_told_that_a_code_was_shown() -> None:
    whole = held_before(colour(room(), 1920), PAYLOAD, Held(84))
    shown = Span(at_s(100), at_s(200))

    def codes(*times: Span) -> set[datetime]:
        source = MemorySource([at_s(second) for second in range(0, 600, 10)], lambda _: whole)
        ask = ObservationRequest("CH02", Span(at_s(0), at_s(600)), SEED, code_times=times)
        return {one.at for one in Observer(Senses([RedFaces()])).observe(source, ask).view.codes}

    assert codes() == set()
    assert codes(shown) == {at_s(100), at_s(190)}, "of each code the first and the last reading"


def test_a_still_picture_stays_still_whatever_code_changes_in_it() -> None:
    picture, watch = small(room()), CodeWatch()
    frames = {at_s(s): held_before(picture, payload_at(HOUR, at_s(s)), Held(120)) for s in range(0, 300, 10)}
    watch.look(frames, MemorySource([], lambda _: None))
    samples = [Sample.of(at, frame) for at, frame in frames.items()]
    span = Span(START, START + timedelta(seconds=300))
    assert liveness("CH02", span, samples).lapses == ()
    assert [one.kind for one in liveness("CH02", span, samples, apart=watch.apart).lapses] == [LapseKind.FROZEN]
