import io
import tarfile
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from facts.errors import InputError, SetupError
from tests.fixtures.file_server import Served, file_server
from tests.fixtures.tiny_networks import answering, card_of, rows
from vision.card_parts import WeightsFile, WeightsKind
from vision.cards import ModelCard
from vision.model_trial import check, load
from vision.weights import weights_of
from vision.weights_fetch import pull

NETWORK = answering(rows((8, 8, 40, 60, 0.9, 0)))
DIGEST = sha256(NETWORK).hexdigest()


def card(tmp_path: Path, *files: WeightsFile) -> ModelCard:
    own = card_of(NETWORK, tmp_path / "unused")
    return replace(own, url="", sha256="", files=files)


def onnx(*urls: str, member: str = "", made_from: str = "") -> WeightsFile:
    return WeightsFile(WeightsKind.ONNX, DIGEST, urls, member, made_from)


def tar_gz(**members: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tape:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tape.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def hidden(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir() if path.name.startswith("."))


def test_a_dead_mirror_is_passed_over(tmp_path: Path) -> None:
    with file_server(net=Served(NETWORK)) as server:
        own = card(tmp_path, onnx("http://127.0.0.1:1/net", server.url("gone"), server.url("net")))
        pull(own, tmp_path / "cache")
    assert "1 on grey" in check(own, tmp_path / "cache")
    assert hidden(tmp_path / "cache") == []


def test_a_mirror_with_other_bytes_is_passed_over(tmp_path: Path) -> None:
    with file_server(wrong=Served(b"<html>sign in first</html>"), net=Served(NETWORK)) as server:
        own = card(tmp_path, onnx(server.url("wrong"), server.url("net")))
        pull(own, tmp_path / "cache")
    assert len(load(own, tmp_path / "cache").detect(load(own, tmp_path / "cache").blank())) == 1


def test_where_no_mirror_helps_each_is_named_and_nothing_is_kept(tmp_path: Path) -> None:
    with file_server(wrong=Served(b"other")) as server:
        own = card(tmp_path, onnx("http://127.0.0.1:1/net", server.url("wrong")))
        with pytest.raises(SetupError) as caught:
            pull(own, tmp_path / "cache")
    assert "127.0.0.1:1/net: cannot be fetched" in str(caught.value)
    assert f"wrong: got sha256 {sha256(b'other').hexdigest()}, expected {DIGEST}" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_address_that_was_begun_goes_on_before_the_others(tmp_path: Path) -> None:
    second = Served(NETWORK, breaks=[50, 0, 0, 0, 0])
    with file_server(second=second) as server:
        own = card(tmp_path, onnx(server.url("first"), server.url("second")))
        with pytest.raises(SetupError):
            pull(own, tmp_path / "cache")
        second.breaks.clear()
        server.asked.clear()
        pull(own, tmp_path / "cache")
    assert server.asked == [("second", "bytes=50-")]


def test_half_of_an_older_version_is_thrown_away_and_the_whole_comes_again(tmp_path: Path) -> None:
    older = Served(b"x" * len(NETWORK), breaks=[50, 0, 0, 0, 0])
    with file_server(net=older) as server:
        own = card(tmp_path, onnx(server.url("net")))
        with pytest.raises(SetupError):
            pull(own, tmp_path / "cache")
        # The server changes the file and keeps its mark, as some do.
        older.content = NETWORK
        older.breaks.clear()
        pull(own, tmp_path / "cache")
    assert weights_of(own, tmp_path / "cache")[0].read_bytes() == NETWORK


@pytest.mark.parametrize("packed", [tar_gz, zipped])
def test_one_member_is_read_out_of_an_archive(packed: object, tmp_path: Path) -> None:
    archive = packed(**{"models/other.onnx": b"x" * 1000, "models/net.onnx": NETWORK})  # type: ignore[operator]
    with file_server(archive=Served(archive)) as server:
        own = card(tmp_path, onnx(server.url("archive"), member="models/net.onnx"))
        pull(own, tmp_path / "cache")
    assert [path.read_bytes() for path in (tmp_path / "cache").iterdir()] == [NETWORK]


@pytest.mark.parametrize(
    ("archive", "says"),
    [
        (tar_gz(other=b"x"), "got no member 'net.onnx'"),
        (zipped(other=b"x"), "got no member 'net.onnx'"),
        (b"no archive", "cannot be unpacked"),
        (tar_gz(**{"net.onnx": NETWORK})[:-40], "cannot be unpacked|got sha256|got no member"),
    ],
)
def test_archives_that_do_not_hold_the_member_are_refused_in_one_line(
    archive: bytes, says: str, tmp_path: Path
) -> None:
    with file_server(archive=Served(archive)) as server:
        own = card(tmp_path, onnx(server.url("archive"), member="net.onnx"))
        with pytest.raises(SetupError, match=says) as caught:
            pull(own, tmp_path / "cache")
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "cache").iterdir()) == []


