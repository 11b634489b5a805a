from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from facts.span import local
from ingest.recordings.file_clock import LONGEST, Trigger, read_name

MOMENTS = st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)).map(lambda m: m.replace(microsecond=0, tzinfo=UTC))  # noqa: DTZ001 made aware at once
WORDS = """
    CH02 _ - . / \\ 20250407 083000 2025-04-07 00 60 [R] [M] ch1_main Z 11.30.00-12.00.00 .dav .mp4 30.15.mp4 𝟚 录像
    TIMING +0800 99999999999999
"""
PIECES = st.sampled_from([*WORDS.split(), " ", "\x00"])


@given(st.one_of(st.text(), st.lists(PIECES, max_size=14).map("".join)))
def test_any_text_is_read_without_a_fault_and_never_claims_an_impossible_span(name: str) -> None:
    told = read_name(name)
    assert told.end is None or (told.start is not None and told.start < told.end <= told.start + LONGEST)
    assert told.start is None or told.start.utcoffset() == timedelta()
    assert isinstance(told.trigger, Trigger)


@given(MOMENTS, st.integers(1, 86_400), st.sampled_from(["_", "-"]))
def test_what_a_recorder_writes_into_a_name_is_read_back(start: datetime, length_s: int, between: str) -> None:
    end = start + timedelta(seconds=length_s)
    told = read_name(f"CH7_{local(start):%Y%m%d%H%M%S}{between}{local(end):%Y%m%d%H%M%S}.mp4")
    assert (told.camera, told.start, told.end) == ("CH7", start, end)
