"""Footage known again among the recordings of every class, on both databases, by look-ups and never by a scan."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, Select, delete, insert, text, update

from facts.course import ClassHour
from facts.digest import Digest
from facts.motion import MotionRecord, Replay, ReplayKind
from facts.sighting import View
from facts.span import Span
from pipeline.verification.ports import CloserLook, LookJob, LookResult
from runtime.verification.replay_search import ServiceReplays
from storage.database.classes.classes import classes
from storage.database.connection import reading, writing
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from storage.database.tables.motions import MOTION_SKETCHES, MOTIONS
from storage.database.verification.motions import (
    keep_motions,
    like,
    motions_of_class,
    motions_of_room,
    sketches_like,
    without_keys,
)
from tests.fixtures.class_rows import AT, a_class
from tests.fixtures.invented_motion import START, people, recorded

WEEK = timedelta(days=7)


def another_class(engine: Engine, first: int, *, school: str = "") -> int:
    """A class of the same institution, or of a new one of that name."""
    with writing(engine, "test") as connection:
        owner = classes(connection, CLASSES.c.id == first)[0]
        institution = owner.institution_id
        if school:
            values = {"name": school, "uscc": "", "locality": "山西省阳泉市", "made_at": AT}
            made = insert(INSTITUTIONS).values(**values).returning(INSTITUTIONS.c.id)
            institution = connection.execute(made).scalar_one()
        told = {"institution_id": institution, "code": "jz2", "name": "家政2班", "locality": "", "made_at": AT}
        told |= dict.fromkeys(("programme", "trainee_group", "occupation", "level", "policy"), "")
        number: int = connection.execute(insert(CLASSES).values(**told).returning(CLASSES.c.id)).scalar_one()
    return number


def looked(
    record: MotionRecord, hour_id: str, camera: str = "CH02", room: str = "201教室"
) -> tuple[ClassHour, LookJob, LookResult]:
    span = Span(record.start, record.start + timedelta(minutes=45))
    job = LookJob(hour_id, camera, span, ("a.mp4",), Digest.of(hour_id.encode()))
    return ClassHour(hour_id, span, room=room), job, LookResult(View(camera, span, motion=record))


def verified(
    engine: Engine,
    class_id: int,
    *stretches: tuple[ClassHour, LookJob, LookResult],
    late: timedelta = timedelta(),
    closer: CloserLook | None = None,
) -> Sequence[Replay]:
    """What is found for the class, which is then known to the database."""
    with reading(engine, "test") as connection:
        owner = classes(connection, CLASSES.c.id == class_id)[0]
    finder = ServiceReplays(engine, owner, [hour for hour, _, _ in stretches], START + WEEK + late, closer)
    found = finder.replays([(job, result) for _, job, result in stretches])
    with writing(engine, "test") as connection:
        keep_motions(connection, class_id, finder.filmed)
    return found


@dataclass(frozen=True, slots=True)
class InventedKeyframes:
    """Implements ``CloserLook`` over an invented film: every keyframe of the minutes, and which minutes were asked for."""

    begun: datetime
    begin_s: float
    asked: list[Span] = field(default_factory=list)

    def motion(self, job: LookJob, span: Span) -> MotionRecord | None:  # noqa: ARG002 - the port names the job
        self.asked.append(span)
        since_s = (span.start - self.begun).total_seconds()
        return recorded(people(1, pause_s=2.6), span.length_s, 2, begin_s=self.begin_s + since_s, start=span.start)


def three_minutes(begin_s: float) -> MotionRecord:
    return recorded(people(1, pause_s=2.6), 180, 7, begin_s=begin_s, start=START + WEEK)


def test_three_minutes_are_found_by_a_closer_look(database: Engine) -> None:
    first = a_class(database)
    second = another_class(database, first)
    verified(database, first, looked(recorded(people(1, pause_s=2.6), 2700, 20), "a"))
    copy = looked(three_minutes(1003), "b")
    assert verified(database, second, copy) == ()
    closer = InventedKeyframes(START + WEEK, 1003)
    (one,) = verified(database, second, copy, closer=closer)
    assert (one.kind, one.there.class_id) == (ReplayKind.OTHER_DAY, first)
    assert abs((one.there.span.start - START).total_seconds() - 1003) < 10
    assert [span.length_s for span in closer.asked] == [180]


def test_an_honest_class_takes_no_closer_look(database: Engine) -> None:
    first = a_class(database)
    second = another_class(database, first)
    verified(database, first, looked(recorded(people(1, pause_s=2.6), 2700, 20), "a"))
    closer = InventedKeyframes(START + WEEK, 9000)
    assert verified(database, second, looked(three_minutes(9000), "b"), closer=closer) == ()
    assert closer.asked == []


def test_the_same_room_s_films_are_held_against_each_other_whatever_their_sketches_say(database: Engine) -> None:
    first = a_class(database)
    second = another_class(database, first)
    verified(database, first, looked(recorded(people(1), 2700, 20), "a"))
    with writing(database, "test") as connection:
        connection.execute(delete(MOTION_SKETCHES))
    copy = recorded(people(1), 600, 4, begin_s=900, start=START + WEEK)
    assert len(verified(database, second, looked(copy, "b"))) == 1
    assert verified(database, second, looked(copy, "b", room="别的教室")) == ()


def test_a_room_of_another_institution_by_the_same_name_is_another_room(database: Engine) -> None:
    first = a_class(database)
    stranger = another_class(database, first, school="另一职校")
    verified(database, first, looked(recorded(people(1), 600, 20), "a"))
    with writing(database, "test") as connection:
        owners = [classes(connection, CLASSES.c.id == one)[0].institution_id for one in (first, stranger)]
        near = [motions_of_room(connection, owner, "201教室", START - WEEK, 9) for owner in owners]
    assert [len(one) for one in near] == [1, 0]


def test_last_week_s_class_of_the_same_institution_is_named_with_its_minutes(database: Engine) -> None:
    first = a_class(database)
    second = another_class(database, first)
    assert verified(database, first, looked(recorded(people(1), 2700, 20), "a")) == ()
    copy = recorded(people(1), 600, 4, begin_s=900, start=START + WEEK)
    (one,) = verified(database, second, looked(copy, "b"))
    assert (one.kind, one.hour_id) == (ReplayKind.OTHER_DAY, "b")
    assert (one.there.class_id, one.there.class_code, one.there.camera_id) == (first, "jz1", "CH02")
    assert abs((one.there.span.start - START).total_seconds() - 900) < 45
    assert one.there.span.length_s > 400


def test_another_institution_s_film_is_found_and_only_its_number_told(database: Engine) -> None:
    first = a_class(database)
    second = another_class(database, first, school="另一职校")
    verified(database, first, looked(recorded(people(1), 2700, 20), "a"))
    (one,) = verified(database, second, looked(recorded(people(1), 600, 4, begin_s=900, start=START + WEEK), "b"))
    assert one.kind is ReplayKind.OTHER_INSTITUTION
    assert (one.there.class_id, one.there.class_code, one.there.institution, one.there.camera_id) == (first, "", "", "")


def test_the_same_minutes_handed_in_for_two_classes_are_their_own_kind(database: Engine) -> None:
    first = a_class(database)
    second = another_class(database, first)
    verified(database, first, looked(recorded(people(1), 600, 4), "a"))
    found = verified(database, second, looked(recorded(people(1), 600, 4), "b"))
    assert {one.kind for one in found} == {"SEEN_OTHER_CLASS"}


def test_other_films_and_the_class_s_own_earlier_report_are_innocent(database: Engine) -> None:
    first = a_class(database)
    second = another_class(database, first)
    own = looked(recorded(people(1), 2700, 20), "a")
    verified(database, first, own)
    assert verified(database, first, own) == ()
    assert verified(database, second, looked(recorded(people(2), 600, 4, start=START + WEEK), "b")) == ()


def test_what_is_older_than_two_years_is_no_longer_held_against_anybody(database: Engine) -> None:
    first = a_class(database)
    second = another_class(database, first)
    verified(database, first, looked(recorded(people(1), 2700, 20), "a"))
    copy = looked(recorded(people(1), 600, 4, begin_s=900, start=START + WEEK), "b")
    assert verified(database, second, copy, late=timedelta(days=3 * 365)) == ()


def test_a_new_report_takes_the_place_of_the_one_before(database: Engine) -> None:
    first = a_class(database)
    for _ in range(2):
        verified(database, first, looked(recorded(people(1), 600, 4), "a"), looked(recorded(people(3), 600, 4), "c"))
    with reading(database, "test") as connection:
        assert len(motions_of_class(connection, first)) == 2
        rows = connection.execute(text("SELECT count(*), count(DISTINCT motion_id) FROM motion_sketch")).one()
    assert rows == (2 * 8 * 30, 2)


def test_what_an_earlier_version_kept_is_sketched_anew_by_the_next_search(database: Engine) -> None:
    first = a_class(database)
    verified(database, first, looked(recorded(people(1), 600, 20), "a"))
    count = text("SELECT count(*) FROM motion_sketch")
    with writing(database, "test") as connection:
        before = connection.execute(count).scalar_one()
        connection.execute(delete(MOTION_SKETCHES))
        connection.execute(update(MOTIONS).values({"keys": None}))
    verified(database, another_class(database, first), looked(recorded(people(2), 600, 20), "b"))
    with writing(database, "test") as connection:
        after = connection.execute(count).scalar_one()
        assert connection.execute(text("SELECT count(*) FROM motion WHERE keys IS NULL")).scalar_one() == 0
    assert before == 8 * 30
    assert after == 2 * before


def test_however_many_meet_a_search_reads_no_more_than_it_may(database: Engine) -> None:
    """The first keys are the likeliest: theirs are read before others'."""
    first = a_class(database)
    verified(database, first, looked(recorded(people(1), 600, 20), "a"))
    with reading(database, "test") as connection:
        keys = list(
            connection.execute(text("SELECT DISTINCT sketch FROM motion_sketch ORDER BY sketch DESC")).scalars()
        )
        few = sketches_like(connection, keys[:3] + list(range(1 << 25, (1 << 25) + 2000)), 1)
        assert len(sketches_like(connection, keys, 10_000)) == 3 * 8 * 30
    key, number, at_s = few
    assert key in keys[:3]
    assert number > 0
    assert 0 <= at_s < 600


