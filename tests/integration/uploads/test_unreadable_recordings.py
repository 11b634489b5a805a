"""A recording that nobody can read is told as such where it stands, and can be removed or set aside."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.recordings.damage_scan import first_damage
from pipeline.accounts.rights import Role
from runtime.platform.worker import Worker
from runtime.verification.class_folder import read_folder
from storage.database.connection import sqlite_address
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.table_folder import LAW_CLASS, table_folder
from tests.fixtures.tus import uploaded

NAME = "录像/CH02_20250407083000_20250407091500.mp4"


def random_bytes() -> bytes:
    return random.Random(7).randbytes(200_000)


def folder_with_noise(folder: Path, more: str = "") -> Path:
    table_folder(folder, "山西省阳泉市平定县", LAW_CLASS, more)
    place = folder / NAME
    place.parent.mkdir()
    place.write_bytes(random_bytes())
    return folder


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Running, int]]:
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path / "home")) as found:
        with found.as_(Role.CLERK) as clerk:
            number = uploaded(clerk, folder_with_noise(tmp_path / "class"))
        yield found, number


def verified(found: Running, number: int) -> None:
    with found.as_(Role.CLERK) as clerk:
        clerk.post(f"/classes/{number}/files/verify")
    worker = Worker(found.service.engine, found.service.settings, found.clock)
    while worker.step():
        pass


def file_of(page: str) -> str:
    """The number of the recording, as the page's forms name it."""
    row = page.partition(f'class="path">{NAME}')[2].partition("</tr>")[0]
    found = re.search(r"/files/(\d+)/", row)
    assert found, row
    return found.group(1)


def test_it_is_counted_as_no_recording_and_told_where_it_stands(served: tuple[Running, int]) -> None:
    found, number = served
    with found.as_(Role.CLERK) as clerk:
        page = clerk.get(f"/classes/{number}/files").text
    assert "录像 1 个文件" not in page
    assert "没有一个能打开的录像" in page
    assert "1 个录像文件打不开" in page
    assert "不是录像" in page.partition(f'class="path">{NAME}')[2].partition("</th>")[0]
    assert "必需的材料都有了" not in page


def test_it_can_be_removed_before_anything_rests_on_it(served: tuple[Running, int]) -> None:
    found, number = served
    with found.as_(Role.CLERK) as clerk:
        base = f"/classes/{number}/files"
        clerk.post(f"{base}/{file_of(clerk.get(base).text)}/remove")
        assert NAME not in clerk.get(base).text


def test_verified_it_can_be_set_aside_and_no_longer_counts_as_a_faulty_input(served: tuple[Running, int]) -> None:
    found, number = served
    verified(found, number)
    base = f"/classes/{number}/files"
    with found.as_(Role.CLERK) as clerk:
        file = file_of(clerk.get(base).text)
        sent = clerk.post(f"{base}/{file}/aside", data={"reason": "导出损坏，已换原文件"}, follow_redirects=False)
        assert sent.status_code == 303, sent.text
        verified(found, number)
        page = clerk.get(base).text
        assert "不再采用：" in page
        assert "打不开，不能作证" not in page
        inputs = clerk.get(f"/classes/{number}/inputs").text
    assert "导出损坏，已换原文件" in inputs
    assert "不再采用的名单和打不开的录像" in inputs


def test_settings_can_be_changed_afterwards(served: tuple[Running, int]) -> None:
    found, number = served
    verified(found, number)
    base = f"/classes/{number}/files"
    with found.as_(Role.CLERK) as clerk:
        clerk.post(f"{base}/{file_of(clerk.get(base).text)}/aside", data={"reason": "导出损坏"})
        clerk.post(f"{base}/{file_of(clerk.get(base).text)}/restore")
        assert "不再采用：" not in clerk.get(base).text


def test_a_readable_recording_is_never_set_aside(tmp_path: Path) -> None:
    aside = f'\n[[aside]]\nfile = "{NAME}"\nreason = "不好看"\n'
    folder = folder_with_noise(tmp_path / "class", aside)
    (left,) = (one for one in read_folder(folder).inputs.files if one.role == "recording")
    assert (left.aside, left.faults) == ("不好看", ())
    (folder / NAME).write_bytes(b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08moov")
    assert first_damage(folder / NAME) is None
