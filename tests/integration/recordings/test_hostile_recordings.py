"""Recordings made to hurt: shown to nobody, told in words, and nobody else's request suffers."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import httpx
import numpy as np
import pytest

from facts.footage import ClockSource, Damage, Segment
from facts.span import Span
from ingest.recordings.footage import Footage, Keyframes
from ingest.recordings.keyframes import KeyframeReader
from ingest.recordings.scan import scan
from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder
from storage.database.connection import sqlite_address
from tests.fixtures.clips import clip
from tests.fixtures.hostile_clips import DAMAGED, huge, many_streams, playlist
from tests.fixtures.sample_service import FILMED, seeded
from tests.fixtures.service import Running, running, settings_at
from tests.integration.verification.test_day_pages import looked_at

PREVIEW, SHEET = "/classes/1/previews/1/{}", "/classes/1/sheets/7"
LIMIT_S = 60  # the quadratic search took hours
GAPS = 100_000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("hostile")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home / "home")) as found:
        seeded(found, looked_at(), codec="libx264")
        yield found


@pytest.fixture
def place(served: Running) -> Path:
    """Where the class's recording lies; each test puts its own there."""
    return class_folder(served.service.settings.home, 1) / FILMED


@pytest.fixture
def looking(served: Running) -> Iterator[httpx.Client]:
    """An inspector who said why, within the limits of a fresh minute."""
    served.clock.ahead += timedelta(minutes=2)
    with served.as_(Role.INSPECTOR) as client:
        assert client.post("/classes/1/look", data={"reason": "核对录像"}).status_code == 303
        yield client


def wall_picture(client: httpx.Client) -> httpx.Response:
    """Under its own address: a page that knows the picture to be broken leaves it out."""
    return client.get(f"/wall/1/{sha256(b'False CH02').hexdigest()[:16]}.jpg")


def is_shown(answer: httpx.Response) -> bool:
    """A picture, and not the words that stand for one."""
    return answer.status_code == 200 and answer.headers["content-type"] == "image/jpeg"


def all_three(client: httpx.Client) -> list[int | bool]:
    """What a preview and the faces answer, and whether the wall shows a picture."""
    answers = client.get(PREVIEW.format(0)), client.get(SHEET)
    return [*(answer.status_code for answer in answers), is_shown(wall_picture(client))]


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_recording_is_told_and_is_no_defect(kind: str, place: Path, looking: httpx.Client) -> None:
    DAMAGED[kind](place)
    answers = [looking.get(PREVIEW.format(0)), looking.get(SHEET), wall_picture(looking)]
    assert {answer.status_code for answer in answers} <= {200, 404, 422}
    assert kind == "scratched" or [answer.status_code for answer in answers] == [422, 422, 200]
    assert kind == "scratched" or not is_shown(answers[2])
    assert str(place.parent) not in answers[0].text, "a fault names the file, not where it lies"


def test_a_playlist_in_a_recordings_clothes_shows_no_neighbour(place: Path, looking: httpx.Client) -> None:
    neighbour = clip(place.with_name("neighbour.mp4"))
    playlist(place, neighbour)
    assert all_three(looking) == [422, 422, False]
    neighbour.unlink()


@pytest.fixture(scope="module")
def giant(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return huge(tmp_path_factory.mktemp("huge") / "a.mp4").read_bytes()


def test_a_picture_of_16000_by_16000_is_refused_while_everybody_else_is_served(
    served: Running, giant: bytes, place: Path, looking: httpx.Client
) -> None:
    place.write_bytes(giant)
    with ThreadPoolExecutor(6) as six, served.as_(Role.CLERK) as clerk:
        asked = [six.submit(wall_picture, looking) for _ in range(6)]
        assert clerk.get("/api/v1/me").status_code == 200
        assert not any(is_shown(one.result()) for one in asked)
    assert all_three(looking) == [422, 422, False]


def test_a_scan_names_the_size_that_it_refuses(giant: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(giant)
    found = scan(tmp_path / "a.mp4").segment
    assert [wound.damage for wound in found.wounds] == [Damage.UNREADABLE]
    assert "16000 × 16000" in found.wounds[0].detail_zh
    assert found.length_s == 0


def test_more_streams_than_a_camera_has_are_not_followed(tmp_path: Path) -> None:
    found = scan(many_streams(tmp_path / "a.ts"))
    assert found.segment.wounds or found.packets <= 1


def test_a_hundred_thousand_gaps_are_searched_in_a_moment() -> None:
    start = datetime(2025, 4, 8, tzinfo=UTC)
    spans = tuple(Span(start + timedelta(seconds=2 * n), start + timedelta(seconds=2 * n + 1)) for n in range(GAPS))
    at_us = np.arange(GAPS, dtype=np.int64) * 2_000_000
    at_us[1::2] += 1_500_000  # every second keyframe lies in a gap
    keys = Keyframes(at_us, at_us, at_us, at_us, at_us, at_us)
    segment = Segment("a.mp4", "CH01", 1, ClockSource.FILE_NAME, stretches=spans)
    began = time.process_time()
    reader = KeyframeReader([replace(Footage(segment, Path("a.mp4")), anchor=start, keys=keys)])
    times = reader.keyframe_times()
    assert times == tuple(span.start for span in spans[::2])
    assert [*reader.luma(one + timedelta(seconds=1.5) for one in times)] == [], "a gap holds no picture"
    assert time.process_time() - began < LIMIT_S
    assert reader.undecodable == ()
    assert [*reader.luma(times[:3])] == []
    assert reader.undecodable == times[:3], "where there are some they are looked for"
