from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest

from demo.events import Cut, Hole
from demo.film import reels_of, shoot
from demo.scenario import Container, Lens, Naming, Scenario
from facts.errors import InputError
from facts.span import Span
from tests.fixtures.scenarios.wrapped import wrap

_TINY = Lens(size=(320, 180), fps=2)
_WRAPPED = [
    (container, codec)
    for container in Container
    for codec in ("h264", "h265")
    if (container, codec) != (Container.AVI, "h265")
]


def _story(*events: object, length_s: int = 12, **lens: object) -> Scenario:
    story = Scenario("tiny", "小", people=4, rows=2, length_s=length_s, events=events, lenses=(_TINY,))
    return story.with_lens(**lens)


def _packets(path: Path) -> list[tuple[Fraction, bool]]:
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        return [(p.pts * stream.time_base, p.is_keyframe) for p in source.demux(stream) if p.pts is not None]


def _pictures(path: Path) -> list[bytes]:
    with av.open(str(path)) as source:
        return [frame.to_ndarray().tobytes() for frame in source.decode(video=0)]


@pytest.mark.parametrize(("container", "codec"), _WRAPPED)
def test_every_container_gives_back_the_times_that_were_written(
    tmp_path: Path, container: Container, codec: str
) -> None:
    (reel,) = shoot(_story(container=container, codec=codec), tmp_path)
    times = [at_s for at_s, _ in _packets(reel.path)]
    assert [at_s - times[0] for at_s in times] == [Fraction(number, 2) for number in range(24)]


@pytest.mark.parametrize(("container", "codec"), _WRAPPED)
def test_a_keyframe_stands_at_every_second_second_and_all_pictures_decode(
    tmp_path: Path, container: Container, codec: str
) -> None:
    (reel,) = shoot(_story(container=container, codec=codec), tmp_path)
    packets = _packets(reel.path)
    assert [at_s - packets[0][0] for at_s, is_key in packets if is_key] == [0, 2, 4, 6, 8, 10]
    with av.open(str(reel.path)) as source:
        assert sum((frame.width, frame.height) == (320, 180) for frame in source.decode(video=0)) == 24


@pytest.mark.parametrize(("container", "codec"), _WRAPPED)
def test_what_the_tests_wrap_again_is_what_a_recorder_of_that_container_writes(
    tmp_path: Path, container: Container, codec: str
) -> None:
    story = _story(length_s=6, container=container, codec=codec)
    (plain,) = shoot(_story(length_s=6, codec=codec), tmp_path / "plain")
    (written,), (wrapped,) = shoot(story, tmp_path / "written"), reels_of(story, tmp_path / "wrapped")
    wrap(plain.path, story.lenses[0], wrapped)
    assert _packets(wrapped.path) == _packets(written.path)
    assert _pictures(wrapped.path) == _pictures(written.path)


@pytest.mark.parametrize("container", [kind for kind in Container if kind is not Container.AVI])
def test_a_hole_inside_a_file_is_a_jump_of_its_timestamps(tmp_path: Path, container: Container) -> None:
    (reel,) = shoot(_story(Hole(4, 9, inside_file=True), container=container), tmp_path)
    times = [at_s for at_s, _ in _packets(reel.path)]
    steps = [later - earlier for earlier, later in pairwise(times)]
    assert max(steps) == Fraction(11, 2)
    assert sorted(steps)[-2] == Fraction(1, 2)


def test_dahua_stamps_are_the_local_clock_as_if_it_were_utc(tmp_path: Path) -> None:
    (reel,) = shoot(_story(container=Container.DAV), tmp_path)
    assert datetime.fromtimestamp(float(_packets(reel.path)[0][0]), UTC) == datetime(2025, 4, 7, 8, 30, tzinfo=UTC)


def test_an_mp4_says_how_long_its_last_picture_lasts(tmp_path: Path) -> None:
    (reel,) = shoot(_story(), tmp_path)
    with av.open(str(reel.path)) as source:
        stream = source.streams.video[0]
        assert stream.duration * stream.time_base == 12


def test_cuts_leave_nothing_out_and_holes_leave_out_what_they_say(tmp_path: Path) -> None:
    story = _story(Cut.at(4), Hole(7, 9))
    reels = shoot(story, tmp_path)
    start = story.span.start
    assert [((reel.span.start - start).total_seconds(), (reel.span.end - start).total_seconds()) for reel in reels] == [
        (0, 4),
        (4, 7),
        (9, 12),
    ]
    assert [len(_packets(reel.path)) for reel in reels] == [8, 6, 6]
    assert story.truth().recorded["CH02"] == (Span.of(start, 7), Span(reels[2].span.start, story.span.end))


@pytest.mark.parametrize(
    ("naming", "container", "expected"),
    [
        (Naming.PLAIN, Container.MP4, "CH02_20250407083000_20250407083012.mp4"),
        (Naming.DAHUA, Container.DAV, "NVR_ch2_main_20250407083000_20250407083012.dav"),
        (Naming.DAHUA_PATH, Container.DAV, "2025-04-07/0/dav/08/08.30.00-08.30.12[R][0@0][0].dav"),
        (Naming.HIKVISION, Container.IMKH, "192.168.0.64_02_20250407083000000_TIMING.mp4"),
        (Naming.FRIGATE, Container.MP4, "2025-04-07/00/CH02/30.00.mp4"),
    ],
)
def test_files_are_called_as_their_recorder_calls_them(
    tmp_path: Path, naming: Naming, container: Container, expected: str
) -> None:
    (reel,) = shoot(_story(naming=naming, container=container), tmp_path)
    assert reel.path.relative_to(tmp_path).as_posix() == expected
    assert reel.path.stat().st_size > 1000


def test_a_web_export_of_hikvision_tells_no_time(tmp_path: Path) -> None:
    (reel,) = shoot(_story(naming=Naming.HIKVISION_WEB), tmp_path)
    assert "2025" not in reel.path.name


def test_a_wrong_camera_clock_shows_in_the_name_and_not_in_the_truth(tmp_path: Path) -> None:
    story = _story(clock_error_s=420)
    (reel,) = shoot(story, tmp_path)
    assert reel.path.name == "CH02_20250407083700_20250407083712.mp4"
    assert reel.span == story.span


def test_avi_refuses_what_it_cannot_hold() -> None:
    with pytest.raises(InputError, match="AVI has no timestamps"):
        _story(Hole(4, 9, inside_file=True), container=Container.AVI)
    with pytest.raises(InputError, match="got h265 in AVI, expected h264"):
        _story(container=Container.AVI, codec="h265")
