"""A doubt about footage keeps its hour open until somebody accepted the explanation; upheld, the hour stays open."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address, writing
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from tests.fixtures.doubted_class import accept, explain, of_kind, uphold
from tests.fixtures.reviewed_hour import ReviewedHour, view_of
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.toy_class import toy_class, verified, worked_off

COPY = "录像/CH01_20250414083000_20250414084200.mp4"


def everybody(_seat: int, _second: int) -> str:
    return "face"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path)) as found:
        for role in (Role.CLERK, Role.INSPECTOR, Role.REVIEWER):
            found.token(role)
        yield found


def twice(served: Running) -> ReviewedHour:
    """Two classes of one institution with one film between them."""
    toy_class(served, everybody, code="first", searched=True)
    return ReviewedHour(served, toy_class(served, everybody, code="second", searched=True))


def test_accepted_it_lets_the_hour_pass_and_stays_known(served: Running) -> None:
    hour = twice(served)
    assert view_of(hour.verdict())["reason"] == "SEEN_BEFORE"
    with served.as_(Role.CLERK) as clerk:
        doubts = of_kind(clerk, "SEEN_OTHER_CLASS")
        explain(clerk, hour.number, doubts, "两个班合班上课").raise_for_status()
    worked_off(served)
    assert hour.verdict()["status"] == "UNPROVEN", "an explanation alone settles nothing"
    with served.as_(Role.INSPECTOR) as inspector:
        accept(inspector, hour.number, doubts).raise_for_status()
    worked_off(served)
    assert hour.verdict()["status"] == "PASS"
    verified(served, hour.number, searched=True)
    assert hour.verdict()["status"] == "PASS", "verified again it is the same doubt of the same files"
    assert [one.kind for one in hour.report().doubts] == ["SEEN_OTHER_CLASS"]


def test_upheld_by_two_people_the_hour_stays_open(served: Running) -> None:
    hour = twice(served)
    with served.as_(Role.INSPECTOR) as inspector:
        (doubt,) = of_kind(inspector, "SEEN_OTHER_CLASS")
        uphold(inspector, hour.number, doubt).raise_for_status()
    with served.as_(Role.REVIEWER) as reviewer:
        uphold(reviewer, hour.number, doubt).raise_for_status()
    worked_off(served)
    assert view_of(hour.verdict())["reason"] == "SEEN_BEFORE"


def test_the_inspector_sees_both_sides_once_the_reason_is_given_for_each_class(served: Running) -> None:
    hour = twice(served)
    with served.as_(Role.INSPECTOR) as inspector:
        page = inspector.get(f"/classes/{hour.number}/doubts").text
        (doubt,) = [one for one in hour.document()["doubts"] if one["kind"] == "SEEN_OTHER_CLASS"]
        path = f"/classes/{hour.number}/replays/{doubt['no']}"
        assert f'href="{path}"' in page
        asked = inspector.get(path).text
        assert asked.count('class="reason"') == 2 * len(doubt["replays"])
        assert "<video" not in asked
        for number in {hour.number, doubt["replays"][0]["there"]["class_id"]}:
            look = inspector.post(f"/classes/{number}/look", data={"reason": "核对疑点", "back": path})
            assert look.headers["location"] == path
        assert inspector.get(path).text.count("<video") == 2 * len(doubt["replays"])
        assert inspector.get(f"/classes/{hour.number}/replays/999").status_code == 404


def test_a_clerk_of_another_institution_reaches_neither_side(served: Running) -> None:
    hour = twice(served)
    with served.as_(Role.CLERK, "邻校") as stranger:
        assert stranger.get(f"/classes/{hour.number}/replays/1").status_code == 404


def test_of_another_institution_s_film_a_clerk_learns_the_minutes_alone_and_the_inspector_sees_both(
    served: Running,
) -> None:
    first = toy_class(served, everybody, code="first", searched=True)
    with writing(served.service.engine, "test") as connection:
        values = {"name": "邻县职校", "uscc": "", "locality": "山西省阳泉市", "made_at": served.clock()}
        made = connection.execute(insert(INSTITUTIONS).values(**values).returning(INSTITUTIONS.c.id)).scalar_one()
        connection.execute(update(CLASSES).where(CLASSES.c.id == first).values(institution_id=made))
    hour = ReviewedHour(served, toy_class(served, everybody, code="second", searched=True))
    (doubt,) = [one for one in hour.document()["doubts"] if one["kind"] == "SEEN_OTHER_INSTITUTION"]
    path = f"/classes/{hour.number}/replays/{doubt['no']}"
    with served.as_(Role.CLERK) as clerk:
        page, told = clerk.get(path).text, clerk.get(f"/api/v1/classes/{hour.number}/report").text
        assert page.count("这一边属于您无权查看的班期") == len(doubt["replays"])
        assert all(word not in page + told for word in ("邻县职校", "first", f"/classes/{first}/"))
        assert clerk.get(f"/classes/{first}").status_code == 404
    with served.as_(Role.INSPECTOR) as inspector:
        assert inspector.get(path).text.count('class="reason"') == 2 * len(doubt["replays"])
