"""A closer look at a real file: every keyframe of the minutes, and of no others."""

from datetime import timedelta

import pytest

from demo.film import shoot
from demo.scenario import Lens, Scenario
from facts.digest import Digest
from facts.span import Span
from ingest.recordings.search import find_recordings
from pipeline.verification.ports import LookJob
from runtime.verification.frame_sampling import PoolLooker
from vision.motion import motion_of

LENGTH_S = 120


@pytest.fixture(scope="module")
def looker(tmp_path_factory: pytest.TempPathFactory) -> PoolLooker:
    folder = tmp_path_factory.mktemp("film")
    lens = Lens(size=(320, 180))
    shoot(Scenario("small", "小班", people=4, rows=2, length_s=LENGTH_S, lenses=(lens,)), folder)
    return PoolLooker({one.segment.path: one for one in find_recordings(folder)}, {})


def job_of(looker: PoolLooker) -> LookJob:
    (path,) = looker.footage
    span = looker.footage[path].segment.span
    assert span is not None
    return LookJob("h", "CH02", span, (path,), Digest.of(b"film"))


def test_every_keyframe_of_the_minutes_is_in_the_record(looker: PoolLooker) -> None:
    job = job_of(looker)
    minutes = Span(job.span.start + timedelta(seconds=30), job.span.start + timedelta(seconds=90))
    record = looker.motion(job, minutes)
    assert record is not None
    assert record.samples == 30
    motion = motion_of(record)
    assert minutes.start <= motion.start
    assert motion.moment(float(motion.at_s[-1])) < minutes.end


def test_minutes_without_a_picture_have_no_record(looker: PoolLooker) -> None:
    job = job_of(looker)
    after = Span(job.span.end + timedelta(seconds=5), job.span.end + timedelta(seconds=185))
    assert looker.motion(job, after) is None
