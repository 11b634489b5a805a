from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from facts.span import Span, minus, total, union

ORIGIN = datetime(2099, 1, 1, tzinfo=UTC)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(0, 5000))
    return Span.of(ORIGIN + timedelta(milliseconds=start), draw(st.integers(0, 3000)) / 1000)


many = st.lists(spans(), max_size=12)


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_spans_is_irrelevant(given_spans: list[Span], random: object) -> None:
    shuffled = list(given_spans)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its random as object
    assert union(shuffled) == union(given_spans)


@given(many, spans())
def test_one_more_span_never_covers_less(given_spans: list[Span], more: Span) -> None:
    assert total([*given_spans, more]) >= total(given_spans)


@given(spans(), many)
def test_what_is_cut_and_what_is_left_make_up_the_whole(whole: Span, holes: list[Span]) -> None:
    inside = [part for hole in holes if (part := hole.clip(whole))]
    assert total(minus(whole, holes)) + total(inside) == whole.length


@given(many, st.integers(0, 2000))
def test_joining_twice_changes_nothing(given_spans: list[Span], bridge_ms: int) -> None:
    bridge = timedelta(milliseconds=bridge_ms)
    once = union(given_spans, bridge)
    assert union(once, bridge) == once
