"""What is carried away is what stands in the recording, and says from where, by whom, why, and where the log has it."""

import io
import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import av
import cv2
import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from facts.errors import InputError
from ingest.recordings.excerpt import copied, still
from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from storage.evidence_log.proofs import canonical
from tests.fixtures.clips import clip
from tests.fixtures.log_keeper import events
from tests.fixtures.sample_service import FILMED, seeded
from tests.fixtures.service import Running, running, settings_at

API = "/api/v1/classes/1/files/1/excerpts"
REASON = {"reason": "核对疑点3：同一设备"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("excerpts")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        seeded(found, codec="libx264")
        yield found


@pytest.fixture
def inspector(served: Running) -> Iterator[httpx.Client]:
    with served.as_(Role.INSPECTOR) as client:
        assert client.post("/api/v1/classes/1/looks/face", json=REASON).status_code == 201
        yield client


def unpacked(answer: httpx.Response) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def decoded(path: Path) -> list[tuple[float, NDArray[np.uint8]]]:
    with av.open(str(path)) as opened:
        return [(float(frame.time or 0), frame.to_ndarray(format="gray")) for frame in opened.decode(video=0)]


def test_nobody_carries_anything_away_before_saying_why(served: Running) -> None:
    with served.as_(Role.REVIEWER) as reviewer:
        answer = reviewer.post(API, json={"at_s": 100})
        assert (answer.status_code, answer.json()["code"]) == (403, "REASON_NEEDED")
    with served.as_(Role.TEACHER) as teacher:
        assert teacher.post(API, json={"at_s": 100}).status_code == 403


def test_a_still_says_what_it_is_and_the_log_holds_its_details(served: Running, inspector: httpx.Client) -> None:
    found = unpacked(inspector.post(API, json={"at_s": 104}))
    told = json.loads(found["excerpt.json"])
    assert told["excerpt_sha256"] == sha256(found["画面.png"]).hexdigest()
    assert (told["from_s"], told["recording"], told["reason"]) == (100.0, FILMED, REASON["reason"])
    assert told["at"].startswith("2025-04-08T")
    leaf = next(one.leaf for one in events(served.service.log) if one.place == told["leaf"])
    assert leaf.sha256.sha256 == sha256(canonical(told["logged"])).hexdigest()
    assert told["excerpt_sha256"] in found["说明.txt"].decode()
    assert cv2.imdecode(np.frombuffer(found["画面.png"], np.uint8), cv2.IMREAD_COLOR) is not None


def test_the_page_s_form_gives_a_clip(inspector: httpx.Client) -> None:
    page = inspector.get("/classes/1/days/2025-04-08").text
    assert 'action="/classes/1/files/1/excerpt"' in page
    answer = inspector.post("/classes/1/files/1/excerpt", data={"at_s": "95", "length_s": "30"})
    told = json.loads(unpacked(answer)["excerpt.json"])
    assert (told["from_s"], told["to_s"]) == (90.0, 120.0), "from the keyframe before to what was asked for"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''yq-2025-jz-02-")


@pytest.mark.parametrize("sent", [{"at_s": 1e6}, {"at_s": -1}, {"at_s": 5, "length_s": 121}, {"at_s": "nan"}])
def test_a_moment_that_is_not_there_is_refused_in_words(inspector: httpx.Client, sent: dict[str, object]) -> None:
    assert inspector.post(API, json=sent).status_code in {400, 422}


@pytest.mark.parametrize(
    ("codec", "name"), [("libx264", "a.mp4"), ("libx265", "a.mkv"), ("libx264", "a.ts"), ("mpeg4", "a.avi")]
)
def test_the_pictures_are_the_recording_s_own(tmp_path: Path, codec: str, name: str) -> None:
    source = clip(
        tmp_path / name, frames=250, codec=codec, gop=25, bframes=2 if codec == "libx264" and name != "a.avi" else 0
    )
    whole = decoded(source)
    first = whole[0][0]
    cut = copied(source, tmp_path / "cut.mp4", 3.4, 2.0)
    assert cut.from_s == pytest.approx(3.0, abs=0.05)
    taken = decoded(tmp_path / "cut.mp4")
    begins = min(range(len(whole)), key=lambda no: abs(whole[no][0] - first - cut.from_s))
    assert len(taken) >= 45
    for (_, own), (_, theirs) in zip(taken, whole[begins:], strict=False):
        assert np.array_equal(own, theirs)
    picture = still(source, tmp_path / "still.png", 4.02)
    assert picture.from_s == pytest.approx(4.0, abs=0.001)
    shown = cv2.imread(str(tmp_path / "still.png"), cv2.IMREAD_GRAYSCALE)
    there = min(whole, key=lambda one: abs(one[0] - first - 4.0))[1]
    assert shown is not None
    assert float(np.abs(shown.astype(int) - there).mean()) < 12, "the same picture, by another way into grey"


def test_sound_is_left_where_it_is(tmp_path: Path) -> None:
    source = clip(tmp_path / "a.mp4", frames=100, tone=True)
    copied(source, tmp_path / "cut.mp4", 0, 3)
    with av.open(str(tmp_path / "cut.mp4")) as opened:
        assert [one.type for one in opened.streams] == ["video"]


def test_what_is_no_recording_is_refused_in_words(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes(b"half a recording")
    for work in (lambda: still(source, tmp_path / "x.png", 1), lambda: copied(source, tmp_path / "x.mp4", 1, 1)):
        with pytest.raises(InputError, match=r"a\.mp4"):
            work()
