"""巡查: the wall of cameras, over a media server's folder and over uploads."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder
from storage.database.classes.classes import add_class, add_file
from storage.database.connection import writing
from tests.fixtures.clips import clip
from tests.fixtures.databases import sqlite_database
from tests.fixtures.log_keeper import events
from tests.fixtures.service import Running, running, settings_at


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    root = tmp_path / "media"
    root.mkdir()
    more = {"XUESHI_MEDIA_ROOT": str(root), "XUESHI_STREAM_ADDRESS": "https://media.example.org/{class}/{camera}"}
    with running(settings_at(sqlite_database(tmp_path / "xueshi.db"), tmp_path / "home", **more)) as found:
        yield found


def a_class(found: Running, code: str = "YQ-01", institution: str = "正信职校") -> int:
    number = found.institution(institution)
    place = {"正信职校": "山西省阳泉市平定县", "邻校": "山西省吕梁市临县"}[institution]
    texts = dict.fromkeys(("programme", "trainee_group", "occupation", "level", "policy"), "")
    with writing(found.service.engine, "test") as connection:
        made = add_class(connection, number, found.clock(), code=code, name=f"{code}班", locality=place, **texts)
        return made.id


def live(found: Running, path: str, ago: timedelta) -> Path:
    root = found.service.settings.media_root
    assert root
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    clip(file, frames=50, gop=25, size=(320, 180))
    at = (found.clock() - ago).timestamp()
    os.utime(file, (at, at))
    return file


def test_a_fresh_camera_is_shown_with_its_age_and_a_silent_one_is_told(served: Running) -> None:
    a_class(served)
    live(served, "YQ-01/ch01/2026-11-25_08-00-00.mp4", timedelta(seconds=40))
    live(served, "record/YQ-01/ch02/2026-11-25/08-00-00.mp4", timedelta(minutes=7))
    with served.as_(Role.INSPECTOR) as inspector:
        page = inspector.get("/wall").text
        home = inspector.get("/").text
    assert "静默 7 分钟" in page
    assert page.count('class="camera') == 2 + page.count('class="cameras"')
    assert "1 台摄像机静默超过 5 分钟" in home
    assert 'href="https://media.example.org/YQ-01/ch01"' in page


def test_the_newest_file_of_a_camera_counts_and_a_broken_one_is_no_defect(served: Running) -> None:
    number = a_class(served)
    live(served, "YQ-01/ch01/a.mp4", timedelta(hours=1))
    live(served, "YQ-01/ch01/b.mp4", timedelta(seconds=5)).write_bytes(b"half a segment")
    with served.as_(Role.INSPECTOR) as inspector:
        page = inspector.get("/wall").text
        picture = re.search(r"/wall/\d+/[0-9a-f]{16}\.jpg", page)
        assert picture
        drawn = inspector.get(picture[0])
        assert drawn.headers["content-type"] == "image/svg+xml"
        assert "没有可显示的画面" in drawn.text
        again = inspector.get("/wall").text
        assert picture[0] not in again
        assert "没有可显示的画面" in again
        assert inspector.get(f"/wall/{number}").status_code == 200


def test_nobody_is_recognisable_until_a_reason_was_given_and_logged(served: Running) -> None:
    number = a_class(served)
    live(served, "YQ-01/ch01/a.mp4", timedelta(seconds=5))
    before = len(events(served.service.log))
    with served.as_(Role.INSPECTOR) as inspector:
        path = re.search(r"/wall/\d+/[0-9a-f]{16}\.jpg", inspector.get("/wall").text)
        assert path
        blocks = inspector.get(path[0])
        assert blocks.headers["content-type"] == "image/jpeg"
        assert inspector.post(f"/wall/{number}/look", data={"reason": "x"}).status_code == 422
        assert inspector.post(f"/wall/{number}/look", data={"reason": "核对到课人数"}).status_code == 303
        clear = inspector.get(path[0])
        assert "已记入日志" in inspector.get(f"/wall/{number}").text
    assert len(events(served.service.log)) == before + 1
    assert clear.content != blocks.content
    with served.as_(Role.REVIEWER) as reviewer:
        assert reviewer.get(path[0]).content == blocks.content


def test_cameras_of_another_area_are_not_there(served: Running) -> None:
    other = a_class(served, "LL-01", "邻校")
    live(served, "LL-01/ch01/a.mp4", timedelta(seconds=5))
    with served.as_(Role.INSPECTOR) as inspector:
        assert "LL-01" not in inspector.get("/wall").text
        assert "还没有摄像机画面" in inspector.get("/wall").text
        assert inspector.get(f"/wall/{other}").status_code == 404


def test_an_uploaded_recording_is_shown_as_uploaded(served: Running) -> None:
    number = a_class(served)
    name = "NVR_ch2_main_20250408083000_20250408093000.mp4"
    place = class_folder(served.service.settings.home, number) / name
    place.parent.mkdir(parents=True)
    clip(place, frames=25, gop=25)
    with writing(served.service.engine, "test") as connection:
        add_file(connection, number, name, "recording", place.stat().st_size, "0" * 64, "test", served.clock())
    with served.as_(Role.CLERK) as clerk:
        page = clerk.get("/wall").text
        path = re.search(r"/wall/\d+/[0-9a-f]{16}\.jpg", page)
        assert path
        assert clerk.get(path[0]).status_code == 200
    assert "上传的录像（不是现在的画面）" in page
    assert "现场" not in page
    assert "2025-04-08" in page


def test_the_many_recordings_of_others_do_not_push_ones_own_camera_off_the_wall(served: Running) -> None:
    own, others = a_class(served), a_class(served, "BX-01", "邻校")
    with writing(served.service.engine, "test") as connection:
        add_file(connection, own, "CH01/a.mp4", "recording", 1, "0" * 64, "test", served.clock())
        for number in range(401):
            add_file(connection, others, f"CH02/{number}.mp4", "recording", 1, "1" * 64, "test", served.clock())
    with served.as_(Role.CLERK) as clerk:
        page = clerk.get("/wall").text
    assert "CH01" in page
    assert "CH02" not in page
