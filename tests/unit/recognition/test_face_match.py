"""Embeddings compared: one to one, open set, and nothing said where little was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from attendance.faces import with_faces
from attendance.recognition_doubts import recognition_doubts
from facts.course import ClassHour
from facts.recognition import FaceAnswer, FaceLinkKind, Recognition
from facts.span import Span
from facts.verdict import Attendance, Presence
from pipeline.recognition.face_match import MARGIN, HourFaces, SeatFaces, recognise
from tests.fixtures.faces import MODEL

EIGHT = datetime(2025, 4, 7, 0, 30, tzinfo=UTC)
NEAR, FAR = MODEL.same_below, MODEL.other_above


def point(who: int, off: float = 0.0) -> tuple[float, ...]:
    """Somebody's face; people are 1.4 apart, ``off`` is how far this picture is from the usual one."""
    return (*(float(number == who) for number in range(24)), off)


def alike(who: int, off: float = 0.0) -> tuple[float, ...]:
    """One of a class whose people are nearer to each other than the model's ``other_above``, and than no other class's."""
    return (*(value * (NEAR + FAR) / 2 / 2**0.5 for value in point(who)[:-1]), off)


def seat(name: str, who: int, *, pictures: int = 3, off: float = 0.0, camera: str = "CH01") -> SeatFaces:
    return SeatFaces(camera, name, (point(who, off),) * pictures)


def hour(day: int, seats: Sequence[SeatFaces], name: str = "", **of: object) -> HourFaces:
    start = EIGHT + timedelta(days=day)
    return HourFaces(name or f"h{day}", Span(start, start + timedelta(minutes=45)), tuple(seats), **of)  # type: ignore[arg-type]


def said(found: Recognition) -> Mapping[str, FaceAnswer]:
    return {one.trainee_key: one.answer for one in found.trainees}


PHOTOGRAPHS = {"wang": point(1), "li": point(2), "zhao": point(3)}


def test_each_is_seen_as_herself_and_who_sits_nowhere_is_not_seen() -> None:
    found = recognise(MODEL, PHOTOGRAPHS, [hour(0, [seat("S01", 1), seat("S02", 2), seat("S03", 9)])])
    assert said(found) == {"wang": FaceAnswer.SEEN, "li": FaceAnswer.SEEN, "zhao": FaceAnswer.NOT_SEEN}
    assert [one.seat for one in found.trainees] == ["CH01 S01", "CH01 S02", ""]


@pytest.mark.parametrize(
    "unclear",
    [
        SeatFaces("CH01", "S03"),  # too small, turned away
        seat("S03", 9, pictures=1),
        SeatFaces("CH01", "S03", (point(8), point(9))),  # two people in turn
    ],
    ids=["no face", "one picture", "two people"],
)
def test_not_seen_is_said_only_where_every_seat_was_seen(unclear: SeatFaces) -> None:
    found = recognise(MODEL, PHOTOGRAPHS, [hour(0, [seat("S01", 1), seat("S02", 2), unclear])])
    assert said(found)["zhao"] is FaceAnswer.UNCLEAR
    assert (found.seats, found.small) == (3, 1)


def test_between_the_two_distances_and_without_any_face_nothing_is_said() -> None:
    between = hour(0, [seat("S01", 1, off=(NEAR + FAR) / 2)])
    assert said(recognise(MODEL, {"wang": point(1)}, [between])) == {"wang": FaceAnswer.UNCLEAR}
    assert said(recognise(MODEL, {"wang": point(1)}, [hour(0, [])])) == {"wang": FaceAnswer.UNCLEAR}
    assert said(recognise(MODEL, {}, [between])) == {}


def test_whoever_is_as_near_to_two_trainees_is_neither() -> None:
    twins = {"wang": point(1), "her twin": point(1, 0.01)}
    found = recognise(MODEL, twins, [hour(0, [seat("S01", 1)])])
    assert set(said(found).values()) == {FaceAnswer.UNCLEAR}


def test_one_seat_is_one_trainees_only() -> None:
    found = recognise(MODEL, {"wang": point(1)}, [hour(0, [seat("S01", 1, off=0.1), seat("S02", 1)])])
    assert [one.seat for one in found.trainees] == ["CH01 S02"]


def test_one_person_at_two_seats_of_one_camera_is_a_doubt_and_of_two_cameras_is_none() -> None:
    (link,) = recognise(MODEL, {}, [hour(0, [seat("S01", 1), seat("S02", 1), seat("S03", 2)])]).links
    assert (link.kind, link.seats, link.of) == (FaceLinkKind.TWO_SEATS, ("CH01 S01", "CH01 S02"), 3)
    assert not recognise(MODEL, {}, [hour(0, [seat("S01", 1), seat("S01", 1, camera="CH02")])]).links
    after_a_gap = replace(seat("S02", 1), stretch=1)
    assert not recognise(MODEL, {}, [hour(0, [seat("S01", 1), after_a_gap])]).links