def test_both_files_of_an_openvino_network_come_each_by_its_digest(tmp_path: Path) -> None:
    parts = {"xml": b"<net/>", "bin": b"numbers"}
    with file_server(**{name: Served(content) for name, content in parts.items()}) as server:
        files = [
            WeightsFile(WeightsKind(name), sha256(content).hexdigest(), (server.url(name),))
            for name, content in parts.items()
        ]
        own = card(tmp_path, *files)
        paths = pull(own, tmp_path / "cache")
    assert [path.suffix for path in paths] == [".xml", ".bin"]
    assert own.digest.sha256 not in {one.sha256 for one in files}


def test_a_folder_carried_to_an_offline_machine_is_enough_under_any_name(tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    (usb / "download (3).onnx").write_bytes(NETWORK)
    (usb / "holiday.jpg").write_bytes(b"no network")
    with file_server(net=Served(NETWORK)) as server:
        own = card(tmp_path, onnx(server.url("net")))
        pull(own, tmp_path / "cache", usb)
        assert server.asked == []
    assert weights_of(own, tmp_path / "cache")[0].read_bytes() == NETWORK


def test_the_archive_itself_may_be_carried(tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    (usb / "resources.tar.gz").write_bytes(tar_gz(**{"net.onnx": NETWORK}))
    own = card(tmp_path, onnx("https://models.example/resources.tar.gz", member="net.onnx"))
    pull(own, tmp_path / "cache", usb)
    assert weights_of(own, tmp_path / "cache")[0].read_bytes() == NETWORK


def test_a_folder_without_the_file_says_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    own = card(tmp_path, onnx("https://models.example/net.onnx"))
    with pytest.raises(SetupError, match=rf"got no file of tiny with sha256 {DIGEST}, expected net.onnx"):
        pull(own, tmp_path / "cache", tmp_path / "usb")
    with pytest.raises(InputError, match="got no folder"):
        pull(own, tmp_path / "cache", tmp_path / "nowhere")


def test_what_lies_in_the_cache_already_is_checked_like_what_came(tmp_path: Path) -> None:
    own = card(tmp_path, onnx("https://models.example/net.onnx"))
    (place,) = weights_of(own, tmp_path / "cache")
    place.parent.mkdir()
    place.write_bytes(b"somebody else's")
    with pytest.raises(SetupError, match=f"got sha256 .*, expected {DIGEST}; remove the file"):
        pull(own, tmp_path / "cache")


def test_what_a_network_is_made_from_is_checked_before_it_is_converted(tmp_path: Path) -> None:
    source = sha256(b"source").hexdigest()
    with file_server(net=Served(b"another source")) as server:
        own = card(tmp_path, onnx(server.url("net"), made_from=source))
        with pytest.raises(SetupError, match=f"got sha256 .*, expected {source} from the card") as caught:
            pull(own, tmp_path / "cache")
    assert "converted" not in str(caught.value)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_folder_may_hold_what_the_network_is_made_from(tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    (usb / "renamed.tflite").write_bytes(b"source")
    own = card(tmp_path, onnx("https://models.example/net.tflite", made_from=sha256(b"source").hexdigest()))
    with pytest.raises(SetupError, match=r"renamed\.tflite: cannot be converted"):
        pull(own, tmp_path / "cache", usb)
    assert list((tmp_path / "cache").iterdir()) == []
