"""Byte ranges, as RFC 9110 tells them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.byte_ranges import asked_range
from api.http.problem import ProblemError


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, None),
        ("bytes=0-0", (0, 1)),
        ("bytes=0-", (0, 10)),
        ("bytes=3-5", (3, 6)),
        ("bytes=3-500", (3, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("bytes=5-3", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
    ],
)
def test_a_range_is_what_was_asked_for(header: str | None, wanted: tuple[int, int] | None) -> None:
    assert asked_range(header, 10) == wanted


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_a_range_outside_is_refused_with_the_size(header: str) -> None:
    with pytest.raises(ProblemError) as caught:
        asked_range(header, 10)
    assert caught.value.status_code == 416
    assert dict(caught.value.headers or {}) == {"content-range": "bytes */10"}


@given(st.text(max_size=30), st.integers(1, 10**12))
def test_no_header_leads_outside_the_file(header: str, size: int) -> None:
    try:
        found = asked_range("bytes=" + header, size)
    except ProblemError:
        return
    assert found is None or 0 <= found[0] < found[1] <= size
