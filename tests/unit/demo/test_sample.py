from pathlib import Path

import av
import pytest

from demo.sample import draw_class
from facts.span import SHANGHAI


@pytest.mark.slow
def test_the_sample_class_tells_its_story(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    first, second, third = draw_class(tmp_path, progress=lambda done, total, text: told.append((done, total, text)))
    assert {path.name for path in tmp_path.iterdir()} == {"录像", "花名册.xlsx", "课表.xlsx", "打卡.xlsx", "class.toml"}
    for honest in (first, second):
        assert max(span.length_s for span in honest.truth.live["CH02"]) >= 600
        assert honest.checked_in == 24
    assert max(span.length_s for span in third.truth.live["CH02"]) < 600
    assert {moment.people for moment in third.truth.seconds} == {20}
    assert third.checked_in == 24
    for hour in (first, second, third):
        assert hour.hour.span.covers(hour.scenario.span)
        for reel in hour.reels:
            assert f"{reel.span.start.astimezone(SHANGHAI):%Y%m%d%H%M%S}" in reel.path.name
            with av.open(str(reel.path)) as source:
                stream = source.streams.video[0]
                assert stream.duration * stream.time_base == reel.span.length_s
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1][0] == told[-1][1]
