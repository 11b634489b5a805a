import fcntl
from pathlib import Path

import pytest

from facts.errors import SetupError
from tests.fixtures.file_server import Served, file_server
from vision.download import Deadline, begun_address, download

WHOLE = bytes(range(256)) * 1200
NO_LIMIT = Deadline()


def test_a_connection_that_breaks_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    part = tmp_path / "net.part"
    with file_server(net=Served(WHOLE, breaks=[100_000, 50_000])) as server:
        download(server.url("net"), part, NO_LIMIT)
    assert part.read_bytes() == WHOLE
    assert [asked for _, asked in server.asked] == ["", "bytes=100000-", "bytes=150000-"]


def test_a_later_call_goes_on_where_an_earlier_one_gave_up(tmp_path: Path) -> None:
    part = tmp_path / "net.part"
    net = Served(WHOLE, breaks=[100_000, 0, 0, 0, 0])
    with file_server(net=net) as server:
        with pytest.raises(SetupError, match=r"broke off .* what came is kept"):
            download(server.url("net"), part, NO_LIMIT)
        assert part.stat().st_size == 100_000
        assert begun_address(part) == server.url("net")
        net.breaks.clear()
        server.asked.clear()
        download(server.url("net"), part, NO_LIMIT)
    assert part.read_bytes() == WHOLE
    assert [asked for _, asked in server.asked] == ["bytes=100000-"]


@pytest.mark.parametrize("how", ["another version", "no ranges", "no mark"])
def test_what_cannot_be_taken_up_comes_whole_again(how: str, tmp_path: Path) -> None:
    part = tmp_path / "net.part"
    net = Served(WHOLE, breaks=[100_000, 0, 0, 0, 0], etag="" if how == "no mark" else '"v1"')
    with file_server(net=net) as server:
        with pytest.raises(SetupError):
            download(server.url("net"), part, NO_LIMIT)
        net.breaks.clear()
        if how == "another version":
            net.content, net.etag = WHOLE[::-1], '"v2"'
        net.ranges = how != "no ranges"
        download(server.url("net"), part, NO_LIMIT)
    assert part.read_bytes() == net.content


def test_bytes_of_one_address_are_never_joined_to_those_of_another(tmp_path: Path) -> None:
    part = tmp_path / "net.part"
    with file_server(one=Served(WHOLE, breaks=[9_000, 0, 0, 0, 0]), two=Served(WHOLE[::-1])) as server:
        with pytest.raises(SetupError):
            download(server.url("one"), part, NO_LIMIT)
        download(server.url("two"), part, NO_LIMIT)
    assert part.read_bytes() == WHOLE[::-1]


def test_a_redirect_is_followed(tmp_path: Path) -> None:
    with file_server(net=Served(WHOLE), moved=Served()) as server:
        server.files["moved"].redirect = server.url("net")
        download(server.url("moved"), tmp_path / "net.part", NO_LIMIT)
    assert (tmp_path / "net.part").read_bytes() == WHOLE


def test_an_answer_without_a_length_is_read_to_its_end(tmp_path: Path) -> None:
    with file_server(net=Served(WHOLE, length=False)) as server:
        download(server.url("net"), tmp_path / "net.part", NO_LIMIT)
    assert (tmp_path / "net.part").read_bytes() == WHOLE


def test_a_slow_drip_ends_with_the_time_that_was_given(tmp_path: Path) -> None:
    part = tmp_path / "net.part"
    with file_server(net=Served(WHOLE, drip_s=0.05)) as server, pytest.raises(SetupError):
        download(server.url("net"), part, Deadline.after(0.5))
    assert part.stat().st_size < len(WHOLE)


@pytest.mark.parametrize("length", [1, 0])
def test_an_answer_larger_than_weights_ever_are_is_left_and_fills_no_disk(length: int, tmp_path: Path) -> None:
    part = tmp_path / "net.part"
    with (
        file_server(net=Served(WHOLE, length=bool(length))) as server,
        pytest.raises(SetupError, match="more than 100000 bytes"),
    ):
        download(server.url("net"), part, NO_LIMIT, 100_000)
    assert part.stat().st_size == 0


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/net", "http://nowhere.invalid/net"])
def test_an_address_that_nobody_answers_is_named_in_one_line(address: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=f"{address}: cannot be fetched") as caught:
        download(address, tmp_path / "net.part", NO_LIMIT)
    assert "\n" not in str(caught.value)


def test_an_address_without_the_file_says_what_the_server_said(tmp_path: Path) -> None:
    with file_server() as server, pytest.raises(SetupError, match="answered 404"):
        download(server.url("net"), tmp_path / "net.part", NO_LIMIT)


def test_two_pulls_of_one_file_do_not_write_into_each_other(tmp_path: Path) -> None:
    part = tmp_path / "net.part"
    with part.open("wb") as held, file_server(net=Served(WHOLE)) as server:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(SetupError, match="another xueshi models pull"):
            download(server.url("net"), part, NO_LIMIT)
        assert server.asked == []
