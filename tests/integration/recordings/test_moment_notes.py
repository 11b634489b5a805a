"""Whoever may play a class's recording writes notes at its moments; they stay, and the log holds their digest alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from pathlib import Path

import httpx
import pytest

from pipeline.accounts.rights import Role
from runtime.recordings.moment_notes import MOST_OF_A_DAY
from storage.database.connection import sqlite_address
from storage.evidence_log.leaf import LeafKind
from storage.evidence_log.proofs import canonical
from tests.fixtures.log_keeper import events
from tests.fixtures.sample_service import seeded
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.weighty_records import run_by_hand

API, PAGE = "/api/v1/classes/1/notes", "/classes/1/days/2025-04-08"
FORM = f"{PAGE}/notes"
AT = "2025-04-08T10:40:07.250+08:00"
REASON = {"reason": "核对疑点3：同一设备"}
SAID = "后排左侧两人离开 <画面>"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with _service(tmp_path_factory.mktemp("notes")) as found:
        yield found


@pytest.fixture
def inspector(served: Running) -> Iterator[httpx.Client]:
    with _looking(served) as client:
        yield client


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Running]:
    """A service for a test that breaks or fills it."""
    with _service(tmp_path) as found:
        yield found


@contextmanager
def _service(home: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        seeded(found, codec="libx264")
        yield found


@contextmanager
def _looking(service: Running) -> Iterator[httpx.Client]:
    with service.as_(Role.INSPECTOR) as client:
        assert client.post("/api/v1/classes/1/looks/face", json=REASON).status_code == 201
        yield client


def numbers(client: httpx.Client) -> list[int]:
    return [one["id"] for one in client.get(API).json()["items"]]


def body(text: str = SAID, at: str = AT, camera: str = "CH02") -> dict[str, str]:
    return {"camera": camera, "at": at, "text": text}


def test_nobody_writes_or_reads_notes_before_saying_why_or_without_the_right(served: Running) -> None:
    with served.as_(Role.REVIEWER) as reviewer:
        for answer in (reviewer.get(API), reviewer.post(API, json=body()), reviewer.post(FORM, data=body())):
            assert answer.status_code == 403, answer.text
        assert reviewer.post(API, json=body()).json()["code"] == "REASON_NEEDED"
        assert 'id="notes"' not in reviewer.get(PAGE).text
    with served.as_(Role.TEACHER) as teacher:
        assert [teacher.get(API).status_code, teacher.post(API, json=body()).status_code] == [403, 403]


def test_another_institution_s_clerk_finds_no_such_class(served: Running, inspector: httpx.Client) -> None:
    assert inspector.post(API, json=body()).status_code == 201
    before = numbers(inspector)
    with served.as_(Role.CLERK, "邻校", "山西省吕梁市") as stranger:
        for answer in (stranger.get(API), stranger.post(API, json=body()), stranger.post(FORM, data=body())):
            assert answer.status_code == 404, answer.text
    assert numbers(inspector) == before


def test_a_note_has_its_leaf_which_holds_a_digest_and_no_text(served: Running, inspector: httpx.Client) -> None:
    made = inspector.post(API, json=body())
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["text"], told["camera"]) == (SAID, "CH02")
    assert datetime.fromisoformat(told["at"]) == datetime(2025, 4, 8, 2, 40, 7, 250000, tzinfo=UTC)
    leaf = next(one.leaf for one in events(served.service.log) if one.leaf.sha256.sha256 == told["sha256"])
    assert leaf.kind is LeafKind.NOTE
    who, _, subject = leaf.subject.partition(" ")
    assert subject == f"class:1 note:{told['id']}"
    moments = {name: datetime.fromisoformat(told[name]).isoformat() for name in ("at", "made_at")}
    whole = {"by": who, "subject": subject, "camera": "CH02", "text": SAID, **moments}
    assert leaf.sha256.sha256 == sha256(canonical(whole)).hexdigest()
    assert SAID not in leaf.to_bytes().decode()
    assert told in inspector.get(API).json()["items"]


def test_the_notes_of_a_day_stand_in_order_of_their_moments_and_on_the_strip(own: Running) -> None:
    with _looking(own) as inspector:
        for at, text in (("2025-04-08T10:55:00+08:00", "后写的时刻"), (AT, SAID)):
            answer = inspector.post(FORM, data=body(text, at))
            assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith(
            f"{PAGE}?at=2025-04-08T02%3A40%3A07.250000%2B00%3A00&camera=CH02#note-"
        )
        page = inspector.get(PAGE).text
        listed = re.findall(r'<li class="task" id="note-(\d+)">', page)
        assert listed == ["2", "1"]
        assert page.count('class="note-mark"') == 4, (
            "one for each note, on the strip for desks and on the one for phones"
        )
        assert "<title>后排左侧两人离开 &lt;画面&gt;</title>" in page
        assert '<span class="said">后排左侧两人离开 &lt;画面&gt;</span>' in page
        assert "▾ 10:40:07</a>" in page
        other = inspector.get("/classes/1/days/2025-04-09").text
        assert "本日还没有批注" in other
        assert "note-mark" not in other


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (body(""), "请先写下批注"),
        (body("字" * 501), "批注最多 500 个字，现有 501 个"),
        (body("一行\n又一行"), "批注只写一段"),
        (body(at="2025-04-08T20:00:00+08:00"), "没有这台摄像机的录像"),
        (body(at="2025-06-01T10:40:00+08:00"), "没有这台摄像机的录像"),
        (body(camera="CH99"), "没有这台摄像机的录像"),
    ],
    ids=["empty", "501", "two lines", "that evening", "no class day", "no such camera"],
)
def test_what_is_no_note_is_refused_in_one_line_and_stays_in_the_form(
    inspector: httpx.Client, sent: dict[str, str], line: str
) -> None:
    before, answer = numbers(inspector), inspector.post(API, json=sent)
    assert answer.status_code == 422, answer.text
    assert len(answer.json()["faults"]) == 1
    shown = inspector.post(FORM, data=sent)
    assert shown.status_code == 422
    assert shown.text.count(line) == 1
    assert f">{escape(sent['text'])}</textarea>" in shown.text
    assert numbers(inspector) == before


def test_a_form_without_a_moment_is_told(inspector: httpx.Client) -> None:
    for at in ("", "gestern", "0001-01-01T00:00:00+14:00"):
        answer = inspector.post(FORM, data=body(at=at))
        assert (answer.status_code, answer.text.count("没有写明时刻")) == (422, 1)


def test_controls_that_no_screen_shows_are_refused(inspector: httpx.Client) -> None:
    before = numbers(inspector)
    assert inspector.post(API, json=body("一\x00二")).status_code == 422
    assert inspector.post(FORM, data=body("一\x1b二")).status_code == 422
    assert numbers(inspector) == before


def test_a_note_is_never_changed_and_the_same_key_writes_it_once(own: Running) -> None:
    with _looking(own) as inspector:
        key = {"Idempotency-Key": "n1"}
        first, again = (inspector.post(API, json=body(), headers=key) for _ in range(2))
        assert first.json() == again.json()
        assert len(inspector.get(API).json()["items"]) == 1
        for method in ("PUT", "PATCH", "DELETE"):
            assert inspector.request(method, f"{API}/1").status_code in {404, 405}
        assert run_by_hand(own.service.settings.home / "xueshi.db", "UPDATE moment_note SET text = 'anders'") == 1
        answer = inspector.get(API)
        assert (answer.status_code, answer.json()["code"]) == (409, "RECORD_ALTERED")


def test_so_many_notes_and_no_more(own: Running) -> None:
    with _looking(own) as inspector:
        for _ in range(60):
            assert inspector.post(API, json=body()).status_code == 201
        assert inspector.post(API, json=body()).status_code == 429
        shown = inspector.post(FORM, data=body())
        assert (shown.status_code, "请求过于频繁" in shown.text) == (429, True)
        page = inspector.get(API, params={"limit": 50}).json()
        assert len(page["items"]) == 50
        assert len(inspector.get(API, params={"limit": 50, "cursor": page["next"]}).json()["items"]) == 10
        assert MOST_OF_A_DAY == 200
