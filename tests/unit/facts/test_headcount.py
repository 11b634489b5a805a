from facts.headcount import headcount, occupied
from facts.sighting import Box, Seat, SeatKind
from facts.span import Span
from tests.fixtures.drawn_room import START, at_s

SPAN = Span.of(START, 300)


def seat(name: str, *stays: tuple[int, int], kind: SeatKind = SeatKind.PERSON, bridged: bool = False) -> Seat:
    spans = tuple(Span(at_s(first), at_s(last)) for first, last in stays)
    return Seat(name, "C", Box(0, 0, 1, 1), kind, () if bridged else spans, spans if bridged else ())


def test_seen_and_bridged_people_count_pictures_backs_and_walkers_do_not() -> None:
    seats = [
        seat("a", (0, 300)),
        seat("b", (0, 300), bridged=True),
        *(seat(kind.value, (0, 300), kind=kind) for kind in SeatKind if kind is not SeatKind.PERSON),
    ]
    assert set(headcount(seats, SPAN).counts) == {2}


def test_somebody_who_moves_from_seat_to_seat_is_one() -> None:
    assert set(headcount([seat("a", (0, 150)), seat("b", (150, 300))], SPAN).counts) == {1}


def test_a_minute_s_gap_is_no_absence_and_a_longer_one_is() -> None:
    assert len(occupied(seat("a", (0, 100), (160, 300)))) == 1
    assert len(occupied(seat("a", (0, 100), (161, 300)))) == 2
    assert 0 in headcount([seat("a", (0, 100), (170, 300))], SPAN).counts


def test_the_last_minute_ends_with_the_span() -> None:
    curve = headcount([], SPAN)
    assert curve.times[-1] == at_s(240)
    assert headcount([], Span.of(START, 59)).times == ()
