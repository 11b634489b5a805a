"""The motion signature: what it keeps, and above all what it cannot keep."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from facts.codec import dumps, loads
from facts.errors import InputError
from facts.motion import MotionRecord
from vision.motion import CELLS, COLUMNS, ROWS, motion_of, motion_record, motion_seen, shrunk
from vision.ports import Picture

START = datetime(2025, 4, 7, 0, 30, tzinfo=UTC)
CELL_PX = 15


def frames(count: int = 60, *, moving: bool = True, noise: float = 1.3) -> dict[datetime, Picture]:
    """A textured room in which three patches change from sample to sample, four seconds apart."""
    rng = np.random.default_rng(3)
    room = rng.integers(60, 180, (135, 240)).astype(np.float32)
    film = {}
    for number in range(count):
        picture = room + rng.normal(0, noise, room.shape)
        if moving:
            for x, y in ((30, 40), (120, 60), (200, 90)):
                dx, dy = rng.integers(-6, 7, 2)
                picture[y + dy : y + dy + 12, x + dx : x + dx + 10] = rng.integers(40, 200, (12, 10))
        film[START + timedelta(seconds=4 * number)] = np.clip(picture, 0, 255).astype(np.uint8)
    return film


def kept(film: dict[datetime, Picture]) -> MotionRecord:
    record = motion_record(film)
    assert record is not None
    return record


def scrambled(picture: Picture) -> Picture:
    """The pixels of every cell in another order, the same one in every picture: no face survives that."""
    cells = picture.reshape(ROWS, CELL_PX, COLUMNS, CELL_PX).transpose(0, 2, 1, 3).reshape(CELLS, -1)
    order = np.random.default_rng(5).permutation(CELL_PX * CELL_PX)
    back = cells[:, order].reshape(ROWS, COLUMNS, CELL_PX, CELL_PX).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(back.reshape(picture.shape))


def test_no_face_can_be_made_from_it() -> None:
    """Whatever is finer than a cell, and a head is a cell or less, may be in any order: the record is the same."""
    film = frames()
    other = {at: scrambled(picture) for at, picture in film.items()}
    assert any((film[at] != other[at]).mean() > 0.5 for at in film)
    assert np.abs(motion_of(kept(film)).cells - motion_of(kept(other)).cells).max() <= 0.25
    assert np.count_nonzero(motion_of(kept(film)).cells != motion_of(kept(other)).cells) < 0.01 * 60 * CELLS


def test_whoever_sits_still_leaves_nothing() -> None:
    """A portrait, a chair, the room: what never changes is taken off before anything is noted."""
    assert not motion_of(kept(frames(moving=False))).cells.any()
    assert motion_of(kept(frames())).cells.any()


def test_sixteen_shades_of_144_cells_and_no_more() -> None:
    cells = motion_of(kept(frames())).cells
    assert cells.shape == (60, CELLS)
    assert set(np.unique(cells).tolist()) <= {level * 0.25 for level in range(16)}


def test_light_that_changes_everywhere_is_no_movement() -> None:
    film = frames(moving=False)
    brighter = {
        at: np.asarray(picture + 20, np.uint8) if n > 40 else picture for n, (at, picture) in enumerate(film.items())
    }
    assert not motion_of(kept(brighter)).cells.any()


def test_the_record_keeps_its_times_and_survives_being_written() -> None:
    record = kept(frames())
    again = motion_of(loads(MotionRecord, dumps(record)))
    assert again.at_s.tolist() == [4.0 * number for number in range(60)]
    assert again.moment(8.0) == START + timedelta(seconds=8)


def test_an_hour_takes_little_room() -> None:
    assert len(kept(frames(255)).body) < 16_000


def test_too_few_pictures_tell_nothing() -> None:
    assert motion_record(frames(8)) is None


@pytest.mark.parametrize("body", ["", "not base64!", "AAAA", kept(frames()).body[:40]])
def test_a_record_that_was_cut_is_refused_with_a_line(body: str) -> None:
    with pytest.raises(InputError, match="motion: got a record of 60 samples that cannot be unpacked"):
        motion_of(MotionRecord(START, 60, body))


class OneFilm:
    """A source that counts what is asked of it."""

    def __init__(self, film: dict[datetime, Picture]) -> None:
        self.film, self.asked = film, 0

    def keyframe_times(self) -> list[datetime]:
        return sorted(self.film)

    def luma(self, times: list[datetime]) -> list[tuple[datetime, Picture]]:
        self.asked += len(times)
        return [(at, self.film[at]) for at in times]


def test_only_what_is_new_is_decoded() -> None:
    """Known keyframes are used as they are; a window is noted more closely."""
    film = frames()
    times = sorted(film)
    source = OneFilm(film)
    record, decoded = motion_seen(source, {at: film[at] for at in times[::5]}, times[:10])  # type: ignore[arg-type]
    assert record is not None
    assert (decoded, source.asked, record.samples) == (8, 8, 20)


def test_any_picture_is_made_small_first() -> None:
    large: NDArray[np.uint8] = np.zeros((540, 960), np.uint8)
    assert shrunk(large).shape == (135, 240)