def plan_of(engine: Engine, asked: Select[Any]) -> str:
    """How the database says that it would answer."""
    written = asked.compile(engine, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with reading(engine, "test") as connection:
        return " ".join(str(row) for row in connection.execute(text(f"{explain} {written}")))


def test_those_without_keys_are_found_in_an_index_that_holds_them_alone(database: Engine) -> None:
    """Every search begins with this question, and a county's recordings are a gigabyte."""
    first = a_class(database)
    values = {"class_id": first, "hour_id": "a", "camera_id": "c", "room": "", "starts_at": START, "seed": ""}
    rows = [{**values, "samples": 1, "body": b"-" * 1000, "keys": b"-"} for _ in range(2_000)]
    with writing(database, "test") as connection:
        connection.execute(insert(MOTIONS), rows)
        connection.execute(text("ANALYZE motion"))
    assert "ix_motion_unsketched" in plan_of(database, without_keys(200))


def test_a_look_up_reads_the_index_and_scans_nothing(database: Engine) -> None:
    """Asked of the database itself, with enough rows that it would rather scan if it could not search."""
    first = a_class(database)
    keys = np.random.default_rng(1).integers(0, 1 << 21, 30_000)
    with writing(database, "test") as connection:
        values = {
            "class_id": first,
            "hour_id": "a",
            "camera_id": "c",
            "room": "",
            "starts_at": START,
            "seed": "",
            "samples": 1,
            "body": b"",
        }
        number = connection.execute(insert(MOTIONS).values(**values).returning(MOTIONS.c.id)).scalar_one()
        rows = [{"sketch": int(key), "motion_id": number, "at_s": at_s} for at_s, key in enumerate(keys)]
        connection.execute(insert(MOTION_SKETCHES), rows)
        connection.execute(text("ANALYZE motion_sketch"))
    plan = plan_of(database, like(keys[:50].tolist()))
    assert "SEARCH motion_sketch USING PRIMARY KEY" in plan or "pk_motion_sketch" in plan, plan
    assert "Seq Scan" not in plan
    assert "SCAN" not in plan


@pytest.mark.parametrize("still", [0.0, 1.0])
def test_a_room_in_which_nothing_moves_is_neither_sought_nor_indexed(database: Engine, still: float) -> None:
    first = a_class(database)
    record = recorded(lambda _: np.full(144, still, np.float32), 600, 4)
    assert verified(database, first, looked(record, "a")) == ()
    with reading(database, "test") as connection:
        assert connection.execute(text("SELECT count(*) FROM motion_sketch")).scalar_one() == 0