def test_other_people_on_the_next_day_are_a_doubt_the_same_people_are_none() -> None:
    first, same = hour(0, [seat(f"S{n}", n) for n in range(6)]), hour(1, [seat(f"S{n}", 5 - n) for n in range(6)])
    others = hour(1, [seat(f"S{n}", n + 5) for n in range(6)])
    assert not recognise(MODEL, {}, [first, same]).links
    (link,) = recognise(MODEL, {}, [first, others]).links
    assert (link.kind, link.hour_id, link.count, link.of, link.there_hour) == ("FACES_CHANGED", "h1", 5, 6, "h0")
    few = [replace(one, seats=one.seats[:4]) for one in (first, others)]
    assert not recognise(MODEL, {}, few).links


def test_where_all_are_alike_neighbours_tell_whether_others_came() -> None:
    def day(number: int, first: int, off: float = 0.0) -> HourFaces:
        return hour(number, [SeatFaces("CH01", f"S{n}", (alike(first + n, off),) * 3) for n in range(6)])

    assert not recognise(MODEL, {}, [day(0, 0), day(1, 0, 0.2)]).links
    (link,) = recognise(MODEL, {}, [day(0, 0), day(1, 6)]).links
    assert (link.kind, link.count, link.of) == ("FACES_CHANGED", 6, 6)


def test_whoever_is_as_near_as_oneself_is_not_new_however_near_the_neighbours_are() -> None:
    def day(number: int, off: float = 0.0) -> HourFaces:
        apart = 1.03 * NEAR / 2**0.5
        people = [(*(apart * value for value in point(n)[:-1]), off) for n in range(6)]
        return hour(number, [SeatFaces("CH01", f"S{n}", (face,) * 3) for n, face in enumerate(people)])

    assert not recognise(MODEL, {}, [day(0), day(1, 0.99 * NEAR)]).links


def test_two_people_in_turn_at_one_seat_are_nobody_even_where_they_are_alike() -> None:
    in_turn = SeatFaces("CH01", "S01", (alike(1), alike(2)))
    found = recognise(MODEL, {"wang": alike(1)}, [hour(0, [in_turn])])
    assert (said(found)["wang"], found.small) == (FaceAnswer.UNCLEAR, 1)


def test_seats_are_one_persons_only_where_they_are_nearer_than_a_photograph_must_be() -> None:
    """Of forty seats 780 pairs are compared: what seldom happens to one pair happens to one of them."""
    for apart, met in ((NEAR - MARGIN / 2, False), (NEAR - 2 * MARGIN, True)):
        two = hour(0, [seat("S01", 1), seat("S02", 1, off=apart)])
        other = hour(0, [seat("S07", 1, off=-apart)], "x1", class_id=9)
        assert bool(recognise(MODEL, {}, [two]).links) is met
        assert bool(recognise(MODEL, {}, [hour(0, [seat("S01", 1)])], [other]).links) is met


def test_a_face_in_two_classes_at_once_is_a_doubt_and_after_one_another_none() -> None:
    own = hour(0, [seat("S01", 1), seat("S02", 2)])
    at_once = hour(0, [seat("S07", 2)], "x1", class_id=9, class_code="乙班")
    later = hour(1, [seat("S07", 2)], "x2", class_id=9, class_code="乙班")
    (link,) = recognise(MODEL, {}, [own], [at_once, later]).links
    assert (link.kind, link.seats, link.class_code) == ("FACE_TWO_CLASSES", ("CH01 S02",), "乙班")


def test_every_doubt_names_the_model_and_what_may_be_innocent() -> None:
    days = [hour(0, [seat(f"S{n}", n % 5) for n in range(6)]), hour(1, [seat(f"S{n}", n + 8) for n in range(6)])]
    at_once = hour(0, [seat("S07", 2)], "x1", class_id=9, class_code="乙班")
    found = recognise(MODEL, {}, days, [at_once])
    hours = [ClassHour(one.hour_id, one.span) for one in days]
    doubts = recognition_doubts(found, hours, "YQ-R1")
    assert sorted(doubt.kind for doubt in doubts) == ["FACES_CHANGED", "FACE_TWO_CLASSES", "FACE_TWO_SEATS"]
    assert all("drawn-faces" in doubt.text.zh and "drawn-faces" in doubt.text.en for doubt in doubts)
    assert all(len(doubt.innocent) > 2 and doubt.rule == "YQ-R1" for doubt in doubts)
    assert recognition_doubts(found, hours[1:], "") != ()
    assert recognition_doubts(None, hours, "") == ()


@pytest.mark.parametrize("presence", list(Presence))
def test_faces_change_nobodys_presence(presence: Presence) -> None:
    found = recognise(MODEL, PHOTOGRAPHS, [hour(0, [seat("S01", 1)])])
    before = tuple(Attendance(key, "h0", presence, ("check_in",)) for key in ("wang", "zhao", "nobody"))
    wang, zhao, nobody = with_faces(before, found)
    assert {one.presence for one in (wang, zhao, nobody)} == {presence}
    there = presence in {Presence.PRESENT, Presence.UNPROVEN}
    assert ("face_seen" in wang.sources, "face_seen" in wang.contradictions) == (there, not there)
    assert ("face_not_seen" in zhao.contradictions, "face_not_seen" in zhao.sources) == (there, not there)
    assert nobody == before[2]
    assert with_faces(before, None) == before
