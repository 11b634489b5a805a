from pathlib import Path

import av
import pytest
from av.error import InvalidDataError

from demo.film import shoot
from demo.scenario import Container, Lens, Scenario
from facts.errors import InputError
from tests.fixtures.damage import Part, change_inside, cut_off, empty_file, lose_moov, noise_file, repeat, splice, spoil


def _film(folder: Path, length_s: int = 12, **lens: object) -> Path:
    given: dict[str, object] = {"size": (320, 180), "fps": 2}
    story = Scenario("tiny", "小", people=4, rows=2, length_s=length_s, lenses=(Lens(**given | lens),))
    (reel,) = shoot(story, folder)
    return reel.path


def _times(path: Path) -> list[float]:
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        return [float(p.pts * stream.time_base) for p in source.demux(stream) if p.pts is not None]


def _undecodable(path: Path) -> int:
    lost = 0
    with av.open(str(path)) as source:
        for packet in source.demux(video=0):
            try:
                packet.decode()
            except InvalidDataError:
                lost += 1
    return lost


def test_a_torn_copy_ends_before_its_index_says(tmp_path: Path) -> None:
    path = _film(tmp_path, container=Container.FASTSTART)
    cut_off(path, 0.5)
    with av.open(str(path)) as source:
        assert source.streams.video[0].frames == 24
    assert 0 < len(_times(path)) < 20


def test_without_its_moov_nothing_opens_the_file(tmp_path: Path) -> None:
    path = _film(tmp_path)
    lose_moov(path)
    assert path.stat().st_size > 10_000
    with pytest.raises(InvalidDataError):
        av.open(str(path))


def test_only_an_mp4_has_a_moov_to_lose(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a plain or fast-start MP4"):
        lose_moov(_film(tmp_path, container=Container.TS))


def test_noise_and_emptiness_keep_only_the_name(tmp_path: Path) -> None:
    noise_file(tmp_path / "a.mp4")
    empty_file(tmp_path / "b.mp4")
    assert (tmp_path / "a.mp4").stat().st_size == 200_000
    assert (tmp_path / "b.mp4").stat().st_size == 0
    with pytest.raises(InvalidDataError):
        av.open(str(tmp_path / "a.mp4"))


def test_spoilt_pictures_keep_their_times_and_do_not_decode(tmp_path: Path) -> None:
    path = _film(tmp_path)
    before = _times(path)
    assert spoil(path, 4, 8) == 8
    assert _times(path) == before
    assert _undecodable(path) == 8


def test_a_splice_leaves_no_trace_in_the_timestamps(tmp_path: Path) -> None:
    path = _film(tmp_path)
    splice([Part(path, 0, 4), Part(path, 8)], tmp_path / "joined.mp4")
    assert _times(tmp_path / "joined.mp4") == [number / 2 for number in range(16)]


def test_repeated_footage_is_as_long_as_asked_for_and_decodes(tmp_path: Path) -> None:
    repeat(_film(tmp_path), tmp_path / "long.mp4", 5)
    assert _times(tmp_path / "long.mp4") == [number / 2 for number in range(120)]
    assert _undecodable(tmp_path / "long.mp4") == 0


@pytest.mark.parametrize("later", [{"size": (640, 360)}, {"codec": "h265"}])
def test_what_changes_inside_runs_on_in_time(tmp_path: Path, later: dict[str, object]) -> None:
    first = _film(tmp_path / "a", container=Container.TS)
    second = _film(tmp_path / "b", **{"container": Container.TS} | later)
    change_inside(first, second, tmp_path / "both.ts")
    assert (tmp_path / "both.ts").stat().st_size > first.stat().st_size + 1000
    times = _times(tmp_path / "both.ts")
    assert times == sorted(times)


def test_a_change_of_size_is_seen_by_who_decodes(tmp_path: Path) -> None:
    first = _film(tmp_path / "a", container=Container.TS)
    second = _film(tmp_path / "b", container=Container.TS, size=(640, 360))
    change_inside(first, second, tmp_path / "both.ts")
    with av.open(str(tmp_path / "both.ts")) as source:
        assert [frame.width for frame in source.decode(video=0)] == [320] * 24 + [640] * 24
