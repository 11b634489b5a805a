"""Whatever lies in the folder: a clear line each, the rest judged, no traceback, bounded memory."""

import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures.folders import Ran, honest, weighed, xueshi

pytestmark = pytest.mark.slow


def zero_bytes(folder: Path) -> None:
    (folder / "录像" / "CH09_20250407083000_20250407091500.mp4").touch()


def random_bytes(folder: Path) -> None:
    (folder / "录像" / "CH09_20250407083000_20250407091500.mp4").write_bytes(random.Random(1).randbytes(50_000))


def sparse_ten_gigabytes(folder: Path) -> None:
    with (folder / "录像" / "CH09_20250407083000_20250407091500.mp4").open("wb") as file:
        file.truncate(10 * 1024**3)


def text_named_as_video(folder: Path) -> None:
    (folder / "录像" / "说明.mp4").write_text("not a video", "utf-8")


def video_named_as_table(folder: Path) -> None:
    video = next((folder / "录像").glob("CH02*"))
    (folder / "花名册2.xlsx").write_bytes(video.read_bytes()[:100_000])


def link_in_a_circle(folder: Path) -> None:
    (folder / "圈").symlink_to(folder, target_is_directory=True)
    (folder / "录像" / "self.mp4").symlink_to(folder / "录像" / "self.mp4")


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "录像" / "CH09_20250407083000_20250407091500.mp4")


def table_bomb(folder: Path) -> None:
    with zipfile.ZipFile(folder / "打卡2.xlsx", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/worksheets/sheet1.xml", b"\0" * (600 * 1024**2))


def csv_in_no_encoding(folder: Path) -> None:
    (folder / "打卡3.csv").write_bytes("姓名,打卡时间\n".encode() + bytes(range(128, 255)) * 50)


def names_of_every_kind(folder: Path) -> None:
    for name in ("\u202e逆.mp4", "a b'c\"d.mp4", "行\n行.mp4", "é" * 80 + ".mp4"):
        (folder / "录像" / name).write_bytes(b"x")
    Path(os.fsdecode(os.fsencode(folder / "录像") + b"/\xff\xfe.mp4")).write_bytes(b"x")


HOSTS = (
    zero_bytes, random_bytes, sparse_ten_gigabytes, text_named_as_video, video_named_as_table, link_in_a_circle, pipe,
    table_bomb, csv_in_no_encoding, names_of_every_kind,
)  # fmt: skip


def passed_all_the_same(ran: Ran) -> None:
    assert "Traceback" not in ran.err
    assert "✓ 达标" in ran.out, ran
    assert ran.code in {0, 10, 20}


@pytest.mark.parametrize("spoil", HOSTS, ids=lambda spoil: spoil.__name__)
def test_one_bad_thing_is_named_and_the_rest_is_judged(spoil: Callable[[Path], None], tmp_path: Path) -> None:
    folder = honest(tmp_path / "class")
    spoil(folder)
    ran = xueshi("verify", folder, "--progress", "none", cache=tmp_path / "cache")
    passed_all_the_same(ran)
    if spoil is not link_in_a_circle:
        assert ran.err.strip(), "nothing was said about it"


def test_all_of_it_at_once_stays_within_memory(tmp_path: Path) -> None:
    folder = honest(tmp_path / "class")
    for spoil in HOSTS:
        if spoil not in {random_bytes, sparse_ten_gigabytes, pipe}:
            spoil(folder)
    ran, peak_mb = weighed("verify", folder, "--workers", 1, "--progress", "none", cache=tmp_path / "cache")
    passed_all_the_same(ran)
    assert peak_mb < 1200


def test_a_table_that_lies_about_its_size_is_never_unpacked(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    table_bomb(folder)
    ran = xueshi("doctor", folder, cache=tmp_path / "cache")
    assert ran.code == 20
    assert "打卡2.xlsx" in ran.out
