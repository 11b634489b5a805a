"""The living picture over HTTP: who gets it, what it costs the camera, and when it ends."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import av
import httpx
import pytest

from ingest.cameras.fragments import media_length_s
from ingest.cameras.living_stream import LivingStream
from pipeline.accounts.rights import Role
from storage.database.accounts import sessions
from storage.database.connection import sqlite_address, writing
from storage.database.recordings.cameras import end_camera
from storage.evidence_log.leaf import LeafKind
from tests.fixtures.living_room import PEOPLE, LivingRoom, hour_under_way, kept_camera, living_room
from tests.fixtures.log_keeper import events
from tests.fixtures.service import Running, running, settings_at

ENOUGH_S = 30.0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("living")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home / "home")) as found:
        yield found


@pytest.fixture(scope="module")
def room(served: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingRoom]:
    with living_room(served, tmp_path_factory.mktemp("room")) as found:
        yield found


def address(number: int, **asked: object) -> str:
    return f"/api/v1/cameras/{number}/living?" + "&".join(f"{name}={value}" for name, value in asked.items())


def say_why(client: httpx.Client, number: int) -> None:
    assert client.post(f"/wall/cameras/{number}/look", data={"reason": "核对到课人数"}).status_code == 303


def looks_logged(found: Running, number: int) -> int:
    """Leaves that say that somebody looked at this camera."""
    leaves = [one.leaf for one in events(found.service.log)]
    return sum(one.kind is LeafKind.VIEW and one.subject.endswith(f"face camera:{number}") for one in leaves)


def listen(client: httpx.Client, path: str, enough: Callable[[bytes], bool]) -> tuple[httpx.Response, bytes]:
    """What came until it was enough."""
    data = bytearray()
    with client.stream("GET", path) as answer:
        assert answer.status_code == 200, answer.read()
        for piece in answer.iter_bytes():
            data += piece
            if enough(bytes(data)):
                break
    return answer, bytes(data)


def fragments(count: int) -> Callable[[bytes], bool]:
    return lambda data: data.count(b"moof") >= count


def recorded_s(folder: Path) -> float:
    """From the first picture to the newest."""
    with LivingStream(folder) as newest, LivingStream(folder, newest.newest - timedelta(hours=1)) as first:
        return (newest.newest - first.begin).total_seconds()


def pictures(data: bytes) -> list[av.VideoFrame]:
    """Those of the fragments that came whole."""
    data = data[: media_length_s(data)[2]]
    with av.open(BytesIO(data), format="mov") as opened:
        return list(opened.decode(video=0))


def connections(port: int) -> int:
    """How many connections stand to that port on this machine, seen from the side that called."""
    found = 0
    for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]:
        _, _, remote, state, *_ = line.split()
        found += state == "01" and int(remote.rpartition(":")[2], 16) == port
    return found


def test_nobody_sees_it_before_saying_why_and_the_reason_is_in_the_log(served: Running, room: LivingRoom) -> None:
    before = looks_logged(served, room.number)
    with served.as_(Role.INSPECTOR) as inspector:
        refused = inspector.get(address(room.number))
        assert (refused.status_code, refused.json()["code"]) == (403, "REASON_NEEDED")
        say_why(inspector, room.number)
        asked = served.clock()
        answer, data = listen(inspector, address(room.number), fragments(3))
    assert looks_logged(served, room.number) == before + 1
    assert answer.headers["content-type"].startswith('video/mp4; codecs="avc1.')
    assert answer.headers["cache-control"] == "no-store"
    assert pictures(data)[0].width == 640
    begun = datetime.fromtimestamp(int(answer.headers["x-begin"]) / 1000, UTC)
    assert asked - timedelta(seconds=40) < begun < served.clock(), "the newest half a minute, however busy the machine"


@pytest.mark.parametrize("role", [Role.TEACHER, Role.AUDITOR, Role.SYSTEM])
def test_whoever_may_see_no_faces_gets_nothing(served: Running, room: LivingRoom, role: Role) -> None:
    with served.as_(role) as other:
        assert other.get(address(room.number)).status_code == 403
        assert other.post(f"/wall/cameras/{room.number}/look", data={"reason": "想看一看"}).status_code == 403


def test_another_institution_does_not_learn_that_the_camera_is_there(served: Running, room: LivingRoom) -> None:
    with served.as_(Role.CLERK, "邻校") as other:
        for path in (address(room.number), f"/wall/cameras/{room.number}", f"/wall/cameras/{room.number}/newest.jpg"):
            assert other.get(path).status_code == 404, path
        assert "301教室" not in other.get("/wall").text


def test_thirty_viewers_are_one_connection_to_the_camera(served: Running, room: LivingRoom) -> None:
    got: list[int] = []
    with ExitStack() as held:
        clients = [held.enter_context(served.as_(role)) for role in (Role.CLERK, Role.INSPECTOR, Role.REVIEWER)]
        for client in clients:
            say_why(client, room.number)
        ready = threading.Barrier(31, timeout=ENOUGH_S)

        def view(client: httpx.Client) -> None:
            def enough(data: bytes) -> bool:
                if data.count(b"moof") < 3:
                    return False
                ready.wait()  # all thirty look at this moment
                ready.wait()
                return True

            got.append(len(pictures(listen(client, address(room.number), enough)[1])))

        viewers = [threading.Thread(target=view, args=(clients[number % 3],)) for number in range(30)]
        for viewer in viewers:
            viewer.start()
        ready.wait()
        served_now, asked_of_camera = served.service.limiter.held("living"), connections(room.camera.port)
        ready.wait()
        for viewer in viewers:
            viewer.join(ENOUGH_S)
    assert (served_now, asked_of_camera) == (30, 1)
    assert len(got) == 30
    assert min(got) > 0


def test_one_person_holds_so_many_streams_and_no_more(served: Running, room: LivingRoom) -> None:
    with served.as_(Role.CLERK) as clerk, ExitStack() as held:
        say_why(clerk, room.number)
        open_streams = [held.enter_context(clerk.stream("GET", address(room.number))) for _ in range(16)]
        pieces = [answer.iter_bytes() for answer in open_streams]
        assert all(next(piece) for piece in pieces)
        refused = clerk.get(address(room.number))
        assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY")
        assert int(refused.headers["retry-after"]) > 0


def signed_out(found: Running, client: httpx.Client, _number: int) -> None:
    account = int(client.get("/api/v1/me").json()["account_id"])
    with writing(found.service.engine, "test") as connection:
        sessions.end_all(connection, account)


def taken_down(found: Running, _client: httpx.Client, number: int) -> None:
    with writing(found.service.engine, "test") as connection:
        end_camera(connection, number, found.clock())


@pytest.mark.parametrize("ending", [signed_out, taken_down])
def test_it_ends_within_five_seconds_of_the_right_to_it(
    served: Running, tmp_path: Path, ending: Callable[[Running, httpx.Client, int], None]
) -> None:
    with living_room(served, tmp_path, room="303教室") as other, served.as_(Role.INSPECTOR) as inspector:
        say_why(inspector, other.number)
        ended_at = 0.0
        with inspector.stream("GET", address(other.number)) as answer:
            for piece in answer.iter_bytes():
                if piece and not ended_at:
                    ending(served, inspector, other.number)
                    ended_at = time.monotonic()
        assert time.monotonic() - ended_at < 5.0
    if ending is signed_out:
        served.tokens.clear()  # everybody signs in anew


def test_the_last_minutes_come_at_once_while_it_is_recorded(served: Running, room: LivingRoom) -> None:
    room.recorder.wait(lambda: recorded_s(room.folder) > 10, "ten seconds of pictures")
    with served.as_(Role.INSPECTOR) as inspector:
        say_why(inspector, room.number)
        asked = served.clock()
        answer, data = listen(inspector, address(room.number, back_s=5), fragments(8))
    begun = datetime.fromtimestamp(int(answer.headers["x-begin"]) / 1000, UTC)
    assert asked - timedelta(seconds=45) < begun <= served.clock() - timedelta(seconds=5)
    assert data.count(b"moov") == 1
    with av.open(BytesIO(data[: media_length_s(data)[2]]), format="mov") as opened:
        times = [float(packet.pts * packet.time_base) for packet in opened.demux(video=0) if packet.pts is not None]
    assert times[0] == 0.0
    assert times == sorted(times)


def test_what_is_not_living_is_refused_in_words(served: Running) -> None:
    number = kept_camera(served, room="304教室")
    with served.as_(Role.INSPECTOR) as inspector:
        say_why(inspector, number)
        refused = inspector.get(address(number))
        assert (refused.status_code, refused.json()["code"]) == (404, "NOT_LIVING")
        page = inspector.get("/wall", headers={"cookie": f"xueshi-session={served.token(Role.INSPECTOR)}"}).text
    assert "没有可显示的画面" in page
    assert "正在开始" in page


def test_pictures_that_browsers_cannot_play_come_small_and_shared_and_end_with_the_last_viewer(
    served: Running, tmp_path: Path
) -> None:
    with living_room(served, tmp_path, "h265", room="305教室") as other:
        with served.as_(Role.INSPECTOR) as inspector, served.as_(Role.REVIEWER) as reviewer:
            for client in (inspector, reviewer):
                say_why(client, other.number)
            original, _ = listen(inspector, address(other.number), fragments(1))
            assert original.headers["content-type"].startswith('video/mp4; codecs="hev1.')
            answer, data = listen(inspector, address(other.number, low="true"), fragments(4))
            assert answer.headers["content-type"].startswith('video/mp4; codecs="avc1.')
            assert served.service.previews.running() == 1
            listen(reviewer, address(other.number, low="true"), fragments(2))
            assert served.service.previews.running() == 1
            frames = pictures(data)
            assert (frames[0].width, frames[0].height) == (640, 360)
            assert connections(other.camera.port) == 1
        until = time.monotonic() + ENOUGH_S
        while served.service.previews.running():
            assert time.monotonic() < until, "nobody looks, and the preview is still drawn"
            time.sleep(0.2)
        assert not (served.service.settings.home / "living" / str(other.number)).exists()


def test_the_wall_says_how_many_heads_the_hour_under_way_shows(served: Running, tmp_path: Path) -> None:
    with living_room(served, tmp_path, room="306教室"), served.as_(Role.CLERK) as clerk:
        assert "现在没有课" in clerk.get("/wall").text
        hour_under_way(served, "306教室", roster=9)
        first = clerk.get("/wall").text
        assert "无人打卡，花名册 9 人" in first
        until, page = time.monotonic() + 4 * ENOUGH_S, first
        while not (found := re.search(r"画面里数到 <b>(\d+)</b>", page)):
            assert "画面里数到 <b>—</b>" in page, "no count is a dash, never a number"
            assert time.monotonic() < until, "nobody counted"
            time.sleep(0.5)
            page = clerk.get("/wall").text
    assert PEOPLE - 1 <= int(found[1]) <= PEOPLE + 1
